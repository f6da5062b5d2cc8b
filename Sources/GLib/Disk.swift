import Dispatch

/// Runs what may take the disk's time on a thread of its own, where no task is held up by it.
package enum Disk {
    private static let queue = DispatchQueue(label: "elevenpipe.disk")

    package static func perform<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }
}
