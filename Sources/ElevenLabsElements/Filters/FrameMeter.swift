#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures a stream of S16LE samples in frames of 20 ms at 16 kHz, and remembers the latest frames.
struct FrameMeter: Sendable {
    /// In samples.
    static let length = 320

    struct Frame: Sendable {
        /// The mean square around the frame's mean, so that an offset is no sound.
        var power: Double
        /// In dB below full scale, -96 at the lowest.
        var level: Double
        /// Where the signal crosses its mean nearest to the frame's middle; from the stream's start.
        var crossing: Int
        /// Where the frame ends; from the stream's start.
        var end: Int
    }

    /// Samples that have come.
    private(set) var position = 0
    private let kept: Int
    private var frames: [Frame] = []
    private var samples: [Int16] = []
    private var oddByte: UInt8?

    /// - Parameter kept: how many frames are remembered at least.
    init(kept: Int) {
        self.kept = kept
        samples.reserveCapacity(Self.length)
    }

    var all: ArraySlice<Frame> { frames[...] }

    /// The latest frames, or as many as there are.
    func latest(_ count: Int) -> ArraySlice<Frame> { frames.suffix(count) }

    /// Takes bytes up to the end of a frame, and moves the offset behind them.
    /// - Returns: the frame; nil where the bytes end before it.
    mutating func add(_ bytes: UnsafeRawBufferPointer, from offset: inout Int) -> Frame? {
        while offset < bytes.count {
            if let low = oddByte {
                oddByte = nil
                samples.append(Int16(truncatingIfNeeded: Int(low) | Int(bytes[offset]) << 8))
                offset += 1
            } else if offset + 1 < bytes.count {
                samples.append(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int16.self)))
                offset += 2
            } else {
                oddByte = bytes[offset]
                offset += 1
                return nil
            }
            position += 1
            if samples.count == Self.length { return endFrame() }
        }
        return nil
    }

    private mutating func endFrame() -> Frame {
        var (sum, squares) = (0, 0)
        for sample in samples {
            sum += Int(sample)
            squares += Int(sample) * Int(sample)
        }
        let mean = Double(sum) / Double(Self.length)
        let power = max(0, Double(squares) / Double(Self.length) - mean * mean)
        let level = max(-96, 10 * log10(power / (32768 * 32768)))
        let frame = Frame(
            power: power, level: level, crossing: position - Self.length + crossing(around: mean), end: position)
        samples.removeAll(keepingCapacity: true)
        // A frame at a time would move all the others each time.
        if frames.count >= 2 * kept { frames.removeFirst(frames.count - kept + 1) }
        frames.append(frame)
        return frame
    }

    /// The first sample on the other side of the mean, nearest to the middle; the middle where there is none.
    private func crossing(around mean: Double) -> Int {
        let middle = Self.length / 2
        func isCrossing(_ index: Int) -> Bool { (Double(samples[index - 1]) < mean) != (Double(samples[index]) < mean) }
        for distance in 0..<middle {
            if isCrossing(middle + distance) { return middle + distance }
            if isCrossing(middle - distance) { return middle - distance }
        }
        return middle
    }
}
