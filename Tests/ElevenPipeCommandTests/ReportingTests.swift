import Foundation
import Testing

/// What a run tells, and where.
@Suite(.inTurns) struct `A run tells` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [[], ["--json"], ["-q"]])
    func `how often and how long it waited for the network`(options: [String]) async throws {
        let body = noise(48000)
        let server = try await scratch.serve(body, ["--chunk", "4800", "--pace", "96000", "--pause", "24000:1.5"])
        let graph = try scratch.graph(
            "a:\n  - elevenlabstts: {text: hi, voice-id: x, output-format: pcm_24000}\n  - fakesink: {sync: true}")
        let finished = try await scratch.elevenpipe(
            server.run(graph, options), environment: Server.keyEnvironment)
        #expect(finished.status == 0)
        switch options.first {
        case "--json":
            let events = try ElevenPipeCommandTests.events(finished.outputText)
            let names = events.compactMap { $0["event"] as? String }
            #expect(names.filter { ["starved", "resumed"].contains($0) } == ["starved", "resumed"])
            #expect(events.first { $0["event"] as? String == "starved" }?["element"] as? String == "a-elevenlabstts-1")
            let stalls = try #require(events.last?["stalls"] as? [[String: Any]])
            let after = try #require(events.first { $0["event"] as? String == "resumed" }?["after"] as? Double)
            #expect(after > 0.5 && stalls.compactMap { $0["length"] as? Double } == [after])
        case "-q": #expect(finished.errorText.isEmpty && finished.outputText.isEmpty)
        default:
            #expect(finished.errorText.contains("a-elevenlabstts-1: the network is too slow; playback waits\n"))
            #expect(finished.errorText.contains("playback goes on after "))
            #expect(finished.errorText.contains(", 1 pause for the network, "))
        }
    }

    @Test func `its events as JSON, one object a line, in order`() async throws {
        let finished = try await scratch.elevenpipe(
            [
                "run", "--offline", "--json", Project.pipeline("tts-to-speaker-and-file.yaml"), "--set",
                "text=Yes.\n\"No\".",
            ])
        #expect(finished.status == 0)
        #expect(finished.errorText.isEmpty)
        let events = try ElevenPipeCommandTests.events(finished.outputText)
        let names = events.compactMap { $0["event"] as? String }
        #expect(
            Set(names) == [
                "no-audio-device", "started", "requested", "answered", "first-byte", "first-audio", "received",
                "finished",
            ])
        #expect(names.count == 8)
        let order = ["started", "requested", "answered", "first-byte", "first-audio", "finished"]
        #expect(names.filter { order.contains($0) } == order)
        let fields = Dictionary(uniqueKeysWithValues: zip(names, events))
        #expect(fields["requested"]?["characters"] as? Int == 10)
        #expect(fields["requested"]?["attempt"] as? Int == 1)
        #expect((fields["answered"]?["request-id"] as? String)?.isEmpty == false)
        #expect(fields["no-audio-device"]?["line"] as? Int == 24)
        #expect(fields["finished"]?["ending"] as? String == "completed")
        let file = (fields["finished"]?["files"] as? [[String: Any]])?.first
        #expect(file?["path"] as? String == "speech.mp3")
        #expect(file?["bytes"] as? Int == (try scratch.bytes("speech.mp3").count))
        #expect(file?["partial"] as? Bool == false)
        #expect(fields["received"]?["bytes"] as? Int == (try scratch.bytes("speech.mp3").count))
    }

    @Test func `in JSON when the first sample was heard, and how long decoding took`() async throws {
        for pipeline in ["tts-to-speaker.yaml", "tts-to-wav.yaml", "tts-to-opus.yaml"] {
            let finished = try await scratch.elevenpipe(
                ["run", "--offline", "--json", Project.pipeline(pipeline), "--set", "text=Yes."])
            let event = try #require(try events(finished.outputText).first { $0["event"] as? String == "first-audio" })
            let decoding = try #require(event["after-first-byte"] as? Double)
            let moment = try #require(event["at"] as? Double)
            #expect(decoding >= 0 && decoding < 5 && moment > decoding, "\(pipeline): \(event)")
        }
    }

    @Test func `a failure as JSON, with all that is known of it`() async throws {
        let server = try await scratch.serve(
            [],
            [
                "--status", "404", "--error", #"{"detail":{"status":"voice_not_found","message":"No."}}"#, "--header",
                "request-id:id0123456789",
            ])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-wav.yaml"), ["--json"]), environment: Server.keyEnvironment)
        #expect(finished.status == 65)
        #expect(finished.errorText.isEmpty, "\(finished.errorText)")
        let event = try #require(try events(finished.outputText).last)
        #expect(event["event"] as? String == "failed")
        #expect(event["exit-code"] as? Int == 65)
        #expect(event["code"] as? String == "invalid-graph")
        #expect(event["service-code"] as? String == "voice_not_found")
        #expect(event["http-status"] as? Int == 404)
        #expect(event["request-id"] as? String == "id0123456789")
        #expect(event["line"] as? Int == 17)
        #expect((event["files"] as? [[String: Any]])?.first?["partial"] as? Bool == true)
    }

    @Test func `retries and a stop as JSON`() async throws {
        let server = try await scratch.serve(
            noise(2_000_000), ["--status", "503", "--times", "1", "--type", "audio/pcm", "--pace", "100000"])
        let child = try scratch.start(
            server.run(Project.pipeline("tts-to-wav.yaml"), ["--json"]), environment: Server.keyEnvironment)
        try await eventually("no audio came") { child.outputText.contains("first-audio") || !child.isRunning }
        child.signal(SIGINT)
        let events = try events(await child.finish().outputText)
        let retry = events.first { $0["event"] as? String == "retrying" }
        #expect((retry?["delay"] as? Double).map { $0 > 0 } == true)
        #expect((retry?["reason"] as? String)?.contains("503") == true)
        #expect(events.contains { $0["event"] as? String == "stopping" })
        #expect(events.last?["ending"] as? String == "stopped")
        let file = (events.last?["files"] as? [[String: Any]])?.first
        #expect(file?["partial"] as? Bool == true && file?["finalised"] as? Bool == true)
    }

    @Test func `nothing with --quiet when all is well`() async throws {
        let finished = try await scratch.elevenpipe(["run", "--offline", "-q", Project.pipeline("tts-to-wav.yaml")])
        #expect(finished.status == 0)
        #expect(finished.errorText.isEmpty && finished.output.isEmpty)
    }

    @Test(arguments: [[], ["-q"]])
    func `that there is no sound device, and what to do`(options: [String]) async throws {
        let graph = ["run", "--offline", Project.pipeline("tts-to-speaker.yaml"), "--set", "text=Yes."]
        let finished = try await scratch.elevenpipe(graph + options)
        #expect(finished.status == 0)
        let warnings = finished.lines.filter { $0.contains("warning") }
        #expect(warnings.count == 1)
        for word in ["nothing can be heard", "wavenc", "filesink", "tts-to-speaker.yaml:20:7: "] {
            #expect(warnings.first?.contains(word) == true, "\(warnings)")
        }
        let strict = try await scratch.elevenpipe(graph + options + ["--require-audio"])
        #expect(strict.status == 74)
        #expect(try strict.onlyError().contains("no sound device"), "\(strict.lines)")
    }

    @Test func `plain lines where there is no terminal`() async throws {
        let finished = try await scratch.elevenpipe(["run", "--offline", Project.pipeline("tts-to-wav.yaml")])
        #expect(finished.output.isEmpty)
        #expect(finished.lines.count == 3, "\(finished.lines)")
        #expect(finished.lines.first?.hasPrefix("done after ") == true)
        #expect(!finished.errorText.contains("\u{1B}") && !finished.errorText.contains("\r"))
    }

    @Test(arguments: [[], ["-v"], ["--json"]])
    func `nothing on standard output where the audio goes there`(options: [String]) async throws {
        let body = noise(100_000)
        let server = try await scratch.serve(body, ["--type", "audio/pcm"])
        let graph = try scratch.graph(
            "a: [elevenlabstts: {text: x, voice-id: v, output-format: pcm_24000}, fdsink]")
        let finished = try await scratch.elevenpipe(server.run(graph, options), environment: Server.keyEnvironment)
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(finished.output == body)
        if options == ["--json"] {
            #expect(try events(finished.errorText).last?["event"] as? String == "finished")
        }
    }

    @Test func `on a terminal one line that changes, and that is gone at the end`() async throws {
        let terminal = Bundle.module.bundleURL.appending(path: "Fixtures/terminal.py").path
        let child = try scratch.start(
            "/usr/bin/env",
            ["python3", terminal, Project.program, "run", "--offline", Project.pipeline("tts-to-wav.yaml")],
            environment: ["TERM": "xterm", "LC_ALL": "C.UTF-8"])
        let finished = await child.finish()
        #expect(finished.status == 0, "\(finished.errorText)")
        let clear = "\r\u{1B}[K"
        let parts = finished.outputText.components(separatedBy: clear)
        #expect(parts.contains { $0.contains("receiving") && $0.contains("kB") }, "\(parts)")
        #expect(parts.dropLast().allSatisfy { $0.count < 100 && !$0.contains("\n") }, "\(parts)")
        // Behind the last clearing stands the summary and nothing else.
        #expect(parts.last?.hasPrefix("done after ") == true, "\(parts)")
    }
}
