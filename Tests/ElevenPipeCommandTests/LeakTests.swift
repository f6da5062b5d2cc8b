import Foundation
import Testing

/// GStreamer's own tracer finds nothing alive that should be gone.
@Suite(.inTurns) struct `Nothing is leaked` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var tracing: [String: String] {
        ["GST_TRACERS": "leaks", "GST_DEBUG": "GST_TRACER:7", "GST_DEBUG_FILE": scratch.path("leaks.log")]
    }

    private func expectNoLeaks(after finished: Child.Finished, status: Int32) throws {
        #expect(finished.status == status, "\(finished.errorText)")
        let log = String(decoding: try scratch.bytes("leaks.log"), as: UTF8.self)
        // The tracer describes its records first: without that it did not run at all.
        #expect(log.contains("object-alive.class"))
        let leaks = log.split(separator: "\n").filter {
            $0.contains("object-alive, ") && !$0.contains("new format string")
        }
        #expect(leaks == [])
    }

    @Test(arguments: Project.pipelines.filter { !["icecast.yaml", "microphone-to-speaker.yaml"].contains($0) })
    func `by a run to the end`(name: String) async throws {
        // What the graphs that read a recording read.
        let made = try await scratch.elevenpipe(["run", "--offline", "-q", Project.pipeline("tts-to-wav.yaml")])
        #expect(made.status == 0, "\(made.errorText)")
        let finished = try await scratch.elevenpipe(["run", "--offline", Project.pipeline(name)], environment: tracing)
        try expectNoLeaks(after: finished, status: 0)
    }

    static let faults: [([String], Int32)] = [
        (["--status", "404"], 65), (["--cut", "boundary", "--after", "3000"], 76), (["--type", "text/html"], 76),
    ]

    @Test(arguments: faults)
    func `by an error`(options: [String], status: Int32) async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 2), options)
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-speaker-and-file.yaml")),
            environment: tracing.merging(Server.keyEnvironment) { $1 })
        try expectNoLeaks(after: finished, status: status)
    }

    @Test(arguments: [50, 100_000])
    func `by a spooling queue, to its end or stopped`(buffers: Int) async throws {
        let graph = try scratch.graph(
            """
            a:
              - audiotestsrc: {num-buffers: \(buffers)}
              - spoolqueue: {max-memory: 10000}
              - fakesink: {sync: true}
            """)
        let child = try scratch.start(["run", graph], environment: tracing)
        if buffers > 50 {
            try await Task.sleep(for: .seconds(1))
            child.signal(SIGINT)
        }
        try expectNoLeaks(after: await child.finish(), status: buffers > 50 ? 130 : 0)
    }

    @Test func `by a missing key`() async throws {
        let finished = try await scratch.elevenpipe(["run", Project.pipeline("tts-to-wav.yaml")], environment: tracing)
        try expectNoLeaks(after: finished, status: 78)
    }

    @Test(arguments: ["tts-to-wav.yaml", "tts-to-opus.yaml"])
    func `by a stop in mid-stream`(name: String) async throws {
        let server = try await scratch.serve(noise(2_000_000), ["--type", "audio/pcm", "--pace", "100000"])
        let child = try scratch.start(
            server.run(Project.pipeline(name), ["-v"]), environment: tracing.merging(Server.keyEnvironment) { $1 })
        try await eventually("no audio came") { child.errorText.contains("first audio") || !child.isRunning }
        child.signal(SIGINT)
        try expectNoLeaks(after: await child.finish(), status: 130)
    }

    @Test func `by a stop before the service answers`() async throws {
        let server = try await scratch.serve([], ["--delay", "3600"])
        let child = try scratch.start(
            server.run(Project.pipeline("tts-to-speaker.yaml"), ["-v"]),
            environment: tracing.merging(Server.keyEnvironment) { $1 })
        try await eventually("no request went out") { child.errorText.contains("request sent") || !child.isRunning }
        child.signal(SIGTERM)
        try expectNoLeaks(after: await child.finish(), status: 143)
    }
}
