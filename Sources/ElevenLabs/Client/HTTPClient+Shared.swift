package import HTTP

extension HTTPClient {
    /// The process's one session with the service: whoever asks next finds the connection warm.
    package nonisolated static let shared = HTTPClient(userAgent: "elevenpipe")
}
