import ElevenLabsElements
import ElevenLabsSimulator
import Foundation
import GLib
import GStreamer
import Testing

@testable import ElevenPipe

/// Pipelines of one process that share a key, and the limits of a run.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ConcurrencyTests {
    private static func limitedSimulator(_ limit: Int, faults: [String] = [], pace: Double? = nil) throws -> Simulator {
        var configuration = Simulator.Configuration()
        configuration.firstByteDelay = .milliseconds(5)
        configuration.pace = pace
        configuration.concurrencyLimit = limit
        configuration.faults = try faults.map { try Fault(parsing: $0) }
        return Simulator(configuration)
    }

    private static func pipeline(
        _ text: String, port: Int, _ key: String = "made-up", properties: String = "",
        options: Pipeline.Options = Pipeline.Options()
    ) throws -> Pipeline {
        let engine = try Engine(baseURL: "http://127.0.0.1:\(port)", apiKey: .provider { key })
        let graph = try Graph(
            yaml: speech("decodebin\nfakesink", text: text, properties: properties), fileName: "test.yaml")
        return Pipeline(try graph.checked(), engine: engine, options: options)
    }

    /// The texts that were asked for, in order.
    private static func texts(_ simulator: Simulator) -> [String] {
        simulator.requests.compactMap { request in
            let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
            return body?["text"] as? String
        }
    }

    private static func isQueued(_ event: PipelineEvent) -> Bool { if case .queued = event { true } else { false } }
    private static func isDequeued(_ event: PipelineEvent) -> Bool { if case .dequeued = event { true } else { false } }
    private static func isRetried(_ event: PipelineEvent) -> Bool { if case .retrying = event { true } else { false } }

    @Test(arguments: 0..<5) func tenPipelinesKeepWithinTheLimitOfTwoInOrder(round: Int) async throws {
        let simulator = try Self.limitedSimulator(2, pace: 20)
        let port = try await simulator.start()
        let key = "order-\(round)"
        #expect(await record(try Self.pipeline("Zero.", port: port, key)).summary != nil)
        let texts = (1...10).map { "This is number \($0), and it takes a moment." }
        var runs: [Task<(events: [PipelineEvent], summary: PipelineSummary), any Error>] = []
        for text in texts {
            let pipeline = try Self.pipeline(text, port: port, key)
            let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
            runs.append(
                Task {
                    let run = Task { try await pipeline.run() }
                    var events: [PipelineEvent] = []
                    for await event in pipeline.events {
                        events.append(event)
                        switch event {
                        case .queued, .requested: continuation.finish()
                        default: break
                        }
                    }
                    continuation.finish()
                    return (events, try await run.value)
                })
            // One after the other into the line.
            for await _ in asked {}
        }
        var waits = 0
        for run in runs {
            let (events, summary) = try await run.value
            #expect(summary.ending == .completed)
            #expect(summary.requests.first?.attempts == 1)
            #expect(!events.contains(where: Self.isRetried))
            waits += events.count(where: Self.isQueued)
            #expect(events.count(where: Self.isQueued) == events.count(where: Self.isDequeued))
            if let wait = events.firstIndex(where: Self.isQueued), let end = events.firstIndex(where: Self.isDequeued) {
                #expect(wait < end)
            }
        }
        await simulator.stop()
        #expect(waits > 0)
        #expect(simulator.requests.allSatisfy { $0.status == 200 })
        // The two that run at once may arrive in either order.
        let order = Self.texts(simulator).dropFirst().compactMap { texts.firstIndex(of: $0) }
        #expect(order.count == 10)
        #expect(order.enumerated().allSatisfy { abs($0.offset - $0.element) <= 1 }, "\(order)")
    }

    @Test(arguments: 0..<5) func beforeTheLimitIsKnownTheServicesRefusalsTeachIt(round: Int) async throws {
        let simulator = try Self.limitedSimulator(2, pace: 20)
        let port = try await simulator.start()
        let records = try await withThrowingTaskGroup(of: RunRecord.self) { group in
            for number in 0..<10 {
                let pipeline = try Self.pipeline("This is number \(number).", port: port, "taught-\(round)")
                group.addTask { await record(pipeline) }
            }
            return try await group.reduce(into: [RunRecord]()) { $0.append($1) }
        }
        await simulator.stop()
        #expect(records.allSatisfy { $0.summary?.ending == .completed })
        // Each of those that were sent before is refused once.
        #expect(simulator.requests.count { $0.status == 429 } <= 8)
        #expect(records.allSatisfy { ($0.summary?.requests.first?.attempts ?? 9) <= 2 })
    }

    @Test func aPipelineThatIsStoppedInTheLineHoldsUpNobody() async throws {
        let simulator = try Self.limitedSimulator(1, faults: ["stall=1,request=2"])
        let port = try await simulator.start()
        #expect(await record(try Self.pipeline("Zero.", port: port, "stopped")).summary != nil)
        let holder = try Self.pipeline("The first of them all stalls.", port: port, "stopped")
        let held = Task { await record(holder) }
        for _ in 0..<1000 where simulator.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        let impatient = try Self.pipeline("The second is stopped.", port: port, "stopped")
        let stopped = Task {
            var ending: PipelineSummary.Ending?
            let run = Task { try await impatient.run() }
            for await event in impatient.events where Self.isQueued(event) { impatient.stop() }
            ending = try await run.value.ending
            return ending
        }
        #expect(try await stopped.value == .stopped)
        let last = Task { await record(try Self.pipeline("The third is heard.", port: port, "stopped")) }
        try await Task.sleep(for: .milliseconds(100))
        holder.stop()
        #expect(await held.value.summary?.ending == .stopped)
        #expect(try await last.value.summary?.ending == .completed)
        await simulator.stop()
        #expect(!Self.texts(simulator).contains { $0.contains("second") })
    }

    @Test func aDeadlineEndsARunWithItsOwnErrorAndAWholeFile() async throws {
        let folder = try TemporaryFolder()
        let simulator = try Self.limitedSimulator(5, faults: ["stall=6"])
        let port = try await simulator.start()
        let engine = try Engine(baseURL: "http://127.0.0.1:\(port)", apiKey: .provider { "late" })
        let graph = try Graph(
            yaml: speech(
                "wavenc\nfilesink: {location: \"\(folder.file("a.wav"))\"}", text: "This is cut off by the deadline.",
                properties: ", output-format: pcm_16000"), fileName: "test.yaml")
        var options = Pipeline.Options()
        options.deadline = .milliseconds(1500)
        let record = await record(Pipeline(try graph.checked(), engine: engine, options: options))
        await simulator.stop()
        let error = try #require(record.error)
        #expect(error.code == .deadlineExceeded && error.exitCode == 75)
        #expect(error.message.contains("1.5 s"), "\(error)")
        let file = try #require(error.files.first)
        #expect(file.isPartial && file.isFinalised)
        let written = try #require(folder.contents(of: "a.wav"))
        try #require(written.count > 44)
        #expect(written[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } == written.count - 8)
    }

    @Test(arguments: ["status=503,retry-after=50", "silent", "status=429,retry-after=50"])
    func aDeadlineCutsEveryWaitShort(fault: String) async throws {
        let simulator = try Self.limitedSimulator(5, faults: [fault])
        let port = try await simulator.start()
        var options = Pipeline.Options()
        options.deadline = .milliseconds(400)
        let started = ContinuousClock.now
        let record = await record(
            try Self.pipeline("Late.", port: port, "late-\(fault)", properties: ", retries: 20", options: options))
        // No figure of speed, only proof that nothing waited for what was asked for.
        #expect(ContinuousClock.now - started < .seconds(20))
        await simulator.stop()
        #expect(record.error?.code == .deadlineExceeded)
    }

    @Test func aRunThatEndsInTimeKnowsNothingOfItsDeadline() async throws {
        let simulator = try Self.limitedSimulator(5)
        let port = try await simulator.start()
        var options = Pipeline.Options()
        options.deadline = .seconds(60)
        let record = await record(try Self.pipeline("In time.", port: port, options: options))
        await simulator.stop()
        #expect(record.summary?.ending == .completed)
    }

    @Test func aRunsRetriesHaveABudgetOfTheirOwn() async throws {
        let simulator = try Self.limitedSimulator(5, faults: ["status=503"])
        let port = try await simulator.start()
        var options = Pipeline.Options()
        options.maximumRetries = 2
        let record = await record(
            try Self.pipeline("Again.", port: port, "budget", properties: ", retries: 20", options: options))
        await simulator.stop()
        #expect(record.error?.code == .temporary)
        #expect(record.events.count(where: Self.isRetried) == 2)
        #expect(simulator.requests.count == 3)
    }

    @Test func eachRetryOfAnUploadIsAnEventWithItsReason() async throws {
        let simulator = try Self.limitedSimulator(5, faults: ["status=503,times=1"])
        let port = try await simulator.start()
        let record = await record(
            try makePipeline(
                """
                elevenpipe: 1
                graph:
                  main:
                    - audiotestsrc: {num-buffers: 100}
                    - elevenlabsvoicechanger: {voice-id: JBFqnCBsd6RMkjVDRZzb, name: changer}
                    - fakesink
                """, port: port))
        await simulator.stop()
        #expect(record.summary?.requests.first?.attempts == 2)
        let retries = record.events.filter(Self.isRetried)
        guard case .retrying("changer", 1, _, let reason, nil) = try #require(retries.first) else {
            Issue.record("\(retries)")
            return
        }
        #expect(retries.count == 1 && reason.contains("503"))
    }

    @Test func messagesOfAPieceAreEventsOfThatPiece() throws {
        let graph = try Graph(yaml: speech("fakesink"), fileName: "test.yaml").checked()
        var bookkeeping = RunBookkeeping(plan: graph.plan, started: .zero)
        func events(_ name: String, _ fields: [String: BusEvent.Field]) -> [PipelineEvent] {
            bookkeeping.note(
                .element(source: "e", name: name, fields: fields.merging(["piece": .integer(3)]) { $1 }))
        }
        #expect(
            events(
                StreamMessage.retry, ["attempt": .integer(2), "delay": .double(0.5), "reason": .string("busy")])
                == [.retrying(element: "e", attempt: 2, delay: .milliseconds(500), reason: "busy", piece: 3)])
        #expect(events(StreamMessage.queued, ["ahead": .integer(4)]) == [.queued(element: "e", ahead: 4, piece: 3)])
        #expect(
            events(StreamMessage.dequeued, ["waited": .double(2)])
                == [.dequeued(element: "e", after: .seconds(2), piece: 3)])
    }
}
