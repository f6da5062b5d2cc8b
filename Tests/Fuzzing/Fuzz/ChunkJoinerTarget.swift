import GLib

@testable import ElevenLabsElements

/// However a stream is cut, its samples come out whole, in order, each once, and their times have no gap.
enum ChunkJoinerTarget {
    @Sendable static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let size = 1 + input.byte() % 8
        var aligner = SampleAligner(bytesPerSample: size, rate: [8000, 22050, 44100, 48000][input.byte() % 4])
        var sent: [UInt8] = []
        var received: [UInt8] = []
        var end = Duration.zero
        while !input.isEmpty {
            let chunk = input.bytes(input.byte())
            sent += chunk
            guard let buffer = aligner.align(Bytes(chunk)) else { continue }
            require(!buffer.bytes.isEmpty && buffer.bytes.count % size == 0, "a buffer holds whole samples")
            require(buffer.start == end && buffer.duration > .zero, "buffers follow each other")
            end = buffer.start + buffer.duration
            received += buffer.bytes.array
        }
        require(received.elementsEqual(sent.prefix(sent.count - sent.count % size)), "nothing is lost or doubled")
    }
}
