import ElevenLabs
import GStreamer

/// `elevenlabsvoicechanger`.
extension VoiceChangerRequest: UploadRequest {
    static let metadata = ElementMetadata(
        factory: "elevenlabsvoicechanger", typeName: "ElevenLabsVoiceChanger", longName: "ElevenLabs voice changer",
        classification: "Filter/Effect/Network/Audio",
        description:
            "Says what comes in with another voice, as it streams from the ElevenLabs service once the input ends")

    static let properties =
        [
            ServiceProperties.voiceID,
            ServiceProperties.modelID(standard: standardModel),
            ServiceProperties.outputFormat,
            ServiceProperties.enableLogging,
            ServiceProperties.optimizeStreamingLatency,
        ] + ServiceProperties.voiceSettings + [
            ServiceProperties.seed,
            PropertyDefinition(
                "remove-background-noise", nick: "Remove background noise",
                blurb: "Whether the service isolates the voice before it changes it.", kind: .boolean(default: false)),
        ] + UploadProperties.all + RequestProperties.all

    static let sourceCaps = OutputFormat.streamingCaps

    init(_ settings: PropertySettings) {
        self.init(
            voiceID: settings.string("voice-id") ?? "", modelID: settings.modelID,
            outputFormat: settings.outputFormat, fileFormat: settings.fileFormat)
        enableLogging = settings.boolean("enable-logging")
        optimizeStreamingLatency = settings.optimizeStreamingLatency
        voiceSettings = settings.voiceSettings
        seed = settings.seed
        removeBackgroundNoise = settings.boolean("remove-background-noise")
    }

    var answerFormat: OutputFormat { effectiveOutputFormat }
    var answerCaps: String { answerFormat.caps }
}

extension PropertySettings {
    var fileFormat: UploadFormat? { string("file-format").flatMap(UploadFormat.init) }
}
