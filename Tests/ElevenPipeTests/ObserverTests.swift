import ElevenLabsSimulator
import Foundation
import Synchronization
import Testing

@testable import ElevenPipe

@Suite(.timeLimit(.minutes(2))) struct `An engine's observer` {
    private final class Notices: Sendable {
        let all = Mutex<[PipelineNotice]>([])
    }

    @Test func `sees all that happens to all pipelines, and how each one ends`() async throws {
        let simulator = try fastSimulator(["status=401,request=2"])
        let port = try await simulator.start()
        let notices = Notices()
        let engine = try Engine(baseURL: "http://127.0.0.1:\(port)", apiKey: .provider { "observed" }) { notice in
            notices.all.withLock { $0.append(notice) }
        }
        var records: [RunRecord] = []
        for name in ["first", "second"] {
            let graph = Graph(name) {
                Branch("speech") {
                    Step.elevenlabstts(text: "One.", voiceID: "JBFqnCBsd6RMkjVDRZzb", outputFormat: "pcm_16000")
                    "fakesink"
                }
            }
            records.append(await record(try Pipeline(graph, engine: engine)))
        }
        await simulator.stop()
        let all = notices.all.withLock { $0 }
        #expect(Set(all.map(\.number)).count == 2)
        for (name, record) in zip(["first", "second"], records) {
            let own = all.filter { $0.pipeline == name }
            let events = own.compactMap { if case .event(let event) = $0.content { event } else { nil } }
            #expect(events == record.events)
            guard case .ended(let result) = own.last?.content else {
                Issue.record("no end")
                continue
            }
            #expect(result == record.result)
        }
        #expect(records.first?.summary != nil && records.last?.error?.code == .refused)
    }

    @Test func `is beside a limit of the program's own`() async throws {
        var configuration = Simulator.Configuration()
        configuration.firstByteDelay = .milliseconds(100)
        configuration.pace = nil
        let simulator = Simulator(configuration)
        let port = try await simulator.start()
        let engine = try Engine(
            baseURL: "http://127.0.0.1:\(port)", apiKey: .provider { "limited" }, maximumConcurrentRequests: 1)
        let pipelines = try (0..<4).map { _ in
            try Pipeline(Graph(yaml: speech("fakesink")), engine: engine)
        }
        let records = await withTaskGroup(of: RunRecord.self) { group in
            for pipeline in pipelines { group.addTask { await record(pipeline) } }
            return await group.reduce(into: [RunRecord]()) { $0.append($1) }
        }
        await simulator.stop()
        #expect(records.allSatisfy { $0.summary?.ending == .completed })
        let waited = records.count { record in
            record.events.contains { if case .queued = $0 { true } else { false } }
        }
        #expect(waited == 3)
    }

    /// In a process of its own, whose standard error is this test's alone.
    @Test func `is not needed for the debug logs, which say nothing unasked`() async throws {
        let folder = try TemporaryFolder()
        for isAsked in [false, true] {
            let path = folder.file("\(isAsked)")
            await #expect(processExitsWith: .success) { [path = path as String, isAsked = isAsked as Bool] in
                if isAsked {
                    setenv("GST_DEBUG", "elevenpipe:4", 1)
                    setenv("G_MESSAGES_DEBUG", "elevenpipe", 1)
                }
                setenv("GST_DEBUG_NO_COLOR", "1", 1)
                for (number, name) in [(STDERR_FILENO, path), (STDOUT_FILENO, path + ".out")] {
                    dup2(open(name, O_CREAT | O_WRONLY, 0o600), number)
                }
                let graph = Graph("logged") {
                    Branch("tone") {
                        Step("audiotestsrc", ["num-buffers": 3])
                        "fakesink"
                    }
                }
                try await Pipeline(graph, engine: Engine()).run()
                fflush(nil)
            }
            let text =
                String(decoding: folder.contents(of: "\(isAsked)") ?? [], as: UTF8.self)
                + String(decoding: folder.contents(of: "\(isAsked).out") ?? [], as: UTF8.self)
            // The testing library itself writes a few bytes.
            #expect(isAsked == text.contains("elevenpipe"), "\(text)")
            if isAsked {
                #expect(text.contains("logged") && text.contains("started") && text.contains("completed"))
                #expect(text.contains("INFO") && text.contains("elevenpipe-INFO"))
            }
        }
    }
}
