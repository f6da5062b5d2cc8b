import Foundation
import Testing

/// The key and where the service is.
@Suite(.inTurns) struct `The configuration` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ options: [String], key: String? = nil) async throws -> String {
        let finished = try await scratch.elevenpipe(
            ["run", Project.pipeline("tts-to-wav.yaml")] + options,
            environment: key.map { ["ELEVENLABS_API_KEY": $0] } ?? [:])
        #expect(finished.status == 78, "\(finished.errorText)")
        #expect(finished.output == [])
        #expect(!scratch.exists("speech.wav"), "a file was emptied")
        return try finished.onlyError()
    }

    @Test func `without a key names all ways to one, and the way without`() async throws {
        let line = try await run([])
        for word in ["ELEVENLABS_API_KEY", "--api-key-file", "--offline"] { #expect(line.contains(word), "\(line)") }
    }

    @Test(arguments: ["", "   ", "a b", "a\nb", "schlüssel"])
    func `with a key that is none says so without repeating it`(key: String) async throws {
        let line = try await run([], key: key)
        #expect(line.contains("ELEVENLABS_API_KEY"), "\(line)")
        #expect(key.count < 4 || !line.contains(key))
        let file = try await run(["--api-key-file", scratch.writeKey(key.utf8)])
        #expect(file.contains(scratch.path("key")), "\(file)")
    }

    @Test func `with a key file that is missing, a folder or huge says which`() async throws {
        #expect(try await run(["--api-key-file", "missing.key"]).contains("missing.key"))
        #expect(try await run(["--api-key-file", scratch.path]).contains(scratch.path))
        let huge = try scratch.writeKey(noise(100_000).map { 65 + $0 % 26 })
        #expect(try await run(["--api-key-file", huge]).contains(huge))
    }

    @Test(arguments: [(0o640, true), (0o604, true), (0o644, true), (0o600, false), (0o400, false), (0o611, false)])
    func `warns once of a key file that others may read, and says the cure`(mode: Int, warns: Bool) async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 0.2))
        let file = try scratch.writeKey("sk_from_a_file".utf8, mode: mode)
        let steps = "a: [elevenlabstts: {text: x, voice-id: v}, fakesink]"
        let runs = [
            server.run(try scratch.graph(steps), ["--api-key-file", file]),
            server.run(try scratch.graph(steps, head: "elevenlabs: {api-key-file: \(file)}\n", name: "own.yaml")),
        ]
        for arguments in runs {
            let finished = try await scratch.elevenpipe(arguments)
            #expect(finished.status == 0, "\(finished.errorText)")
            let warnings = finished.errorText.split(separator: "\n").filter { $0.contains("chmod 600") }
            #expect(warnings.count == (warns ? 1 : 0), "\(finished.errorText)")
            #expect(warnings.allSatisfy { $0.hasPrefix("\(file): warning: ") && !$0.contains("sk_") })

            let reported = try await scratch.elevenpipe(arguments + ["--json"])
            let events = reported.outputText.split(separator: "\n").filter { $0.contains("chmod 600") }
            #expect(events.count == (warns ? 1 : 0), "\(reported.outputText)")
            #expect(
                events.allSatisfy { $0.contains("\"event\":\"finding\"") && $0.contains("\"severity\":\"warning\"") })
        }
        let offline = try await scratch.elevenpipe([
            "run", try scratch.graph(steps), "--offline", "--api-key-file", file,
        ])
        #expect(!offline.errorText.contains("chmod"))
    }

    @Test(arguments: [
        "nonsense", "ftp://127.0.0.1", "http://", "http://127.0.0.1:99999", "http://user:pass@127.0.0.1/",
    ])
    func `with an address that is none says so`(url: String) async throws {
        let line = try await run(["--base-url", url], key: Server.key)
        #expect(!line.contains("pass@"), "\(line)")
    }

    @Test func `never sends the key in the clear to another machine`() async throws {
        let line = try await run(["--base-url", "http://192.0.2.1:1"], key: Server.key)
        #expect(line.contains("https"), "\(line)")
        #expect(!line.contains(Server.key))
    }

    @Test func `of a service that nobody runs ends with 69`() async throws {
        let finished = try await scratch.elevenpipe(
            ["run", Project.pipeline("tts-to-wav.yaml"), "--base-url", "http://127.0.0.1:1"],
            environment: Server.keyEnvironment)
        #expect(finished.status == 69)
        #expect(try finished.onlyError(files: ["speech.wav"]).contains("127.0.0.1:1"))
    }

    @Test(arguments: [
        ["--help"], ["-h"], ["run", "--help"], ["validate", "--help"], ["expand", "--help"], ["simulate", "--help"],
    ])
    func `is explained by help`(arguments: [String]) async throws {
        let finished = try await scratch.elevenpipe(arguments)
        #expect(finished.status == 0)
        #expect(finished.errorText.isEmpty)
        #expect(finished.outputText.contains("Usage:"))
    }

    @Test func `is that of a version`() async throws {
        let finished = try await scratch.elevenpipe(["--version"])
        #expect(finished.status == 0)
        #expect(finished.outputText.wholeMatch(of: /elevenpipe \d+\.\d+\.\d+ \(GStreamer 1\.\d+\.\d+\)\n/) != nil)
    }
}
