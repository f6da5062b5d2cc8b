/// Audio on its way from the service: its bytes, piece by piece, while the service still makes them.
///
/// ```swift
/// let speech = try await client.textToSpeech(request)
/// for try await bytes in speech { file.write(Data(bytes)) }
/// ```
///
/// It has one reader. Nothing is read from the network before it is asked for, so that a slow reader slows the service; only
/// where another request with the same key waits for its turn, the rest is read at once and kept, in memory to 8 MB and on
/// disk beyond. The loop ends when the audio is there to its last byte, and throws where it is not. When the last copy of this
/// value goes away, or the reading task is cancelled, the request ends at once.
public struct AudioResponse: AsyncSequence, Sendable {
    /// What iteration throws.
    public typealias Failure = ElevenLabsClientError
    /// A piece of the audio.
    public typealias Element = AudioBytes

    /// What the service says in the answer's head: request id, cost, limits, region.
    public let metadata: ResponseMetadata
    /// The header `content-type`, which the service does not always set to what it sends: ``outputFormat`` tells what comes.
    public let contentType: String?
    /// What the audio is encoded in.
    public let outputFormat: OutputFormat
    let reader: AnswerReader

    /// Ends the request; a waiting and every further read throws ``ElevenLabsClientError/cancelled``.
    public func cancel() async { await reader.fail(.cancelled) }

    /// Goes on where the last reader stopped.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader) }

    /// The way through the pieces.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let reader: AnswerReader

        /// Waits for the next piece; nil at the end of the whole audio.
        public func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ElevenLabsClientError) -> AudioBytes? {
            try await reader.next().map(AudioBytes.init)
        }
    }
}
