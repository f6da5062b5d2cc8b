import Synchronization

/// How many retries a run has left, for all of its elements together.
package final class RetryBudget: Sendable {
    /// What it began with.
    let limit: Int
    private let rest: Mutex<Int>

    /// - Parameter limit: nil for as many as the elements want.
    package init(_ limit: Int? = nil) {
        self.limit = limit ?? .max
        rest = Mutex(self.limit)
    }

    /// Takes one; false where none is left.
    func take() -> Bool {
        rest.withLock { rest in
            guard rest > 0 else { return false }
            rest -= 1
            return true
        }
    }
}
