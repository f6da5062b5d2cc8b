import Synchronization

/// The sinks that the end of the stream has come to, for those who wait for it.
final class SinkEnds: Sendable {
    private struct State {
        var ended: Set<String> = []
        var isOver = false
        var waits: [Int: (names: Set<String>, signal: AsyncStream<Never>.Continuation)] = [:]
        var number = 0
        var onFinish: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Somebody's wait for sinks.
    struct Wait: Sendable {
        fileprivate let all: SinkEnds
        fileprivate let names: Set<String>
        fileprivate let number: Int
        fileprivate let signal: AsyncStream<Never>

        /// Waits for all of them, for the end of the run or for that of the task. - Returns: whether all have ended.
        func value() async -> Bool {
            for await _ in signal {}
            return all.finish(self)
        }
    }

    func wait(for names: Set<String>) -> Wait {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        return state.withLock { state in
            state.number += 1
            let missing = names.subtracting(state.ended)
            state.waits[state.number] = (missing, continuation)
            if missing.isEmpty || state.isOver { continuation.finish() }
            return Wait(all: self, names: names, number: state.number, signal: stream)
        }
    }

    func note(_ name: String) {
        state.withLock { state in
            state.ended.insert(name)
            for (number, wait) in state.waits {
                state.waits[number]?.names.remove(name)
                if wait.names == [name] { wait.signal.finish() }
            }
        }
    }

    /// The run is over: nobody waits any more.
    func finish() {
        let bodies = state.withLock { state in
            state.isOver = true
            for wait in state.waits.values { wait.signal.finish() }
            defer { state.onFinish = [:] }
            return state.onFinish.values
        }
        for body in bodies { body() }
    }

    var isOver: Bool { state.withLock { $0.isOver } }

    /// Does something when the run is over; at once where it is. - Returns: a number to call it off with.
    func onFinish(_ body: @escaping @Sendable () -> Void) -> Int {
        let (isOver, number) = state.withLock { state in
            state.number += 1
            if !state.isOver { state.onFinish[state.number] = body }
            return (state.isOver, state.number)
        }
        if isOver { body() }
        return number
    }

    /// A long run makes many changes: what waits for its end must not outlive them.
    func callOff(_ number: Int) { state.withLock { $0.onFinish[number] = nil } }

    private func finish(_ wait: Wait) -> Bool {
        state.withLock { state in
            state.waits[wait.number] = nil
            let isWhole = wait.names.isSubset(of: state.ended)
            // Another branch may bring sinks of these names.
            if !state.isOver { state.ended.subtract(wait.names) }
            return isWhole
        }
    }
}
