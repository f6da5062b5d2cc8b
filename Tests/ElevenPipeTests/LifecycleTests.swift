import ElevenLabsSimulator
import Foundation
import GLib
import GStreamer
import Synchronization
import Testing

@testable import ElevenPipe

/// Starting, pausing, waiting and stopping by hand.
@Suite(.timeLimit(.minutes(2))) struct `A pipeline in a program` {
    /// A tone of so many seconds against the clock.
    private func tone(seconds: Int, _ more: (TemporaryFolder) -> String = { _ in "" }) throws -> Graph {
        Graph {
            Branch("tone") {
                Step("audiotestsrc", ["num-buffers": Graph.Value(seconds * 10), "samplesperbuffer": 4410])
                "audio/x-raw,rate=44100,channels=1"
            }
            Branch("speaker", from: "tone") {
                Step("fakesink", ["sync": true])
            }
        }
    }

    private func engine() throws -> Engine { try Engine(apiKey: .provider { nil }) }

    @Test func `tells where it is`() async throws {
        let pipeline = try Pipeline(tone(seconds: 1), engine: engine())
        #expect(pipeline.state == .idle)
        #expect(await pipeline.position == nil)
        try await pipeline.start()
        #expect(pipeline.state == .running)
        let summary = try await pipeline.wait()
        #expect(summary.ending == .completed && pipeline.state == .finished)
        // Also afterwards.
        #expect(try await pipeline.wait() == summary)
    }

    @Test func `stands still while it is paused, and goes on`() async throws {
        let pipeline = try Pipeline(tone(seconds: 60), engine: engine())
        let clock = ContinuousClock()
        try await pipeline.start()
        try await clock.sleep(for: .milliseconds(300))
        pipeline.pause()
        while pipeline.state == .running { try await clock.sleep(for: .milliseconds(5)) }
        #expect(pipeline.state == .paused)
        // The state is what was asked for; GStreamer takes a moment.
        try await clock.sleep(for: .milliseconds(200))
        let position = try #require(await pipeline.position)
        try await clock.sleep(for: .milliseconds(700))
        #expect(await pipeline.position == position)
        pipeline.resume()
        while await pipeline.position ?? .zero < position + .milliseconds(300) {
            try await clock.sleep(for: .milliseconds(20))
        }
        pipeline.stop()
        let summary = try await pipeline.wait()
        #expect(summary.ending == .stopped && summary.stalls.isEmpty)
    }

    @Test func `may be paused before it starts, and then waits`() async throws {
        let pipeline = try Pipeline(tone(seconds: 1), engine: engine())
        pipeline.pause()
        try await pipeline.start()
        #expect(pipeline.state == .paused)
        try await Task.sleep(for: .milliseconds(300))
        #expect(await pipeline.position ?? .zero < .milliseconds(50))
        pipeline.resume()
        #expect(try await pipeline.wait().ending == .completed)
    }

    @Test(arguments: 0..<10) func `ends at once when it is stopped in a pause`(round: Int) async throws {
        let folder = try TemporaryFolder()
        let graph = Graph {
            Branch("tone") { "audiotestsrc" }
            Branch("speaker", from: "tone") { Step("fakesink", ["sync": true]) }
            Branch("file", from: "tone") {
                "wavenc"
                Step.filesink(location: folder.file("a.wav"))
            }
        }
        let pipeline = try Pipeline(graph, engine: engine())
        try await pipeline.start()
        try await Task.sleep(for: .milliseconds(20 * round))
        pipeline.pause()
        try await Task.sleep(for: .milliseconds(30 * (10 - round)))
        pipeline.stop()
        let summary = try await pipeline.wait()
        #expect(summary.ending == .stopped)
        let file = try #require(summary.files.first)
        #expect(file.isPartial && file.isFinalised)
        let written = try #require(folder.contents(of: "a.wav"))
        #expect(written[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } == written.count - 8)
    }

    /// GStreamer 1.22 forgets a start that a pause comes into; see ``Element/setState(_:)``.
    @Test func `goes on after a pause at any moment of its start`() async throws {
        for round in 0..<100 {
            let graph = Graph {
                Branch("tone") {
                    Step("audiotestsrc", ["num-buffers": 3, "samplesperbuffer": 441])
                    "audio/x-raw,rate=44100"
                }
                Branch("speaker", from: "tone") { Step("fakesink", ["sync": true]) }
                Branch("file", from: "tone") { "fakesink" }
            }
            let pipeline = try Pipeline(graph, engine: engine())
            try await pipeline.start()
            try await Task.sleep(for: .microseconds(50 * round))
            pipeline.pause()
            try await Task.sleep(for: .milliseconds(round % 5))
            pipeline.resume()
            #expect(try await pipeline.wait().ending == .completed)
        }
    }

    /// A stop is over in time. What GStreamer was still at then goes on, and is closed after it.
    @Test func `is closed, however late, where its stop was over before`() async throws {
        let pipeline = try Pipeline(tone(seconds: 60), engine: engine())
        try await pipeline.start()
        let built = try #require(pipeline.built.withLock { $0 })
        let buffers = Mutex(0)
        let pad = try #require(built.pipeline.child(named: "speaker-fakesink-1")?.pad(named: "sink"))
        pad.probeBuffers { _ in
            buffers.withLock { $0 += 1 }
            return .keep
        }
        // Where state changes are made, one after the other.
        pipeline.queue.async { usleep(800_000) }
        pipeline.stop()
        #expect(try await pipeline.wait().ending == .stopped)
        for _ in 0..<1000 where !pipeline.isClosed.load(ordering: .acquiring) {
            try await Task.sleep(for: .milliseconds(10))
        }
        let played = buffers.withLock { $0 }
        try await Task.sleep(for: .milliseconds(500))
        #expect(buffers.withLock { $0 } == played)
    }

    @Test func `runs once`() async throws {
        let pipeline = try Pipeline(tone(seconds: 60), engine: engine())
        await #expect(throws: PipelineError.self) { try await pipeline.wait() }
        try await pipeline.start()
        await #expect(throws: PipelineError.self) { try await pipeline.start() }
        await #expect(throws: PipelineError.self) { try await pipeline.run() }
        pipeline.stop()
        #expect(try await pipeline.wait().ending == .stopped)
    }

    @Test func `says why it did not start`() async throws {
        let graph = Graph {
            Branch("tone") {
                Step("filesrc", ["location": "/nowhere/at/all"])
                "fakesink"
            }
        }
        let pipeline = try Pipeline(graph, engine: engine())
        let error = await #expect(throws: PipelineError.self) { try await pipeline.start() }
        #expect(error?.code == .inputMissing)
        #expect(pipeline.state == .finished)
        await #expect(throws: PipelineError.self) { try await pipeline.wait() }
    }

    @Test func `ends when the task that waits is cancelled`() async throws {
        let pipeline = try Pipeline(tone(seconds: 60), engine: engine())
        let task = Task { try await pipeline.run() }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        #expect(try await task.value.ending == .stopped)
    }

    @Test func `plays a live source as late as it is told to`() async throws {
        for latency in [nil, Duration.milliseconds(700)] {
            let graph = Graph(playback: PlaybackSettings(latency: latency)) {
                Branch("tone") {
                    Step("audiotestsrc", ["is-live": true, "num-buffers": 3, "samplesperbuffer": 4410])
                    "audio/x-raw,rate=44100,channels=1"
                    Step("fakesink", ["sync": true])
                }
            }
            let summary = try await Pipeline(graph, engine: engine()).run()
            // The last buffer's turn comes after two others.
            if let latency { #expect(summary.elapsed > latency + .milliseconds(200)) }
        }
    }

    // MARK: In a scope

    @Test func `is stopped at the end of its scope`() async throws {
        let pipeline = try await withPipeline(tone(seconds: 60), engine: engine()) { pipeline in
            #expect(pipeline.state == .running)
            return pipeline
        }
        #expect(pipeline.state == .finished)
    }

    @Test func `plays to its own end where the scope waits for it`() async throws {
        let ending = try await withPipeline(tone(seconds: 1), engine: engine()) { try await $0.wait().ending }
        #expect(ending == .completed)
    }

    @Test func `is stopped by an error in its scope, and by the end of the task`() async throws {
        struct Mishap: Error {}
        await #expect(throws: Mishap.self) {
            try await withPipeline(tone(seconds: 60), engine: engine()) { _ in throw Mishap() }
        }
        let task = Task {
            try await withPipeline(tone(seconds: 60), engine: engine()) { _ in
                try await Task.sleep(for: .seconds(60))
            }
        }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `cancels its scope when it fails, and is the cause that is told`() async throws {
        let simulator = try fastSimulator(["cut-at-chunk=2"])
        let port = try await simulator.start()
        let engine = try Engine(baseURL: "http://127.0.0.1:\(port)", apiKey: .provider { "made-up" })
        let graph = try Graph(yaml: speech("decodebin\nfakesink"))
        let error = await #expect(throws: PipelineError.self) {
            try await withPipeline(graph, engine: engine) { _ in try await Task.sleep(for: .seconds(60)) }
        }
        #expect(error?.code == .incompleteAnswer)
        await simulator.stop()
    }
}
