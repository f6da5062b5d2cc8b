/// Something that happened to a request of an ``ElevenLabsClient``, for logs and metrics. It holds neither the key nor the text.
public struct ClientEvent: Sendable, Hashable {
    /// What a request is for.
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        /// ``ElevenLabsClient/textToSpeech(_:)``
        case textToSpeech = "text-to-speech"
        /// ``ElevenLabsClient/textToSpeechWithTimestamps(_:)``
        case textToSpeechWithTimestamps = "text-to-speech-with-timestamps"
        /// ``ElevenLabsClient/voiceChanger(_:audio:)``
        case voiceChanger = "voice-changer"
        /// ``ElevenLabsClient/audioIsolation(_:audio:)``
        case audioIsolation = "audio-isolation"
        /// ``ElevenLabsClient/models()``
        case models
        /// ``ElevenLabsClient/voices(matching:)`` and ``ElevenLabsClient/voicePage(matching:after:)``
        case voices
    }

    /// What happened. The last event of every call is ``ended(receivedBytes:)`` or ``failed(_:)``, and there is one of them.
    public enum Kind: Sendable, Hashable {
        /// As many requests as the service allows are under way: it waits behind so many others.
        case queued(ahead: Int)
        /// It is about to be sent, for the first time or again; counted from 1.
        case sending(attempt: Int)
        /// It failed and will be sent again after a delay.
        case retrying(after: Duration, because: ElevenLabsClientError)
        /// The service answered with success. The time is from ``sending(attempt:)`` to the head.
        case answered(ResponseMetadata, after: Duration)
        /// The first byte of audio is here. The time is from ``sending(attempt:)``.
        case firstByte(after: Duration)
        /// The answer was read to its end.
        case ended(receivedBytes: Int)
        /// It ended early, and this is what its caller was told; ``ElevenLabsClientError/cancelled`` also where an answer was
        /// let go of unread.
        case failed(ElevenLabsClientError)
    }

    /// What the request is for.
    public let operation: Operation
    /// The same for all events of one call, different for every call of the process.
    public let call: Int
    /// What happened.
    public let kind: Kind
}
