import GLib
import GStreamer
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct AppSinkTests {
    private struct Run: Sendable {
        let pipeline: Element
        let sink: AppSink
        let bus: Bus
        let hasEnded: Flag

        func close() async {
            await onThread { pipeline.setState(.null) }
            bus.close()
        }
    }

    /// Buffers of 10 ms each, as fast as they are taken.
    private func start(buffers: Int, _ overflow: AppSink.Overflow) async throws -> Run {
        try GStreamer.initialize()
        let pipeline = try Element.parse(
            launch: """
                audiotestsrc num-buffers=\(buffers) samplesperbuffer=80 ! audio/x-raw,format=S16LE,rate=8000,channels=1 \
                ! appsink name=sink sync=false max-buffers=2 enable-last-sample=false
                """)
        let element = try #require(pipeline.child(named: "sink"))
        let sink = AppSink(wrapping: element, overflow: overflow) {}
        let hasEnded = Flag()
        let bus = Bus(of: pipeline) { if case .endOfStream = $0 { hasEnded.set() } }
        await onThread { pipeline.setState(.playing) }
        return Run(pipeline: pipeline, sink: sink, bus: bus, hasEnded: hasEnded)
    }

    private func eventually(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<2000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
        return condition()
    }

    /// The numbers of the buffers that can be taken now.
    private func take(_ sink: AppSink) -> [Int] {
        var numbers: [Int] = []
        while let sample = sink.take() { numbers.append(Int((sample.runningTime ?? .zero) / .milliseconds(10))) }
        return numbers
    }

    @Test func theEndWaitsUntilEverythingIsTaken() async throws {
        let run = try await start(buffers: 50, .wait)
        var numbers: [Int] = []
        for _ in 0..<2000 where numbers.count < 49 {
            numbers += run.sink.take().map { [Int(($0.runningTime ?? .zero) / .milliseconds(10))] } ?? []
            try await Task.sleep(for: .milliseconds(1))
        }
        try await Task.sleep(for: .milliseconds(100))
        #expect(!run.sink.hasEnded && !run.hasEnded.isSet)
        numbers += take(run.sink)
        #expect(numbers == Array(0..<50))
        #expect(try await eventually { run.sink.hasEnded && run.hasEnded.isSet })
        await run.close()
    }

    @Test(arguments: [
        (AppSink.Overflow.dropOldest(beyond: .milliseconds(100)), Array(40..<50)),
        (.dropNewest(beyond: .milliseconds(100)), Array(0..<10)),
        // What is larger than the limit is kept all the same, or there would be nothing.
        (.dropOldest(beyond: .zero), [49]), (.dropNewest(beyond: .zero), [0]),
    ])
    func whatIsTooMuchIsDroppedAndCounted(overflow: AppSink.Overflow, rest: [Int]) async throws {
        let run = try await start(buffers: 50, overflow)
        #expect(try await eventually { run.hasEnded.isSet })
        #expect(run.sink.dropped == .milliseconds(10 * (50 - rest.count)))
        #expect(take(run.sink) == rest)
        await run.close()
    }

    @Test func whoGivesUpWaitingLetsTheStreamEnd() async throws {
        let run = try await start(buffers: 500, .wait)
        try await Task.sleep(for: .milliseconds(20))
        #expect(!run.sink.hasEnded)
        run.sink.discard()
        #expect(try await eventually { run.hasEnded.isSet })
        #expect(take(run.sink).isEmpty)
        await run.close()
    }

    /// The reader takes, the stream brings, and a third thread turns over to keeping, at some moment.
    @Test(arguments: 0..<100)
    func keepingEverythingLosesNothingAndKeepsTheOrder(round: Int) async throws {
        let run = try await start(buffers: 300, .wait)
        let sink = run.sink
        let reader = Task {
            var numbers: [Int] = []
            while true {
                let hasEnded = sink.hasEnded
                if let sample = sink.take() {
                    numbers.append(Int((sample.runningTime ?? .zero) / .milliseconds(10)))
                } else if hasEnded {
                    return numbers
                } else {
                    await Task.yield()
                }
            }
        }
        try await Task.sleep(for: .microseconds(round * 50))
        sink.keepEverything()
        #expect(await reader.value == Array(0..<300))
        #expect(try await eventually { run.hasEnded.isSet })
        await run.close()
    }

    @Test func aStopFreesTheThreadThatWaits() async throws {
        let run = try await start(buffers: 500, .wait)
        try await Task.sleep(for: .milliseconds(20))
        await run.close()
        #expect(take(run.sink).isEmpty)
    }
}

/// Something that has happened or not.
private final class Flag: Sendable {
    private let state = Mutex(false)
    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}
