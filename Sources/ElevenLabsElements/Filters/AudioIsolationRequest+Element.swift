import ElevenLabs
import GStreamer

/// `elevenlabsisolation`.
extension AudioIsolationRequest: UploadRequest {
    static let metadata = ElementMetadata(
        factory: "elevenlabsisolation", typeName: "ElevenLabsIsolation", longName: "ElevenLabs audio isolation",
        classification: "Filter/Effect/Network/Audio",
        description:
            "Takes everything but the voice out of what comes in, as it streams from the ElevenLabs service once "
            + "the input ends")

    static let properties = UploadProperties.all + RequestProperties.all

    static let sourceCaps = "audio/mpeg, mpegversion=1, layer=3"

    init(_ settings: PropertySettings) { self.init(fileFormat: settings.fileFormat) }

    var answerFormat: OutputFormat { Self.outputFormat }
    /// Without a rate, which the service promises nowhere.
    var answerCaps: String { "audio/mpeg, mpegversion=(int)1, layer=(int)3, parsed=(boolean)false" }
}
