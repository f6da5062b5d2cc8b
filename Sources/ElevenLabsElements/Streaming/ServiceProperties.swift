import ElevenLabs
import GStreamer

/// The properties that stand for fields of several endpoints.
enum ServiceProperties {
    static let voiceID = PropertyDefinition(
        "voice-id", nick: "Voice id", blurb: "Id of the voice that speaks. Must be set.", kind: .string)

    /// - Parameter standard: the model that the service takes where none is named.
    static func modelID(standard: Model) -> PropertyDefinition {
        PropertyDefinition(
            "model-id", nick: "Model id",
            blurb: "Id of the model; the service takes \(standard.rawValue) where it is not set.", kind: .string)
    }

    static let outputFormat = PropertyDefinition(
        "output-format", nick: "Output format",
        blurb: "Codec, sample rate and bitrate of the answer; the service takes \(OutputFormat.standard.rawValue) "
            + "where it is not set.",
        kind: .word(
            typeName: "ElevenLabsOutputFormat", OutputFormat.streaming.map(\.rawValue),
            default: OutputFormat.standard.rawValue))

    static let enableLogging = PropertyDefinition(
        "enable-logging", nick: "Enable logging",
        blurb: "Whether the service keeps the request in its history. Off is for enterprise customers.",
        kind: .boolean(default: true))

    static let optimizeStreamingLatency = PropertyDefinition(
        "optimize-streaming-latency", nick: "Optimize streaming latency",
        blurb: "0 to 4, how much quality to give for an earlier first byte. Deprecated by the service.",
        kind: .unsigned(0...4, default: 0))

    static let seed = PropertyDefinition(
        "seed", nick: "Seed", blurb: "The same seed and request give the same speech as far as the service can.",
        kind: .unsigned(0...UInt32.max, default: 0))

    /// The fields of `voice_settings` that every model may have.
    static let voiceSettings: [PropertyDefinition] = [
        PropertyDefinition(
            "stability", nick: "Stability",
            blurb: "High is even, low is lively. Where it is not set the service takes what is stored with the voice.",
            kind: .double(VoiceSettings.stabilityRange, default: 0.5)),
        PropertyDefinition(
            "similarity-boost", nick: "Similarity boost",
            blurb: "How closely to keep to the original voice. Where it is not set: as stored with the voice.",
            kind: .double(VoiceSettings.similarityBoostRange, default: 0.75)),
        PropertyDefinition(
            "style", nick: "Style",
            blurb: "How much to exaggerate the speaker's style; above 0 it costs time. Where it is not set: as stored "
                + "with the voice.",
            kind: .double(VoiceSettings.styleRange, default: 0)),
        PropertyDefinition(
            "use-speaker-boost", nick: "Use speaker boost",
            blurb: "Closer to the original speaker, at the cost of a little time. Where it is not set: as stored with "
                + "the voice.",
            kind: .boolean(default: true)),
        PropertyDefinition(
            "speed", nick: "Speed",
            blurb: "Factor on the speed of speech. Where it is not set: as stored with the voice.",
            kind: .double(VoiceSettings.speedRange, default: 1)),
    ]
}

/// What these properties were set to, as the API's values.
extension PropertySettings {
    var modelID: Model? { string("model-id").map { Model(rawValue: $0) } }
    var outputFormat: OutputFormat? { string("output-format").flatMap { OutputFormat(rawValue: $0) } }
    var optimizeStreamingLatency: Int? { unsigned("optimize-streaming-latency").map(Int.init) }
    var seed: Int? { unsigned("seed").map(Int.init) }

    /// nil where none of them is set, so that nothing is sent.
    var voiceSettings: VoiceSettings? {
        let voice = VoiceSettings(
            stability: double("stability"), similarityBoost: double("similarity-boost"), style: double("style"),
            useSpeakerBoost: boolean("use-speaker-boost"), speed: double("speed"),
            cloneStrength: double("clone-strength"))
        return voice.isEmpty ? nil : voice
    }
}

extension OutputFormat {
    /// The caps of all formats that the streaming endpoints offer.
    static let streamingCaps = """
        audio/mpeg, mpegversion=1, layer=3; \
        audio/x-raw, format=S16LE, layout=interleaved, channels=1, rate=[8000, 48000]; \
        audio/x-mulaw, rate=8000, channels=1; audio/x-alaw, rate=8000, channels=1; audio/ogg
        """
}
