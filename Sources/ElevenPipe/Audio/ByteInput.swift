import GLib
import GStreamer

/// The way for encoded audio of the program's into a pipeline, as it would stand in a file: what
/// ``Pipeline/input(_:caps:)`` gives.
///
/// Write from one task at a time. When the writer is let go of, the input is finished.
public final class ByteInput: Sendable {
    private let port: InputPort

    init(_ port: InputPort) { self.port = port }

    deinit { port.finish() }

    /// Writes bytes, cut anywhere, and returns when all of them are on their way. It waits until the pipeline runs, and while a
    /// megabyte waits to be taken.
    ///
    /// - Throws: `CancellationError` in a cancelled task: some of the bytes may be written. ``PipelineError`` where the run has
    ///   failed, with its cause, or is over, or takes nothing more.
    public func write(_ bytes: RawSpan) async throws {
        try await port.write(bytes.byteCount, piece: Self.piece) { range in
            bytes.extracting(range).withUnsafeBytes { Buffer(wrapping: Bytes(copying: $0)) }
        }
    }

    /// Writes bytes; as a span of them is written.
    public func write(_ bytes: [UInt8]) async throws { try await write(bytes.span.bytes) }

    /// Passes on what comes out of a pipeline, without a copy.
    public func write(_ chunk: ByteChunk) async throws {
        try await port.write(chunk.count, piece: Self.piece) { chunk.media.makeBuffer($0) }
    }

    /// Says that everything was written. What waits is still taken; then the input's branch ends.
    public func finish() { port.finish() }

    private static let piece = 64 << 10
}
