import Foundation
import Testing

/// `spoolqueue` in a graph: what it costs and how it fails.
@Suite(.inTurns) struct `A spooling queue` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func graph(buffers: Int, live: Bool = false) throws -> String {
        try scratch.graph(
            """
            a:
              - audiotestsrc: {num-buffers: \(buffers), samplesperbuffer: 480, is-live: \(live)}
              - "audio/x-raw,format=F32LE,rate=48000,channels=2"
              - spoolqueue: {max-memory: 1000000}
              - fakesink: {sync: true}
            """, name: "\(buffers).yaml")
    }

    /// Megabytes of a process that are in no file.
    private func memory(of child: Child) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
        let match = try #require(status.firstMatch(of: /RssAnon:\s*(\d+) kB/))
        return (Double(match.1) ?? 0) / 1024
    }

    /// Bytes of the largest file that a process holds open.
    private func largestFile(of child: Child) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.pid)/fd")) ?? []
        let sizes = names.map { name in
            var status = stat()
            return stat("/proc/\(child.pid)/fd/\(name)", &status) == 0 ? Int(status.st_size) : 0
        }
        return sizes.max() ?? 0
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
    func `takes ten minutes of sound at once, and not into memory`() async throws {
        let idle = try scratch.start(["run", try graph(buffers: 100_000, live: true), "-v"])
        try await Task.sleep(for: .seconds(2))
        let before = try memory(of: idle)
        idle.signal(SIGTERM)
        _ = await idle.finish()
        let child = try scratch.start(["run", try graph(buffers: 60_000)], limit: 200)
        // All but what a sink that plays in real time takes meanwhile, and a machine that is busy.
        for _ in 0..<1500 where largestFile(of: child) < 180_000_000 && child.isRunning {
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(largestFile(of: child) >= 180_000_000, "the sound did not arrive in the file")
        var most = 0.0
        for _ in 0..<5 {
            most = max(most, try memory(of: child))
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(most - before < 5, "\(before) MB idle, \(most) MB with ten minutes in the queue")
        child.signal(SIGTERM)
        let finished = await child.finish()
        #expect(finished.status == 143, "\(finished.errorText)")
    }

    @Test func `that cannot write its file says so and where`() async throws {
        let file = try graph(buffers: 60_000)
        let finished = try await scratch.elevenpipe(["run", file], environment: ["TMPDIR": scratch.path("missing")])
        #expect(finished.status == 74)
        let error = try finished.onlyError()
        #expect(error.hasPrefix("\(file):6:7: error: spoolqueue ") && error.contains("a temporary file cannot be made"))
        #expect(error.contains(scratch.path("missing")))
    }
}
