import GLib
import Testing

/// A thread with a main loop, as an actor's executor.
@Suite(.timeLimit(.minutes(2))) struct `A main context as an executor` {
    private actor Counter {
        private nonisolated let executor = MainContextExecutor(name: "counter")
        private var count = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func increment() -> Int {
            executor.checkIsolated()
            count += 1
            return count
        }

        /// Comes back to its thread from another one, and ends there with the only reference to itself.
        func runToTheEnd(_ end: AsyncStream<Int>.Continuation) {
            Task {
                await Task.yield()
                await elsewhere()
                end.yield(increment())
            }
        }

        @concurrent private nonisolated func elsewhere() async {}
    }

    @Test func `runs an actor's jobs on its thread, one at a time`() async {
        let counter = Counter()
        let counts = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<1000 { group.addTask { await counter.increment() } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(counts == Set(1...1000))
    }

    /// The thread that enqueues goes on when the job is done, and the executor with it.
    @Test func `may be let go of by the last of its jobs`() async {
        for _ in 0..<100 {
            let (ends, end) = AsyncStream<Int>.makeStream()
            for _ in 0..<20 { await Counter().runToTheEnd(end) }
            var waiting = ends.makeAsyncIterator()
            for _ in 0..<20 { #expect(await waiting.next() == 1) }
        }
    }
}
