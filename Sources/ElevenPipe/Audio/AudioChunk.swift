import GStreamer

/// A piece of PCM audio out of a pipeline. It keeps the pipeline's own buffer alive, without a copy: hold on to few.
public struct AudioChunk<Sample: PCMSample>: Sendable {
    /// How the samples lie in memory. The sample type is that of `Sample`.
    public let format: AudioFormat
    /// When the first frame is due, from the start of the stream.
    public let timestamp: Duration
    let media: MediaSample

    /// Frames: samples of one channel.
    public var frameCount: Int { media.count / format.bytesPerFrame }

    /// How long the chunk takes to play.
    public var duration: Duration { Duration(samples: Int64(frameCount), rate: format.rate) }

    /// Lends the interleaved samples to a closure.
    public func withSamples<Result, Failure: Error>(
        _ body: (Span<Sample>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try media.withUnsafeBytes { (bytes) throws(Failure) in
            // No more than there is, should another type ever conform.
            let count = min(frameCount * format.channels, bytes.count / MemoryLayout<Sample>.stride)
            let isAligned =
                bytes.baseAddress.map { Int(bitPattern: $0) % MemoryLayout<Sample>.alignment == 0 } ?? true
            guard isAligned else {
                // A buffer that was cut out of bytes may begin anywhere.
                let samples = (0..<count).map {
                    bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Sample>.stride, as: Sample.self)
                }
                return try body(samples.span)
            }
            return try bytes.withMemoryRebound(to: Sample.self) {
                (samples: UnsafeBufferPointer<Sample>) throws(Failure) in
                try body(samples.extracting(0..<count).span)
            }
        }
    }

    /// Lends the samples to a closure as the bytes that they are.
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try media.withUnsafeBytes { (bytes) throws(Failure) in try body(bytes.bytes) }
    }

    /// A copy of the interleaved samples.
    public var samples: [Sample] {
        withSamples { span in
            [Sample](unsafeUninitializedCapacity: span.count) { target, count in
                for index in span.indices { target.initializeElement(at: index, to: span[index]) }
                count = span.count
            }
        }
    }
}
