import GStreamer

/// PCM audio as it comes out of a pipeline: the sequence that ``Pipeline/audio(from:as:rate:channels:policy:paced:)`` gives.
///
/// One reader, once. The sequence ends when the branch ends and when the run is stopped, and throws what the run throws when
/// that fails, after all that came before. In a cancelled task it ends at once.
///
/// Who leaves the loop, or lets go of the sequence without a look at it, is no consumer any more: the branch runs on and what
/// comes of it is thrown away, so that nothing else waits. To end the run as well, call ``Pipeline/stop()``.
public final class AudioOutput<Sample: PCMSample>: AsyncSequence, Sendable {
    /// A piece of audio.
    public typealias Element = AudioChunk<Sample>
    /// What a run fails with.
    public typealias Failure = PipelineError

    private let port: OutputPort

    init(_ port: OutputPort) { self.port = port }

    deinit { port.abandonUnlessRead() }

    /// How much audio was dropped, as the policy asks; zero where the pipeline waits.
    public var dropped: Duration { port.dropped }

    /// Begins to read. A second reader gets an error.
    public func makeAsyncIterator() -> Iterator { Iterator(reader: OutputReader(port)) }

    /// The reader.
    public struct Iterator: AsyncIteratorProtocol {
        let reader: OutputReader
        /// What has been read, for samples that say nothing of their time.
        private var end = Duration.zero

        init(reader: OutputReader) { self.reader = reader }

        /// Waits for the next chunk; nil at the end, and in a cancelled task.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(PipelineError) -> AudioChunk<Sample>? {
            while let media = try await reader.next() {
                guard let info = media.audioInfo, media.count >= info.bytesPerFrame else { continue }
                let format = AudioFormat(Sample.sampleType, rate: info.rate, channels: info.channels)
                let chunk = AudioChunk<Sample>(format: format, timestamp: media.runningTime ?? end, media: media)
                end = chunk.timestamp + chunk.duration
                return chunk
            }
            return nil
        }
    }
}
