import ElevenLabsSimulator
import Foundation
import GLib
import Synchronization
import Testing

@testable import ElevenPipe

/// Two hundred random moments, in everything that a pipeline may be at.
@Suite(.serialized, .timeLimit(.minutes(3))) struct `A stop takes less than a second` {
    enum Activity: String, CaseIterable, Sendable {
        case connecting, waiting, retrying, queued, starved, speaking, paused, uploading, spooling

        /// Whether with this event a run comes to be at it.
        func begins(with event: PipelineEvent) -> Bool {
            switch (self, event) {
            case (.connecting, .requested), (.waiting, .requested), (.uploading, .requested), (.retrying, .retrying),
                (.queued, .queued), (.starved, .starved), (.speaking, .firstAudio), (.paused, .firstAudio),
                (.spooling, .started):
                true
            default: false
            }
        }
    }

    /// A pipeline, and when it is at what it is meant to be at.
    private struct Subject: Sendable {
        let pipeline: Pipeline
        let isAtIt: AsyncStream<Void>
    }

    /// How much later than asked for a task goes on: what the machine takes, and not the pipeline.
    private final class Lateness: Sendable {
        let worst = Mutex(Duration.zero)

        func measured<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
            let watch = Task {
                let clock = ContinuousClock()
                while !Task.isCancelled {
                    let due = clock.now + .milliseconds(10)
                    try? await clock.sleep(until: due)
                    worst.withLock { $0 = max($0, clock.now - due) }
                }
            }
            defer { watch.cancel() }
            return try await body()
        }
    }

    /// A port that takes connections and says nothing, whatever comes.
    private final class MuteServer {
        private let descriptor: Int32
        let port: Int

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
            try #require(isBound)
            port = Int(UInt16(bigEndian: address.sin_port))
        }

        deinit { close(descriptor) }
    }

    private func graph(_ activity: Activity, _ file: String) -> String {
        let text = "This is a text that takes a while to say, and then it goes on for a bit, and on, and on."
        let speech = "elevenlabstts: {text: \"\(text)\", voice-id: JBFqnCBsd6RMkjVDRZzb}"
        let sound = "audiotestsrc: {num-buffers: 20000, samplesperbuffer: 480}"
        let (head, middle) =
            switch activity {
            case .uploading: (sound, "elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL}\n    - decodebin")
            case .spooling: (sound, "identity")
            default: (speech, "decodebin")
            }
        let changed = """
              changed:
                - from: speech
                - elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL, output-format: pcm_16000}
                - fakesink
            """
        return """
            elevenpipe: 1
            graph:
              speech:
                - \(head)
                - \(middle)
            \(activity == .spooling ? changed : "")
              speaker:
                - from: speech
                - fakesink: {sync: true}
              file:
                - from: speech
                - wavenc
                - filesink: {location: "\(file)"}
            """
    }

    private static func fault(of activity: Activity) -> String? {
        switch activity {
        case .waiting, .spooling, .uploading: "silent"
        case .retrying: "status=503,retry-after=50"
        case .queued, .starved: "stall=2"
        case .connecting, .speaking, .paused: nil
        }
    }

    @Test(arguments: Activity.allCases) func `whatever it is at, with a speaker and a file`(activity: Activity)
        async throws
    {
        var configuration = Simulator.Configuration()
        configuration.firstByteDelay = .milliseconds(1)
        configuration.pace = activity == .speaking ? 2 : nil
        // Else so many that those who were stopped and whom the service has not yet missed stand in nobody's way.
        configuration.concurrencyLimit = activity == .queued ? 1 : 100
        configuration.faults = try Self.fault(of: activity).map { [try Fault(parsing: $0)] } ?? []
        let simulator = Simulator(configuration)
        let mute = try MuteServer()
        let port = try await simulator.start()
        let address = activity == .connecting ? "https://127.0.0.1:\(mute.port)" : "http://127.0.0.1:\(port)"
        let lateness = Lateness()
        let folder = try TemporaryFolder()
        var generator = Seeded(seed: UInt64(activity.rawValue.utf8.reduce(0) { $0 * 31 + UInt64($1) }))
        // 9 x 23 moments, two thirds of them counted from when it is there, the others from the start.
        let delays = (0..<23).map { _ in Int.random(in: 0...400, using: &generator) }
        try await lateness.measured {
            // Those in a line have one before them that never ends.
            var holder: Task<RunRecord, Never>?
            let key = "moment-\(activity)"
            if activity == .queued {
                let first = try subject(activity, folder.file("held"), address, key)
                holder = Task { await record(first.pipeline) }
                try await Task.sleep(for: .milliseconds(300))
            }
            for batch in stride(from: 0, to: delays.count, by: 3) {
                try await withThrowingTaskGroup(of: (Duration, RunRecord).self) { group in
                    for (index, delay) in delays[batch..<min(batch + 3, delays.count)].enumerated() {
                        let subject = try subject(activity, folder.file("\(batch + index)"), address, key)
                        group.addTask {
                            await stop(subject, once: index > 0, after: delay, at: activity, byTask: index == 1)
                        }
                    }
                    for try await (time, end) in group {
                        #expect(end.summary?.ending == .stopped, "\(String(describing: end.error))")
                        let slack = lateness.worst.withLock { $0 }
                        #expect(time < .seconds(1) + slack * 8, "the machine is \(slack) late itself")
                        for file in end.summary?.files ?? [] { #expect(file.isPartial) }
                    }
                }
            }
            holder?.cancel()
            _ = await holder?.value
        }
        await simulator.stop()
    }

    private func subject(_ activity: Activity, _ file: String, _ address: String, _ key: String) throws -> Subject {
        let (isAtIt, there) = AsyncStream<Void>.makeStream()
        let engine = try Engine(baseURL: address, apiKey: .provider { key }) { notice in
            if case .event(let event) = notice.content, activity.begins(with: event) { there.yield() }
        }
        let graph = try Graph(yaml: graph(activity, file), fileName: "test.yaml")
        return Subject(pipeline: try Pipeline(graph, engine: engine), isAtIt: isAtIt)
    }

    /// - Parameter once: whether it is to be at it first.
    private func stop(
        _ subject: Subject, once: Bool, after delay: Int, at activity: Activity, byTask: Bool
    ) async -> (Duration, RunRecord) {
        let pipeline = subject.pipeline
        let run = Task { await record(pipeline) }
        if once { for await _ in subject.isAtIt { break } }
        if activity == .paused {
            try? await Task.sleep(for: .milliseconds(delay / 2))
            pipeline.pause()
            try? await Task.sleep(for: .milliseconds(delay / 2))
        } else {
            try? await Task.sleep(for: .milliseconds(delay))
        }
        let clock = ContinuousClock()
        let asked = clock.now
        if byTask { run.cancel() } else { pipeline.stop() }
        let end = await run.value
        return (clock.now - asked, end)
    }
}
