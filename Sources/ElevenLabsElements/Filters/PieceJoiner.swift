import ElevenLabs
import GLib

/// Joins the answers to the pieces of a long input into one stream, without a click and on the input's own time line.
///
/// An only answer comes out byte for byte as it came in; of a first one only the end is held back, a few milliseconds, until it
/// is known what follows.
struct PieceJoiner: Sendable {
    private var joiner: any AnswerJoiner
    private let rate: Int
    private var inputSamples = 0

    /// Whether answers in a format can be joined: Opus in Ogg cannot, its pages are numbered and its packets depend on the
    /// ones before; WAV cannot, its header tells one length.
    static func canJoin(_ format: OutputFormat) -> Bool { PieceJoiner(format) != nil }

    /// nil where the format cannot be joined.
    /// - Parameter actualRate: what the first answer was found to have, where the format only assumes a rate.
    init?(_ format: OutputFormat, actualRate: Int? = nil) {
        rate = actualRate ?? format.sampleRate
        guard let joiner = Self.joiner(format, rate: rate) else { return nil }
        self.joiner = joiner
    }

    /// - Parameter joinsAnywhere: whether answers end wherever they are told to, rather than about there.
    static func joiner(
        _ format: OutputFormat, rate: Int? = nil, joinsAnywhere: Bool = false
    ) -> (any AnswerJoiner)? {
        let rate = rate ?? format.sampleRate
        return switch (format.codec, format.container) {
        case (.mp3, .none): FrameJoiner(rate: rate, joinsAnywhere: joinsAnywhere)
        case (.pcm, .none): SampleJoiner(.linear, rate: rate, joinsAnywhere: joinsAnywhere)
        case (.ulaw, .none): SampleJoiner(.ulaw, rate: rate, joinsAnywhere: joinsAnywhere)
        case (.alaw, .none): SampleJoiner(.alaw, rate: rate, joinsAnywhere: joinsAnywhere)
        default: nil
        }
    }

    /// The next answer begins.
    /// - Parameter count: how long its piece is, in samples at 16 kHz.
    /// - Returns: what was held back and is now known to be wanted.
    mutating func begin(pieceOf count: Int) -> [Bytes] {
        inputSamples += count
        let inputRate = PieceCutter.rate
        return joiner.begin(end: (inputSamples * rate + inputRate / 2) / inputRate).filter { !$0.isEmpty }
    }

    /// The answer goes on.
    mutating func add(_ bytes: Bytes) -> [Bytes] { joiner.add(bytes).filter { !$0.isEmpty } }

    /// The answer is whole.
    mutating func endPiece() -> [Bytes] { joiner.endPiece().filter { !$0.isEmpty } }

    /// No other answer comes.
    mutating func finish() -> [Bytes] { joiner.finish().filter { !$0.isEmpty } }
}

/// How answers of one kind of format are joined.
protocol AnswerJoiner: Sendable {
    /// - Parameter end: where the piece ends on the input's time line, in samples at the output's rate.
    mutating func begin(end: Int) -> [Bytes]
    /// The piece ends later than was said.
    mutating func extend(to end: Int) -> [Bytes]
    mutating func add(_ bytes: Bytes) -> [Bytes]
    mutating func endPiece() -> [Bytes]
    mutating func finish() -> [Bytes]
}
