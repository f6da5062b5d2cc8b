import ElevenLabs
import GStreamer

/// The properties of `elevenlabstts`: the API's fields under their own names with hyphens, and what concerns one request.
enum TextToSpeechProperties {
    static let all: [PropertyDefinition] = fields + RequestProperties.all

    private static let fields: [PropertyDefinition] = [
        PropertyDefinition(
            "text", nick: "Text", blurb: "What to say. Must be set; its longest length depends on the model.",
            kind: .string),
        PropertyDefinition(
            "voice-id", nick: "Voice id", blurb: "Id of the voice that speaks. Must be set.", kind: .string),
        PropertyDefinition(
            "model-id", nick: "Model id",
            blurb: "Id of the model; the service takes \(Model.standard.rawValue) where it is not set.", kind: .string),
        PropertyDefinition(
            "output-format", nick: "Output format",
            blurb: "Codec, sample rate and bitrate of the answer; the service takes \(OutputFormat.standard.rawValue) "
                + "where it is not set.",
            kind: .word(
                typeName: "ElevenLabsOutputFormat", OutputFormat.streaming.map(\.rawValue),
                default: OutputFormat.standard.rawValue)),
        PropertyDefinition(
            "enable-logging", nick: "Enable logging",
            blurb: "Whether the service keeps the request in its history. Off is for enterprise customers.",
            kind: .boolean(default: true)),
        PropertyDefinition(
            "optimize-streaming-latency", nick: "Optimize streaming latency",
            blurb: "0 to 4, how much quality to give for an earlier first byte. Deprecated by the service.",
            kind: .unsigned(0...4, default: 0)),
        PropertyDefinition(
            "language-code", nick: "Language code",
            blurb: "ISO 639-1 code that holds a model to one language. Not for eleven_multilingual_v2.", kind: .string),
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
        PropertyDefinition(
            "clone-strength", nick: "Clone strength", blurb: "For professional clones with the v4 models only.",
            kind: .double(VoiceSettings.cloneStrengthRange, default: 1)),
        PropertyDefinition(
            "pronunciation-dictionary-locators", nick: "Pronunciation dictionary locators",
            blurb: "Up to three dictionaries, each its id or id:version, applied in order.", kind: .strings),
        PropertyDefinition(
            "seed", nick: "Seed", blurb: "The same seed and request give the same speech as far as the service can.",
            kind: .unsigned(0...UInt32.max, default: 0)),
        PropertyDefinition(
            "previous-text", nick: "Previous text", blurb: "What comes before the text, for its melody; not spoken.",
            kind: .string),
        PropertyDefinition(
            "next-text", nick: "Next text", blurb: "What comes after the text, for its melody; not spoken.",
            kind: .string),
        PropertyDefinition(
            "previous-request-ids", nick: "Previous request ids",
            blurb: "Up to three ids of requests whose speech comes before; they win over previous-text.", kind: .strings
        ),
        PropertyDefinition(
            "next-request-ids", nick: "Next request ids",
            blurb: "Up to three ids of requests whose speech comes after; they win over next-text.", kind: .strings),
        PropertyDefinition(
            "apply-text-normalization", nick: "Apply text normalization",
            blurb: "Whether numbers, dates and the like are spelled out before they are spoken.",
            kind: .word(
                typeName: "ElevenLabsTextNormalization", TextNormalization.allCases.map(\.rawValue), default: "auto")),
        PropertyDefinition(
            "apply-language-text-normalization", nick: "Apply language text normalization",
            blurb: "Better reading of Japanese, much later.", kind: .boolean(default: false)),
        PropertyDefinition(
            "use-pvc-as-ivc", nick: "Use PVC as IVC",
            blurb: "Speak with the instant clone of a professional voice. Deprecated by the service.",
            kind: .boolean(default: false)),
        PropertyDefinition(
            "audio-effects", nick: "Audio effects",
            blurb: "A structure with the fields of the API's audio_effects, as in "
                + "\"effects, distance=0.5, environment_id=(string)hall\".",
            kind: .structure),
    ]

    /// The request that the set properties make. What was not set is not sent.
    static func request(_ settings: PropertySettings) -> TextToSpeechRequest {
        var request = TextToSpeechRequest(
            voiceID: settings.string("voice-id") ?? "", text: settings.string("text") ?? "",
            modelID: settings.string("model-id").map { Model(rawValue: $0) },
            outputFormat: settings.string("output-format").flatMap { OutputFormat(rawValue: $0) })
        request.enableLogging = settings.boolean("enable-logging")
        request.optimizeStreamingLatency = settings.unsigned("optimize-streaming-latency").map(Int.init)
        request.languageCode = settings.string("language-code")
        let voice = VoiceSettings(
            stability: settings.double("stability"), similarityBoost: settings.double("similarity-boost"),
            style: settings.double("style"), useSpeakerBoost: settings.boolean("use-speaker-boost"),
            speed: settings.double("speed"), cloneStrength: settings.double("clone-strength"))
        request.voiceSettings = voice.isEmpty ? nil : voice
        request.pronunciationDictionaryLocators = settings.strings("pronunciation-dictionary-locators")?.map { text in
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            return PronunciationDictionaryLocator(
                dictionaryID: parts.first ?? text, versionID: parts.count > 1 ? parts[1] : nil)
        }
        request.seed = settings.unsigned("seed").map(Int.init)
        request.previousText = settings.string("previous-text")
        request.nextText = settings.string("next-text")
        request.previousRequestIDs = settings.strings("previous-request-ids")
        request.nextRequestIDs = settings.strings("next-request-ids")
        request.applyTextNormalization = settings.string("apply-text-normalization")
            .flatMap { TextNormalization(rawValue: $0) }
        request.applyLanguageTextNormalization = settings.boolean("apply-language-text-normalization")
        request.usePVCAsIVC = settings.boolean("use-pvc-as-ivc")
        request.audioEffects = settings.structure("audio-effects").map { fields in
            AudioEffects(
                filterPresetID: fields["filter_preset_id"]?.string, distance: fields["distance"]?.double,
                environmentID: fields["environment_id"]?.string,
                backgroundNoiseID: fields["background_noise_id"]?.string, sendLevel: fields["send_level"]?.double,
                pan: fields["pan"]?.double)
        }
        return request
    }
}
