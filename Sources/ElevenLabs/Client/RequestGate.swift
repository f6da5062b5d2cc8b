package import GLib
import Synchronization

/// Keeps the concurrent requests of one key within the limit that the service reports, in the order in which they came.
///
/// A request has its place from before it is sent until its answer is read to its end. In that time it waits for the service
/// alone: as soon as somebody waits for a place, what has one reads its answer to the end, whether its pipeline takes it or
/// not (``AnswerBody``). So every place comes free, and no order in which pipelines want their answers locks them.
///
/// The limit is unknown before the first answer: until then nobody waits, and the service refuses what is too much.
package final class RequestGate: Sendable {
    private let state = Mutex(State())

    package init() {}

    private struct State {
        /// What the service reported last, by model: some may run more often at once than others.
        var limits: [String: Int] = [:]
        /// How many ran when the service refused one more than that, which others with the same key may be the cause of;
        /// with each that it takes, one more.
        var ceiling: Int?
        /// The places that are taken, and how to wake who has them.
        var holders: [ObjectIdentifier: WakeUp] = [:]
        /// Those that wait for one, by their numbers.
        var line: [Waiter] = []
        var lastNumber = 0

        /// What the program allows; the lowest of several.
        var ownLimit = Int.max

        var hasRoom: Bool { holders.count < min(limits.values.min() ?? .max, ceiling ?? .max, ownLimit) }

        mutating func hold() -> WakeUp {
            let wakeUp = WakeUp()
            holders[ObjectIdentifier(wakeUp)] = wakeUp
            return wakeUp
        }
    }

    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Place?, Never>
    }

    /// One of the requests that may be under way. It is given back when nobody holds it any more, at the latest.
    package final class Place: Sendable {
        private let gate: RequestGate
        /// Woken when somebody begins to wait for a place.
        package let wakeUp: WakeUp
        /// Whether there was none at first.
        package let wasWaitedFor: Bool

        fileprivate init(at gate: RequestGate, _ wakeUp: WakeUp, wasWaitedFor: Bool) {
            self.gate = gate
            self.wakeUp = wakeUp
            self.wasWaitedFor = wasWaitedFor
        }

        fileprivate var id: ObjectIdentifier { ObjectIdentifier(wakeUp) }

        deinit { giveBack() }

        /// Whether somebody waits for a place.
        package var isWanted: Bool { gate.state.withLock { !$0.line.isEmpty } }

        /// Any thread, any number of times.
        package func giveBack() { gate.change { $0.holders[id] = nil } }
    }

    // MARK: Waiting

    /// A number in line, which a request keeps when it is sent again: who came first goes first.
    package func takeNumber() -> Int {
        state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }

    /// Waits for a place; nil in a task that is cancelled.
    /// - Parameter onWait: called, before the wait, where there is one: how many go before.
    package func place(for number: Int, onWait: @Sendable (_ ahead: Int) -> Void = { _ in }) async -> Place? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enum Entry {
                    case place(WakeUp)
                    case line(ahead: Int, holders: [WakeUp])
                    case none
                }
                let entry: Entry = state.withLock { state in
                    if Task.isCancelled { return .none }
                    let ahead = state.line.firstIndex { $0.number > number } ?? state.line.count
                    if ahead == 0, state.hasRoom { return .place(state.hold()) }
                    state.line.insert(Waiter(number: number, continuation: continuation), at: ahead)
                    return .line(ahead: ahead, holders: Array(state.holders.values))
                }
                switch entry {
                case .none: continuation.resume(returning: nil)
                case .place(let wakeUp): continuation.resume(returning: Place(at: self, wakeUp, wasWaitedFor: false))
                case .line(let ahead, let holders):
                    onWait(ahead)
                    for holder in holders { holder.wake() }
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.line.firstIndex { $0.number == number }.map { state.line.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    /// Lets no more than so many, at least one, be under way at once.
    package func limit(to count: Int) { state.withLock { $0.ownLimit = min($0.ownLimit, max(count, 1)) } }

    // MARK: What the service says

    /// The service took a request, and may say what the limit is. What no count is tells nothing.
    package func note(limit: Int?, of model: String) {
        change { state in
            state.ceiling = state.ceiling.map { $0 + 1 }
            if let limit, limit > 0 { state.limits[model] = limit }
        }
    }

    /// The service refused a request because too many run; its place is given back.
    /// - Returns: whether others of ours run, for the end of one of which it may wait.
    package func noteRefusal(of place: Place, limit: Int?, model: String) -> Bool {
        change { state in
            state.holders[place.id] = nil
            if let limit, limit > 0 { state.limits[model] = limit }
            state.ceiling = max(state.holders.count, 1)
            return !state.holders.isEmpty
        }
    }

    /// Changes the state, and lets in whom there is room for then.
    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, admitted) = state.withLock { state in
            let result = body(&state)
            var admitted: [(Waiter, WakeUp)] = []
            while state.hasRoom, !state.line.isEmpty {
                let waiter = state.line.removeFirst()
                admitted.append((waiter, state.hold()))
            }
            return (result, admitted)
        }
        for (waiter, wakeUp) in admitted {
            waiter.continuation.resume(returning: Place(at: self, wakeUp, wasWaitedFor: true))
        }
        return result
    }

    /// How many have a place, and how many wait for one.
    package var count: (running: Int, waiting: Int) { state.withLock { ($0.holders.count, $0.line.count) } }
}
