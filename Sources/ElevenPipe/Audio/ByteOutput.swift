import GStreamer

/// An encoded stream as it comes out of a pipeline: the sequence that ``Pipeline/bytes(from:)`` gives.
///
/// One reader, once. The pipeline waits for it, and nothing is lost. The sequence ends when the branch ends and when the run is
/// stopped, and throws what the run throws when that fails, after all that came before. In a cancelled task it ends at once.
/// Who leaves the loop is no consumer any more, as with ``AudioOutput``.
public final class ByteOutput: AsyncSequence, Sendable {
    /// A piece of the stream.
    public typealias Element = ByteChunk
    /// What a run fails with.
    public typealias Failure = PipelineError

    private let port: OutputPort

    init(_ port: OutputPort) { self.port = port }

    deinit { port.abandonUnlessRead() }

    /// Begins to read. A second reader gets an error.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: OutputReader(port)) }

    /// The reader.
    public struct Iterator: AsyncIteratorProtocol {
        let reader: OutputReader

        /// Waits for the next chunk; nil at the end, and in a cancelled task.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(PipelineError) -> ByteChunk? {
            try await reader.next().map { ByteChunk(media: $0) }
        }
    }
}
