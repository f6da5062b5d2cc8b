import Foundation
import Testing

/// The key goes to the service and nowhere else.
@Suite(.inTurns) struct `The key is found nowhere` {
    private static let canary = "sk_c4n4ry9f8e7d6c5b4a39281706f5e4d3c2b1a0"

    let scratch: Scratch
    /// Where the server keeps what it got, key and all.
    let elsewhere: Scratch

    init() throws {
        scratch = try Scratch()
        elsewhere = try Scratch()
    }

    /// The key as it is, as hexadecimal with and without spaces (a memory dump's lines break anywhere), and as base64 at each of
    /// its three alignments; of the coded forms, a part that cannot stand there by chance.
    private static let traces: [String] = {
        let bytes = Array(canary.utf8)
        let hex = { (bytes: ArraySlice<UInt8>) in
            bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        }
        let runs = stride(from: 0, to: bytes.count - 8, by: 4).map { bytes[$0..<$0 + 5] }
        let coded = (0..<3).map { shift in
            let text = (Array(repeating: UInt8(0), count: shift) + bytes).withUnsafeBytes {
                Data($0).base64EncodedString()
            }
            return String(text.dropFirst(4).prefix(16))
        }
        return [canary, String(canary.dropFirst(8).prefix(12))] + runs.map { hex($0).joined(separator: " ") }
            + [hex(bytes[4..<16]).joined()] + coded
    }()

    /// Searches everything that the runs left behind, with a tool of its own.
    private func search() async throws {
        let patterns = try elsewhere.write(Self.traces.joined(separator: "\n") + "\n", to: "patterns")
        let found = try await elsewhere.tool(
            "sh", ["-c", "LC_ALL=C grep -r -a -i -l -F -f \"$0\" \"$1\"; test $? -eq 1", patterns, scratch.path])
        #expect(found.outputText.isEmpty, "\(found.outputText)")
    }

    private func run(_ server: Server, _ pipeline: String, _ options: [String], _ more: [String: String]) async throws {
        let key = ["ELEVENLABS_API_KEY": Self.canary]
        _ = try await scratch.elevenpipe(
            server.run(Project.pipeline(pipeline), options), environment: key.merging(more) { $1 }, limit: 90)
        #expect(try server.requests.last?.values(of: "xi-api-key") == [Self.canary])
    }

    @Test func `not in output, logs and files of a run that succeeds`() async throws {
        let server = try await elsewhere.serve(try await scratch.mp3(seconds: 0.3))
        // None are drawn so far; should there be some, they are searched too.
        let pictures = scratch.path("pictures")
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
        try await run(server, "tts-to-speaker-and-file.yaml", ["--json"], [:])
        try await run(
            server, "tts-to-speaker-and-file.yaml", ["-v"],
            [
                "GST_DEBUG": "*:9", "GST_DEBUG_FILE": scratch.path("gst.log"), "GST_DEBUG_DUMP_DOT_DIR": pictures,
                "G_MESSAGES_DEBUG": "all", "GST_DEBUG_NO_COLOR": "1",
            ])
        let log = try FileManager.default.attributesOfItem(atPath: scratch.path("gst.log"))[.size] as? Int
        #expect((log ?? 0) > 100_000, "there is no log to search")
        try await search()
    }

    @Test(arguments: [
        ["--status", "401"], ["--status", "503"], ["--cut", "reset", "--after", "500"],
        ["--cut", "inside", "--after", "500"],
    ])
    func `not in what a failure says`(options: [String]) async throws {
        let server = try await elsewhere.serve(try await scratch.mp3(seconds: 1), options)
        for option in ["-v", "--json"] {
            try await run(
                server, "tts-to-mp3.yaml", [option],
                ["GST_DEBUG": "*:6", "GST_DEBUG_FILE": scratch.path("gst\(option).log")])
        }
        try await search()
    }

    @Test func `not when it comes from a file, and not in the list of processes`() async throws {
        let server = try await elsewhere.serve([], ["--delay", "3600"])
        let file = try elsewhere.write(Self.canary, to: "key")
        let child = try scratch.start(
            server.run(Project.pipeline("tts-to-mp3.yaml"), ["-v", "--api-key-file", file]),
            environment: ["GST_DEBUG": "*:9", "GST_DEBUG_FILE": scratch.path("gst.log")])
        try await eventually("no request came") { try !server.requests.isEmpty }
        if let arguments = FileManager.default.contents(atPath: "/proc/\(child.pid)/cmdline") {
            let line = String(decoding: arguments, as: UTF8.self)
            #expect(line.contains("--api-key-file") && !line.contains(Self.canary))
        }
        child.signal(SIGTERM)
        #expect(await child.finish().status == 143)
        try await search()
    }

    @Test func `which the search would find`() async throws {
        for (index, trace) in Self.traces.enumerated() {
            let other = try Scratch()
            try other.write("before \(trace.uppercased()) after", to: "planted-\(index)")
            let patterns = try elsewhere.write(Self.traces.joined(separator: "\n") + "\n", to: "patterns")
            try await elsewhere.tool("grep", ["-r", "-a", "-i", "-q", "-F", "-f", patterns, other.path])
        }
    }
}
