import GStreamer

/// A piece of an encoded stream out of a pipeline. It keeps the pipeline's own buffer alive, without a copy.
public struct ByteChunk: Sendable {
    let media: MediaSample

    /// The kind of the stream as HTTP names it in `Content-Type`, as in `audio/ogg`; for a kind that has no such name,
    /// GStreamer's.
    public var mediaType: String { MediaType.name(of: media) }

    /// Bytes.
    public var count: Int { media.count }

    /// When the chunk is due, from the start of the stream; nil where the stream does not tell.
    public var timestamp: Duration? { media.runningTime }

    /// Whether the bytes describe the stream and are no media, as the first pages of an Ogg stream.
    public var isHeader: Bool { media.isHeader }

    /// Lends the bytes to a closure.
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try media.withUnsafeBytes { (bytes) throws(Failure) in try body(bytes.bytes) }
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { media.withUnsafeBytes { [UInt8]($0) } }
}
