import Foundation
import Testing

/// What a filter costs that holds a long input until its end.
@Suite(.serialized, .inTurns, .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
struct `Memory of filters` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// What a process has in memory, in megabytes: its own, and what it has mapped of files.
    private func memory(of child: Child) -> Double? {
        guard let status = try? String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8) else { return nil }
        return status.firstMatch(of: /VmHWM:\s*(\d+) kB/).flatMap { Double($0.1) }.map { $0 / 1024 }
    }

    @Test func `an hour of raw audio through isolation stays within 100 MB`() async throws {
        let server = try await scratch.serve(
            try await scratch.mp3(seconds: 10), ["--repeat", "360", "--chunk", "4096"])
        let source = "audiotestsrc num-buffers=3600 samplesperbuffer=16000 wave=ticks"
        let graph = try scratch.graph(
            """
            a:
              - audiotestsrc: {num-buffers: 3600, samplesperbuffer: 16000, wave: ticks}
              - "audio/x-raw,format=S16LE,rate=16000,channels=1"
              - elevenlabsisolation
              - decodebin
            b: [from: a, fakesink]
            """)
        // It takes ten seconds, and several times as much where the machine has other things to do.
        let child = try scratch.start(server.run(graph, ["-v"]), environment: Server.keyEnvironment, limit: 150)
        var most = 0.0
        while child.isRunning {
            most = max(most, memory(of: child) ?? 0)
            try await Task.sleep(for: .milliseconds(50))
        }
        let finished = await child.finish()
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(most > 10 && most < 100, "\(most) MB")
        print("peak of an hour through isolation: \(most) MB")
        #expect(finished.errorText.contains("3600.0 s of audio"), "\(finished.errorText)")

        try await scratch.tool(
            "gst-launch-1.0",
            ["-q"] + source.split(separator: " ").map(String.init) + [
                "!", "audio/x-raw,format=S16LE,rate=16000,channels=1", "!", "filesink",
                "location=\(scratch.path("reference.raw"))",
            ])
        let sum = try await scratch.tool("sha256sum", [scratch.path("reference.raw")])
        let sent = try #require(try server.requests.first)
        #expect(sent.body == "115200000 \(sum.outputText.prefix(64))")
    }
}
