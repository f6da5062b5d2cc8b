import Foundation
import GLib
import Synchronization

/// SIGINT and SIGTERM: the first asks for an orderly end, the second for one at once.
final class StopSignals: Sendable {
    private struct State {
        var received: Int32?
        var count = 0
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    /// Not Dispatch's sources: they come into force some time after they are made, and a signal until then is lost.
    private let executor = MainContextExecutor(name: "signals")

    init() {
        for number in [SIGINT, SIGTERM] {
            // The handler keeps this, and so it stays for the life of the process.
            executor.onSignal(number) { [self] in note(number) }
        }
    }

    /// What a signal does from now on; before there was something to stop, a signal ends the process.
    func onStop(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.action = action } }

    /// From now on a signal ends the process: what was to be stopped is over.
    func endProcess() { state.withLock { $0.action = nil } }

    /// The shell's code for the signal that came.
    var exitCode: Int32 {
        state.withLock { $0.received } == SIGTERM ? ExitCode.terminated : ExitCode.interrupted
    }

    private func note(_ number: Int32) {
        let action = state.withLock { state in
            if state.received == nil { state.received = number }
            state.count += 1
            // Who has asked in order, and then for an end at once, means it.
            return state.count > 2 ? nil : state.action
        }
        if let action { action() } else { exit(number == SIGTERM ? ExitCode.terminated : ExitCode.interrupted) }
    }
}
