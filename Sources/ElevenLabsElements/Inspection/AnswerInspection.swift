import ElevenLabs
import GLib

/// Looks through the audio of an answer on its way: whether it is in the format that was asked for, to its last frame, and how
/// long it plays.
///
/// Nothing leaves before it is known to be audio: what a decoder makes of anything else is an error of its own, or noise.
struct AnswerInspection: Sendable {
    /// What is wrong with the bytes, in words that go on from "the service's answer".
    struct Flaw: Error, Sendable, Equatable {
        let words: String
    }

    /// In so many bytes without a beginning there is none.
    static let searched = 16 << 10

    private let format: OutputFormat
    private var inspector: any FormatInspector
    /// What came before it was known to be audio; nil since.
    private var held: ContiguousArray<UInt8>? = []

    init(_ format: OutputFormat) {
        self.format = format
        inspector =
            switch (format.codec, format.container) {
            case (.mp3, _): MP3Inspector()
            case (_, .ogg): OggInspector()
            default: SampleInspector(format)
            }
    }

    /// How long what came plays.
    var duration: Duration { inspector.duration }

    /// Takes the next bytes. - Returns: those that may go on, none while it is not clear what they are.
    mutating func take(_ bytes: Bytes) throws(Flaw) -> Bytes? {
        bytes.withUnsafeBytes { inspector.take($0) }
        guard var held else { return bytes }
        guard inspector.isRecognised == nil else {
            try checkFormat()
            self.held = nil
            guard !held.isEmpty else { return bytes }
            bytes.withUnsafeBytes { held.append(contentsOf: $0) }
            return Bytes(held)
        }
        bytes.withUnsafeBytes { held.append(contentsOf: $0) }
        self.held = held
        return nil
    }

    /// What only the end shows. - Returns: what is wrong though it may have been heard well.
    func finish() throws(Flaw) -> String? {
        try checkFormat()
        if let words = inspector.incompleteness { throw Flaw(words: words) }
        guard inspector.alienBytes > 0 else { return nil }
        return
            "\(inspector.alienBytes) bytes amid the service's answer are not in the format \(format) and cannot be heard"
    }

    private func checkFormat() throws(Flaw) {
        guard inspector.isRecognised != true else { return }
        throw Flaw(words: "is not in the format \(format), or its beginning is missing")
    }
}

/// What there is to know of a stream in one format without decoding it.
protocol FormatInspector: Sendable {
    /// Whether it is in the format; nil as long as that is open.
    var isRecognised: Bool? { get }
    var duration: Duration { get }
    /// What is missing at the end, were it here.
    var incompleteness: String? { get }
    /// How many bytes between others belong to nothing.
    var alienBytes: Int { get }

    mutating func take(_ bytes: UnsafeRawBufferPointer)
}
