import GLib
import HTTP

/// The ElevenLabs API: text to speech, voice changer, audio isolation, models and voices.
///
/// ```swift
/// let client = ElevenLabsClient(apiKey: try .environment())
/// let request = TextToSpeechRequest(voiceID: "JBFqnCBsd6RMkjVDRZzb", text: "Hello.")
/// for try await bytes in try await client.textToSpeech(request) { file.write(Data(bytes)) }
/// ```
///
/// A client is a value that is free to make and to copy: all clients of a process share one network thread and its warm
/// connections. Requests with one key take turns where the service takes no more of them at once, those of pipelines in the
/// same process included.
///
/// A request is sent again where that may help (no connection, silence, 408, 409, 429 and 5xx; `Retry-After` is honoured up to
/// a minute, else the delay grows, with chance in it), and never after the first byte of audio has come. Cancelling the task
/// ends the request at once. Every method throws ``ElevenLabsClientError`` and nothing else. Nothing is printed: what happens
/// is told to a function given as `onEvent`.
public struct ElevenLabsClient: Sendable {
    /// Where the service is.
    public let baseURL: BaseURL
    /// How long each part of a request may take.
    public let timeouts: Timeouts
    /// How many times a request is sent again at most.
    public let retries: Int
    let onEvent: (@Sendable (ClientEvent) -> Void)?
    private let provider: @Sendable () async throws(ElevenLabsClientError) -> APIKey

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - apiKey: the key; it goes out over TLS or to a loopback address only.
    ///   - baseURL: another address than the service's own: a region's, a proxy's or a simulator's.
    ///   - timeouts: how long each part of a request may take.
    ///   - retries: how many times a request is sent again at most; 0 for never.
    ///   - onEvent: told what happens, for logs and metrics. Called on any thread, and must return soon.
    public init(
        apiKey: APIKey, baseURL: BaseURL = .standard, timeouts: Timeouts = Timeouts(), retries: Int = 2,
        onEvent: (@Sendable (ClientEvent) -> Void)? = nil
    ) {
        self.baseURL = baseURL
        self.timeouts = timeouts
        self.retries = max(retries, 0)
        self.onEvent = onEvent
        provider = { () throws(ElevenLabsClientError) in apiKey }
    }

    /// Makes a client whose key comes from a function.
    ///
    /// - Parameters:
    ///   - apiKeyProvider: asked at every call, so that a rotated key counts. What it throws ends the call with
    ///     ``ElevenLabsClientError/configuration(reason:)``, which repeats the error's description.
    ///   - baseURL: another address than the service's own: a region's, a proxy's or a simulator's.
    ///   - timeouts: how long each part of a request may take.
    ///   - retries: how many times a request is sent again at most; 0 for never.
    ///   - onEvent: told what happens, for logs and metrics. Called on any thread, and must return soon.
    public init(
        apiKeyProvider: @escaping @Sendable () async throws -> String, baseURL: BaseURL = .standard,
        timeouts: Timeouts = Timeouts(), retries: Int = 2, onEvent: (@Sendable (ClientEvent) -> Void)? = nil
    ) {
        self.baseURL = baseURL
        self.timeouts = timeouts
        self.retries = max(retries, 0)
        self.onEvent = onEvent
        provider = { () throws(ElevenLabsClientError) in
            do {
                return APIKey(try await apiKeyProvider())
            } catch {
                if error is CancellationError || Task.isCancelled { throw .cancelled }
                throw .configuration(
                    reason: "the API key cannot be had: \(DisplayText.line("\(error)", limit: 300))")
            }
        }
    }

    /// The key for a request, if it may be sent to where the service is.
    func key() async throws(ElevenLabsClientError) -> Secret {
        if baseURL.isExposed {
            throw .configuration(
                reason:
                    "the key is not sent to \(baseURL), because plain HTTP would show it to the network; use https")
        }
        return try await provider().checked()
    }
}
