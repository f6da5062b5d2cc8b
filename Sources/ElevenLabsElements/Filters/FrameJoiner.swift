import GLib

/// Joins answers in MP3, frame by frame and without decoding them.
///
/// An encoder begins with a frame of silence (its delay, 1105 samples with the decoder's) and ends with frames that fill up. So
/// each answer is longer than its piece by two or three frames; what lies beyond the piece's end, to the nearest frame, is dropped when
/// another answer follows, and every answer begins within half a frame (13 ms at 44.1 kHz) of where it should.
///
/// The last frame kept stands where the next answer's first would, since the sound lags by the delay. It is the first one's audio
/// with the second one's reservoir: the second frame of an answer nearly always begins inside the first, whose room it would
/// otherwise miss, and a decoder would read noise.
struct FrameJoiner: AnswerJoiner {
    /// An answer further off than this many frames has another length than its piece, which then counts.
    private let correctable: Int
    /// What an encoder adds to an answer whose length says nothing.
    private static let usualSurplus = 2

    private let rate: Int
    private var parser = MP3Parser()
    /// In samples; known with the first frame.
    private var frameLength = 1152
    private var isFirst = true
    /// What lies beyond the piece's end, not yet given out: frames and, in the first answer, what stands between them.
    private var held: [MP3Parser.Item] = []
    /// Where the answer ends on the output's time line, in samples.
    private var expectedEnd = 0
    /// Frames given out and held.
    private var count = 0
    /// How many frames later everything is, since an answer of quite another length.
    private var shift = 0
    /// The last answer's frame that takes the place of this one's first.
    private var substitute: MP3Frame?
    /// This answer's first frame, until the second tells what it needs of it.
    private var first: MP3Frame?
    /// Frames of this answer.
    private var received = 0

    /// - Parameter joinsAnywhere: whether what lies beyond the piece's end is always dropped.
    init(rate: Int, joinsAnywhere: Bool = false) {
        self.rate = rate
        correctable = joinsAnywhere ? .max : 8
    }

    private var expectedFrames: Int {
        // The encoder may have chosen another rate than was asked for.
        let samples = expectedEnd * (parser.rate ?? rate) / rate
        return (samples + frameLength / 2) / frameLength + shift
    }

    mutating func begin(end: Int) -> [Bytes] {
        defer { expectedEnd = end }
        guard expectedEnd > 0 else { return [] }
        isFirst = false
        received = 0
        _ = parser.finish()
        let frames = held.compactMap { item in
            if case .frame(let frame) = item { frame } else { nil }
        }
        held = []
        var surplus = count - expectedFrames
        if surplus > correctable || surplus < -correctable {
            let usual = min(surplus > 0 ? Self.usualSurplus : 0, frames.count)
            shift += surplus - usual
            surplus = usual
        }
        let dropped = min(max(surplus, 0), frames.count)
        count -= dropped
        substitute = frames.suffix(dropped).first
        return frames.dropLast(dropped).map { Bytes($0.bytes) }
    }

    mutating func extend(to end: Int) -> [Bytes] {
        expectedEnd = end
        var out: [Bytes] = []
        giveOut(&out)
        return out
    }

    mutating func add(_ bytes: Bytes) -> [Bytes] {
        let items = bytes.withUnsafeBytes { parser.add($0) }
        var out: [Bytes] = []
        for item in items { take(item, &out) }
        return out
    }

    private mutating func take(_ item: MP3Parser.Item, _ out: inout [Bytes]) {
        guard case .frame(let frame) = item else {
            if isFirst { hold(item, &out) }
            return
        }
        if frame.isFileHeader, received == 0 {
            if isFirst { hold(item, &out) }
            return
        }
        frameLength = frame.header.samples
        received += 1
        if received == 1, substitute != nil {
            first = frame
            return
        }
        if let first { hold(.frame(beginning(first, before: frame)), &out) }
        first = nil
        hold(item, &out)
    }

    /// What stands in the place of an answer's first frame.
    private mutating func beginning(_ first: MP3Frame, before second: MP3Frame) -> MP3Frame {
        defer { substitute = nil }
        let room = first.bytes.dropFirst(first.header.dataOffset)
        guard let substitute, second.reservoir <= room.count else { return first }
        return substitute.ending(with: room.suffix(second.reservoir)) ?? first
    }

    /// Gives out what is wanted whatever follows, and keeps the rest.
    private mutating func hold(_ item: MP3Parser.Item, _ out: inout [Bytes]) {
        held.append(item)
        if case .frame(let frame) = item, !(frame.isFileHeader && received == 0) { count += 1 }
        giveOut(&out)
    }

    private mutating func giveOut(_ out: inout [Bytes]) {
        let surplus = count - expectedFrames
        let kept = surplus > correctable ? Self.usualSurplus : max(surplus, 0)
        while let next = held.first, !next.isFrame || held.count(where: \.isFrame) > kept {
            out.append(next.bytes)
            held.removeFirst()
        }
    }

    mutating func endPiece() -> [Bytes] {
        defer { (first, substitute) = (nil, nil) }
        var out: [Bytes] = []
        if let first { hold(.frame(first), &out) }
        return out
    }

    mutating func finish() -> [Bytes] {
        defer { held = [] }
        let rest = parser.finish()
        return held.map(\.bytes) + (isFirst ? [Bytes(rest)] : [])
    }
}

extension MP3Parser.Item {
    fileprivate var isFrame: Bool { if case .frame = self { true } else { false } }

    fileprivate var bytes: Bytes {
        switch self {
        case .frame(let frame): Bytes(frame.bytes)
        case .other(let bytes): Bytes(bytes)
        }
    }
}
