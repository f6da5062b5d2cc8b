/// When what happened in one exchange.
package struct HTTPTimings: Sendable {
    /// ``HTTPClient/send(_:)`` was called.
    package internal(set) var start: ContinuousClock.Instant
    /// A new connection was there, TLS included; nil where one was reused.
    package internal(set) var connected: ContinuousClock.Instant?
    /// The last byte of the request was handed to the socket; nil where the response came before.
    package internal(set) var requestSent: ContinuousClock.Instant?
    /// The response head was there.
    package internal(set) var head: ContinuousClock.Instant
    /// Whether a kept-alive connection served this exchange.
    package internal(set) var reusedConnection: Bool
}
