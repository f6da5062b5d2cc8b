import ElevenLabs
import GLib

/// Joins an answer that was cut with the one that goes on from the next word.
///
/// Only whole words leave: what lies behind the last one is kept until it is known where the next ends, and is dropped where the
/// answer is cut. Samples are joined exactly at the word's end, with a short fade; MP3 at the nearest frame.
struct WordJoiner: Sendable {
    private var joiner: any AnswerJoiner
    /// As it was when the answer began, for an answer that is cut before its first word.
    private var fresh: any AnswerJoiner
    private let rate: Int
    /// Where the answer begins and where its last whole word ends, in samples of the output.
    private var start = 0
    private var end = 0

    /// nil where answers in the format cannot be joined, as for ``PieceJoiner``.
    init?(_ format: OutputFormat) {
        guard let joiner = PieceJoiner.joiner(format, joinsAnywhere: true) else { return nil }
        self.joiner = joiner
        rate = format.sampleRate
        _ = self.joiner.begin(end: 0)
        fresh = self.joiner
    }

    /// An answer begins; of the one before no more comes than its whole words.
    mutating func begin() -> [Bytes] {
        guard end > start else {
            joiner = fresh
            return []
        }
        start = end
        defer { fresh = joiner }
        return joiner.begin(end: end)
    }

    /// The answer goes on.
    mutating func add(_ bytes: Bytes) -> [Bytes] { joiner.add(bytes) }

    /// A word has ended. - Parameter time: counted from the beginning of the answer.
    mutating func extend(to time: Duration) -> [Bytes] {
        end = max(end, start + Int((time / .seconds(1) * Double(rate)).rounded()))
        return joiner.extend(to: end)
    }

    /// Nothing is kept any more.
    mutating func release() -> [Bytes] { joiner.extend(to: 1 << 40) }

    /// The answer is whole, and the last one.
    mutating func finish() -> [Bytes] { joiner.endPiece() + joiner.finish() }
}
