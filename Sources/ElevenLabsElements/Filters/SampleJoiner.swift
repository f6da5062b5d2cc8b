import GLib

/// Joins answers of bare samples.
///
/// An answer as long as its piece (to one sample) is followed by the next one as it is: the input was cut at a quiet place, and
/// the service kept its time. Another length means that the two ends were never neighbours, and they are faded over 10 ms. The
/// fade is linear: a mixture is then never louder than the louder of the two and cannot clip, which equal power could, by 3 dB where
/// both are alike; the 3 dB that a linear fade loses where they are not alike last a few milliseconds, at a quiet place. What is
/// up to 100 ms too long or too short is made up for at the join, so that errors do not add up; an answer further off tells
/// that the service changed the speed, and its own length counts.
struct SampleJoiner: AnswerJoiner {
    private let codec: SampleCodec
    /// Of the fade, in samples.
    private let overlap: Int
    /// The longest error that is made up for, in samples.
    private let correctable: Int
    private let joinsAnywhere: Bool

    /// The end of the answer, not yet given out.
    private var held: [UInt8] = []
    /// Of the answer, in bytes.
    private var received = 0
    /// Where the answer begins and where it should, and where it should end: all in samples of the output.
    private var start = 0
    private var expectedStart = 0
    private var expectedEnd = 0
    /// How much later than on the input's time line everything is, since an answer of quite another length.
    private var shift = 0
    /// The end of the answer before, still to be mixed with the beginning of this one.
    private var tail: [Int] = []

    /// - Parameter joinsAnywhere: whether what lies beyond the piece's end is always dropped, and every join is faded.
    init(_ codec: SampleCodec, rate: Int, joinsAnywhere: Bool = false) {
        self.codec = codec
        self.joinsAnywhere = joinsAnywhere
        overlap = rate / 100
        correctable = joinsAnywhere ? .max : rate / 10
    }

    private var width: Int { codec.bytesPerSample }
    /// Whole samples of the answer.
    private var length: Int { received / width }
    private var isAsLongAsExpected: Bool { !joinsAnywhere && abs(length - (expectedEnd - expectedStart)) <= 1 }

    mutating func begin(end: Int) -> [Bytes] {
        let isFirst = received == 0 && expectedEnd == 0
        let joined = isFirst ? [] : isAsLongAsExpected ? follow() : fade()
        expectedStart = expectedEnd
        expectedEnd = end
        received = 0
        return joined
    }

    mutating func extend(to end: Int) -> [Bytes] {
        expectedEnd = end
        return tail.isEmpty ? giveOut(Bytes([])) : []
    }

    /// The answer was given out whole; half a sample at its end belongs to nothing.
    private mutating func follow() -> [Bytes] {
        start += length
        held = []
        return []
    }

    private mutating func fade() -> [Bytes] {
        held.removeLast(received % width)
        let end = start + length
        let wanted = expectedEnd + shift
        let surplus = end - wanted
        let heldStart = end - held.count / width
        let samples = codec.decode(held)
        held = []
        if surplus <= 0, -surplus <= correctable {
            // Nothing to mix with: the one fades out, the other fades in where it belongs.
            start = wanted
            tail = [Int](repeating: 0, count: overlap)
            let count = min(overlap, samples.count)
            let kept = Array(samples.dropLast(count))
            let faded = mixed(Array(samples.suffix(count)), [Int](repeating: 0, count: count))
            return [Bytes(codec.encode(kept + faded + [Int](repeating: 0, count: -surplus)))]
        }
        start = max(end - overlap, heldStart)
        if surplus > correctable || surplus < 0 {
            shift += start - wanted
        } else {
            // What is too long goes, but for the fade.
            start = max(min(start, wanted), heldStart)
        }
        tail = Array(samples[(start - heldStart)...].prefix(overlap))
        return [Bytes(codec.encode(Array(samples[..<(start - heldStart)])))]
    }

    mutating func add(_ bytes: Bytes) -> [Bytes] {
        received += bytes.count
        guard tail.isEmpty else {
            held += bytes.array
            guard held.count >= tail.count * width else { return [] }
            mixBeginning()
            return giveOut(Bytes([]))
        }
        return giveOut(bytes)
    }

    /// Everything but what the next join may need.
    private mutating func giveOut(_ bytes: Bytes) -> [Bytes] {
        let wanted = expectedEnd + shift - start
        let isFarTooLong = length - wanted > correctable
        let kept = max(0, isFarTooLong ? length - overlap : min(length - overlap, wanted))
        let count = max(0, held.count + bytes.count - (received - kept * width))
        guard count >= held.count else {
            defer { held = Array(held[count...]) + bytes.array }
            return [Bytes(held[..<count])]
        }
        let fromBytes = count - held.count
        defer { held = bytes.withUnsafeBytes { Array($0[fromBytes...]) } }
        return [Bytes(held), bytes.slice(0..<fromBytes)]
    }

    private mutating func mixBeginning() {
        let count = min(tail.count, held.count / width)
        let beginning = codec.decode(held[..<(count * width)])
        held.replaceSubrange(..<(count * width), with: codec.encode(mixed(Array(tail[..<count]), beginning)))
        tail = []
    }

    private func mixed(_ ending: [Int], _ beginning: [Int]) -> [Int] {
        let steps = ending.count + 1
        return ending.indices.map { index in
            (ending[index] * (steps - 1 - index) + beginning[index] * (index + 1)) / steps
        }
    }

    mutating func endPiece() -> [Bytes] {
        if !tail.isEmpty { mixBeginning() }
        guard isAsLongAsExpected else { return [] }
        let whole = held.count - received % width
        defer { held.removeFirst(whole) }
        return [Bytes(held[..<whole])]
    }

    mutating func finish() -> [Bytes] {
        defer { held = [] }
        return [Bytes(held)]
    }
}
