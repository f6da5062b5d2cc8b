import GLib
import GStreamer
import Testing

@testable import ElevenLabsElements

@Suite struct SampleAlignerTests {
    /// The bytes 0, 1, 2, … so that a byte out of place shows.
    private let stream = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    @Test(arguments: [[1], [2], [3], [1, 2, 3], [1021], [4095, 1], [7, 1, 1, 500]])
    func everyByteComesOutOnceAndInOrderHoweverTheStreamIsCut(sizes: [Int]) throws {
        var aligner = SampleAligner(bytesPerSample: 2, rate: 24000)
        var out: [UInt8] = []
        var (position, turn) = (0, 0)
        while position < stream.count {
            let size = min(sizes[turn % sizes.count], stream.count - position)
            turn += 1
            if let aligned = aligner.align(Bytes(stream[position..<position + size])) {
                #expect(aligned.bytes.count.isMultiple(of: 2))
                #expect(aligned.start == Duration(samples: Int64(out.count / 2), rate: 24000))
                out += aligned.bytes.array
                #expect(aligned.start + aligned.duration == Duration(samples: Int64(out.count / 2), rate: 24000))
            }
            position += size
        }
        #expect(out == stream)
    }

    @Test func wholeChunksAreNotCopied() throws {
        var aligner = SampleAligner(bytesPerSample: 2, rate: 8000)
        let bytes = Bytes([1, 2, 3, 4])
        let aligned = aligner.align(bytes)
        #expect(aligned?.bytes === bytes)
    }

    @Test func timesStayExactOverHours() {
        // 22,050 does not divide a second of nanoseconds: added up, the error of a buffer would become audible.
        #expect(Duration(samples: 22050 * 3600 * 10, rate: 22050) == .seconds(36000))
    }
}
