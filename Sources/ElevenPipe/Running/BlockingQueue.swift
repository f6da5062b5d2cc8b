import Dispatch
import GStreamer

/// A thread for GStreamer's calls that may block, one after the other: state changes, queries.
final class BlockingQueue: Sendable {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    /// Does it later, after what was asked for before.
    func async(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

    /// Does it after a while.
    func async(after delay: Duration, _ body: @escaping @Sendable () -> Void) {
        let nanoseconds = Int(clamping: delay.clockTime)
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds), execute: body)
    }

    /// Waits for it on the thread that calls; never call it in a task.
    func sync<Result>(_ body: () -> Result) -> Result { queue.sync(execute: body) }

    /// Waits for it without holding up a task's thread.
    func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: body()) } }
    }
}
