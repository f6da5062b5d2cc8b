/// Audio with the time of each character, on its way from the service.
///
/// It behaves as ``AudioResponse`` does; its elements are ``TimedAudio``, whose audio put together is the whole stream.
public struct TimedAudioResponse: AsyncSequence, Sendable {
    /// What iteration throws.
    public typealias Failure = ElevenLabsClientError
    /// A piece of the audio, and when its characters are heard.
    public typealias Element = TimedAudio

    /// What the service says in the answer's head: request id, cost, limits, region.
    public let metadata: ResponseMetadata
    /// The header `content-type` of the lines that carry the audio.
    public let contentType: String?
    /// What the audio is encoded in.
    public let outputFormat: OutputFormat
    private let answer: AnswerReader
    private let reader: TimedAnswerReader

    init(_ response: AudioResponse, check: AnswerCheck) {
        metadata = response.metadata
        contentType = response.contentType
        outputFormat = response.outputFormat
        answer = response.reader
        reader = TimedAnswerReader(response.reader, check: check)
    }

    /// Ends the request; a waiting and every further read throws ``ElevenLabsClientError/cancelled``.
    public func cancel() async { await answer.fail(.cancelled) }

    /// Goes on where the last reader stopped.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }

    /// The way through the pieces.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let reader: TimedAnswerReader

        /// Waits for the next piece; nil at the end of the whole audio.
        public func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ElevenLabsClientError) -> TimedAudio? {
            try await reader.next()
        }
    }
}
