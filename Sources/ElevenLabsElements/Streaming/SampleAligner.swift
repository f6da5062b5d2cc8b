import GLib
import GStreamer

/// Cuts a stream of raw samples, whose chunks end anywhere, into buffers of whole samples with their times.
///
/// What is left of a sample at the end of a chunk waits for the next one. Chunks that need no mending are passed without a
/// copy.
struct SampleAligner: Sendable {
    /// Bytes.
    let bytesPerSample: Int
    /// Hz.
    let rate: Int
    private var carry: [UInt8] = []
    private var position: Int64 = 0

    init(bytesPerSample: Int, rate: Int) {
        self.bytesPerSample = bytesPerSample
        self.rate = rate
    }

    /// Whole samples out of the bytes carried over and these, and when they play; nil where not even one is whole.
    mutating func align(_ bytes: Bytes) -> (bytes: Bytes, start: Duration, duration: Duration)? {
        let total = carry.count + bytes.count
        let whole = total - total % bytesPerSample
        guard whole > 0 else {
            carry += bytes.array
            return nil
        }
        let used = whole - carry.count
        let aligned: Bytes
        if carry.isEmpty {
            aligned = used == bytes.count ? bytes : bytes.slice(0..<used)
        } else {
            var joined = ContiguousArray(carry)
            joined.reserveCapacity(whole)
            bytes.withUnsafeBytes { joined.append(contentsOf: $0.prefix(used)) }
            aligned = Bytes(joined)
        }
        carry = bytes.withUnsafeBytes { Array($0.suffix($0.count - used)) }
        let samples = Int64(whole / bytesPerSample)
        let start = Duration(samples: position, rate: rate)
        position += samples
        return (aligned, start, Duration(samples: position, rate: rate) - start)
    }
}
