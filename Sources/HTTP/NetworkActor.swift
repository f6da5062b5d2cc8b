package import GLib

/// The one network thread of the process: libsoup's client, its callbacks and whoever reads from it live here.
@globalActor
package actor NetworkActor {
    package static let shared = NetworkActor()

    /// Runs the network's `GMainContext`.
    package static let executor = MainContextExecutor(name: "elevenpipe-net")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { Self.executor.asUnownedSerialExecutor() }

    /// Runs code of this actor in a callback that GLib made on the network's thread. Traps on any other thread.
    static func assumeIsolated<Result: Sendable>(_ body: @NetworkActor () -> Result) -> Result {
        executor.checkIsolated()
        // The compiler cannot know that a C callback is on our thread; the check above does.
        return withoutActuallyEscaping(body) { unsafeBitCast($0, to: (() -> Result).self)() }
    }

    /// Runs code of this actor soon, without waiting for it.
    nonisolated static func perform(_ body: @escaping @Sendable @NetworkActor () -> Void) {
        executor.perform { assumeIsolated(body) }
    }
}
