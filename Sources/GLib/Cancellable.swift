package import CGLib

/// A `GCancellable`: cancels a GIO call from any thread, before it starts, while it runs or after it ended.
///
/// Sendable: GIO documents `GCancellable` as thread-safe.
package final class Cancellable: @unchecked Sendable {
    package let pointer: UnsafeMutablePointer<GCancellable>

    package init() { pointer = g_cancellable_new() }

    deinit { g_object_unref(pointer) }

    package func cancel() { g_cancellable_cancel(pointer) }
    package var isCancelled: Bool { g_cancellable_is_cancelled(pointer) != 0 }
}
