/// How often and when a failed request is tried again. A value: it neither waits nor counts.
package struct RetryPolicy: Sendable, Equatable {
    /// How many times a request is sent at most, the first included.
    package var attempts: Int
    /// The bound of the first random delay; doubled with every further attempt.
    package var base: Duration
    /// The bound that doubling does not pass.
    package var cap: Duration
    /// The longest wait a server may ask for.
    package var retryAfterCap: Duration

    package init(
        attempts: Int = 3, base: Duration = .milliseconds(250), cap: Duration = .seconds(8),
        retryAfterCap: Duration = .seconds(60)
    ) {
        self.attempts = attempts
        self.base = base
        self.cap = cap
        self.retryAfterCap = retryAfterCap
    }

    package static let never = RetryPolicy(attempts: 1)

    /// Whether a status says that the same request may succeed later: 408, 409, 429 and 5xx.
    package static func isTransient(status: Int) -> Bool {
        status == 408 || status == 409 || status == 429 || (500...599).contains(status)
    }

    /// How long to wait before the next attempt; nil where none is left.
    /// - Parameters:
    ///   - attempt: how many attempts have failed, from 1.
    ///   - retryAfter: what the server asked for. Beyond ``retryAfterCap`` there is no further attempt: an earlier one would
    ///     be refused again.
    package func delay(
        afterAttempt attempt: Int, retryAfter: Duration? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        guard attempt < attempts else { return nil }
        if let retryAfter { return retryAfter <= retryAfterCap ? retryAfter : nil }
        // Full jitter: anywhere between nothing and the bound, so that clients that failed together do not come back together.
        let bound = min(base * (1 << min(max(attempt - 1, 0), 30)), cap)
        return bound * Double.random(in: 0...1, using: &generator)
    }

    package func delay(afterAttempt attempt: Int, retryAfter: Duration? = nil) -> Duration? {
        var generator = SystemRandomNumberGenerator()
        return delay(afterAttempt: attempt, retryAfter: retryAfter, using: &generator)
    }
}
