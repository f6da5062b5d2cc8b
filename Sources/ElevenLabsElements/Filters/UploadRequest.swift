import ElevenLabs
import GStreamer
import HTTP

/// A request that carries audio and is answered with audio, and what GStreamer is to know of the element that makes it.
protocol UploadRequest: ServiceRequest, Sendable {
    static var metadata: ElementMetadata { get }
    static var properties: [PropertyDefinition] { get }
    /// What the source pad may announce.
    static var sourceCaps: String { get }
    static var maximumDuration: Duration { get }
    static var maximumBytes: Int { get }

    /// What the set properties make of it. What was not set is not sent.
    init(_ settings: PropertySettings)

    var fileFormat: UploadFormat? { get set }
    var answerFormat: OutputFormat { get }
    /// What the source pad announces.
    var answerCaps: String { get }

    func httpRequest(
        audio: [HTTPBody.Piece], baseURL: BaseURL, key: Secret, timeouts: HTTPTimeouts
    ) throws(InvalidRequest) -> HTTPRequest
}

/// The properties that all elements with an upload have.
enum UploadProperties {
    static let all: [PropertyDefinition] = [
        PropertyDefinition(
            "file-format", nick: "File format",
            blurb: "What is uploaded. Best left unset: raw audio then goes as pcm_s16le_16, encoded audio as it is "
                + "(other); where it is set, an input of the other kind is an error.",
            kind: .word(
                typeName: "ElevenLabsUploadFormat", UploadFormat.allCases.map(\.rawValue),
                default: UploadFormat.other.rawValue)),
        PropertyDefinition(
            "split", nick: "Split",
            blurb:
                "When raw audio goes in several requests: limit, where the service takes no more in one; silence, in "
                + "pauses too, so that answers come while the input still goes on; none, never, and what is too long is "
                + "an error.",
            kind: .word(
                typeName: "ElevenLabsSplit", ["limit", "silence", "none"], default: "limit")),
        PropertyDefinition(
            "split-minimum", nick: "Split minimum",
            blurb: "With split=silence: seconds of audio that a piece has at least.",
            kind: .double(1...300, default: 5)),
        PropertyDefinition(
            "split-pause", nick: "Split pause",
            blurb: "With split=silence: how many seconds it must be silent for a cut.",
            kind: .double(0.1...10, default: 0.5)),
    ]

    /// What a filter takes: raw audio of every kind, and the files and streams that the service can tell apart by itself.
    static let sinkTemplate = PadTemplateDefinition(
        name: "sink", direction: .sink,
        caps: """
            audio/x-raw; \
            audio/mpeg, mpegversion=1; audio/mpeg, mpegversion={ 2, 4 }, stream-format=adts; audio/x-flac; \
            audio/ogg; application/ogg; audio/x-wav; audio/x-aiff; audio/x-m4a; audio/webm; audio/x-matroska; \
            video/webm; video/x-matroska; video/quicktime
            """)
}
