import Foundation
import Testing

/// What a run costs: memory does not grow with the length of an answer.
@Suite(.serialized, .inTurns, .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
struct `Memory` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Resident memory of a process, in megabytes.
    private func memory(of child: Child) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
        let match = try #require(status.firstMatch(of: /VmRSS:\s*(\d+) kB/))
        return (Double(match.1) ?? 0) / 1024
    }

    private func start(_ server: Server, until words: String) async throws -> Child {
        let graph = try scratch.graph(
            """
            a: [elevenlabstts: {text: x, voice-id: v, output-format: mp3_44100_32, idle-timeout: 1}, decodebin]
            b: [from: a, fakesink: {sync: true}]
            """)
        let child = try scratch.start(server.run(graph, ["-v"]), environment: Server.keyEnvironment)
        try await eventually("'\(words)' never came") { child.errorText.contains(words) || !child.isRunning }
        return child
    }

    @Test(arguments: [65536, 1])
    func `stays small while an hour is played, and what has to wait is not cut`(chunk: Int) async throws {
        let silent = try await start(try await scratch.serve([], ["--delay", "3600"]), until: "request sent")
        try await Task.sleep(for: .seconds(1))
        let idle = try memory(of: silent)
        silent.signal(SIGTERM)
        _ = await silent.finish()
        let server = try await scratch.serve(
            try await scratch.mp3(seconds: 10), ["--repeat", "360", "--chunk", "\(chunk)"])
        let child = try await start(server, until: "first audio")
        var most = 0.0
        for _ in 0..<60 where child.isRunning {
            most = max(most, try memory(of: child))
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(child.isRunning, "it ended: \(child.errorText)")
        #expect(most - idle < 50, "\(idle) MB idle, \(most) MB while it plays")
        child.signal(SIGTERM)
        let finished = await child.finish()
        #expect(finished.status == 143, "\(finished.errorText)")
    }
}
