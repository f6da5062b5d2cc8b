import GLib
import Synchronization

/// The texts of an element that stays open, one after the other: the one that comes next may be replaced until it is asked for.
final class Utterances: Sendable {
    private struct State {
        var next: String?
        var isOpen = false
        /// How many were given to be asked for, and how many of their answers are whole.
        var given = 0
        var answered = 0
        var waiters: [WakeUp] = []

        mutating func turn(_ number: Int, isDue: Bool) -> Turn {
            guard let text = next else { return isOpen ? .wait : .end }
            guard number == given, answered == given else { return .wait }
            guard isDue else { return .early }
            next = nil
            given += 1
            return .text(text)
        }
    }

    private enum Turn {
        case text(String)
        case end
        case wait
        /// There is a text, but much is still to be played before it.
        case early
    }

    /// How often it is looked whether a text is due.
    private static let interval = Duration.milliseconds(20)

    private let state = Mutex(State())

    /// A stream begins. - Parameter first: its first text; nil where that comes later.
    func begin(with first: String?) {
        state.withLock { $0 = State(next: first, isOpen: true) }
    }

    /// Whether texts are taken.
    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Whether nothing is being asked for, and nothing is to be.
    var isIdle: Bool { state.withLock { $0.isOpen && $0.next == nil && $0.answered == $0.given } }

    /// What is said next, in place of what was to be.
    func replaceNext(with text: String) { change { if $0.isOpen { $0.next = text } } }

    /// No further text comes; the next one, where there is one, is still said.
    func close() { change { $0.isOpen = false } }

    /// An answer is there to its end.
    func noteAnswered() { change { $0.answered += 1 } }

    /// Waits for a text, counted from 0, until the one before it is answered. - Parameter isDue: whether it is time to ask for it.
    /// - Returns: nil where none comes.
    func text(_ number: Int, isDue: @Sendable () -> Bool) async -> String? {
        let waiter = WakeUp()
        state.withLock { $0.waiters.append(waiter) }
        defer { state.withLock { $0.waiters.removeAll { $0 === waiter } } }
        while !Task.isCancelled {
            let isDue = isDue()
            switch state.withLock({ $0.turn(number, isDue: isDue) }) {
            case .text(let text): return text
            case .end: return nil
            case .wait: await waiter.wait()
            case .early: try? await Task.sleep(for: Self.interval)
            }
        }
        return nil
    }

    private func change(_ body: (inout State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            return state.waiters
        }
        for waiter in waiters { waiter.wake() }
    }
}
