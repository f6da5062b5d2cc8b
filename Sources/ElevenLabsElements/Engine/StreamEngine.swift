package import ElevenLabs
import GLib
import GStreamer
package import HTTP

/// What all elements of a process share: the HTTP session with its warm connections, where the service is, and the key.
///
/// A pipeline hands it to its elements in a context; an element alone (in gst-launch) takes ``standalone``.
package final class StreamEngine: Sendable {
    package static let contextType = "elevenpipe.engine"

    package let client: HTTPClient
    package let baseURL: BaseURL
    /// The retries that are left to the run.
    let retryBudget: RetryBudget
    /// How many requests of a key may be under way; nil for as many as the service allows.
    private let maximumRequests: Int?
    private let keyProvider: @Sendable () throws(StreamFailure) -> Secret

    /// - Parameter key: asked for at every request, so that a rotated key counts; throws what is told to the user.
    package init(
        client: HTTPClient, baseURL: BaseURL, retryBudget: RetryBudget = RetryBudget(), maximumRequests: Int? = nil,
        key: @escaping @Sendable () throws(StreamFailure) -> Secret
    ) {
        self.client = client
        self.baseURL = baseURL
        self.retryBudget = retryBudget
        self.maximumRequests = maximumRequests
        keyProvider = key
    }

    /// The same for one run, which has a budget of retries.
    package func with(_ retryBudget: RetryBudget) -> StreamEngine {
        StreamEngine(
            client: client, baseURL: baseURL, retryBudget: retryBudget, maximumRequests: maximumRequests,
            key: keyProvider)
    }

    /// The gate that the requests with a key go through.
    func gate(for key: Secret) -> RequestGate {
        let gate = RequestGate.shared(for: key, at: baseURL)
        if let maximumRequests { gate.limit(to: maximumRequests) }
        return gate
    }

    package func key() throws(StreamFailure) -> Secret {
        if baseURL.isExposed {
            throw StreamFailure(
                .configuration,
                "the key is not sent to \(baseURL), because plain HTTP would show it to the network; use https")
        }
        return try keyProvider()
    }

    /// The engine of elements that nobody gave one: key and address from the environment.
    package static let standalone: Result<StreamEngine, StreamFailure> = .init { () throws(StreamFailure) in
        StreamEngine(client: .shared, baseURL: try environmentBaseURL(), key: StreamEngine.environmentKey)
    }

    private static func environmentBaseURL() throws(StreamFailure) -> BaseURL {
        guard let text = Environment["ELEVENLABS_BASE_URL"] else { return .standard }
        do {
            return try BaseURL(text)
        } catch {
            throw StreamFailure(.configuration, "ELEVENLABS_BASE_URL: \(error)")
        }
    }

    @Sendable private static func environmentKey() throws(StreamFailure) -> Secret {
        guard let key = Environment["ELEVENLABS_API_KEY"] else {
            throw StreamFailure(.configuration, "no API key: set the environment variable ELEVENLABS_API_KEY")
        }
        return Secret(key)
    }

    /// The engine given to an element, else the standalone one.
    static func engine(for element: Element) throws(StreamFailure) -> StreamEngine {
        if let shared = element.shared(StreamEngine.self, as: contextType) { return shared }
        return try standalone.get()
    }
}
