/// Puts an answer of `/stream/with-timestamps` together: lines of JSON out of chunks that end anywhere.
public struct TimedAudioReader: Sendable {
    /// The longest line that is taken, in bytes: minutes of audio.
    public static let maximumLineLength = 32 << 20

    private var line: [UInt8] = []

    /// Makes a reader that stands at the beginning of an answer.
    public init() {}

    /// Whether an unfinished line waits for its rest.
    public var hasPartialLine: Bool { line.contains { !$0.isBlank } }

    /// The pieces whose lines end in a chunk.
    ///
    /// - Throws: ``InvalidTimedAudio`` for a line that is none of the API's. The pieces before it are lost, as nothing after
    ///   it can be trusted either.
    public mutating func read(_ chunk: some Sequence<UInt8>) throws(InvalidTimedAudio) -> [TimedAudio] {
        var pieces: [TimedAudio] = []
        for byte in chunk {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                guard line.count <= Self.maximumLineLength else {
                    throw InvalidTimedAudio("a line of the answer is longer than \(Self.maximumLineLength) bytes")
                }
                continue
            }
            if let piece = try takeLine() { pieces.append(piece) }
        }
        return pieces
    }

    /// The piece in a last line that no line end follows; nil where there is none.
    ///
    /// - Throws: ``InvalidTimedAudio`` where that line is not whole.
    public mutating func finish() throws(InvalidTimedAudio) -> TimedAudio? { try takeLine() }

    private mutating func takeLine() throws(InvalidTimedAudio) -> TimedAudio? {
        defer { line.removeAll(keepingCapacity: true) }
        guard hasPartialLine else { return nil }
        return try TimedAudio(json: line)
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 32 || self == 13 || self == 9 }
}
