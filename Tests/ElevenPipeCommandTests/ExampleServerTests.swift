import Foundation
import Testing

/// The HTTP server of `Tests/Examples`, asked by curl.
@Suite(.serialized, .inTurns) struct `The example of a server` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let clients = 10

    private static func text(_ client: Int) -> String {
        "This is number \(client) of all that are asked for at once, and each of them is spoken to its end."
    }

    /// Starts it. - Returns: the URL that speaks, without the text.
    private func serve(_ simulator: String) async throws -> String {
        let child = try scratch.start(
            try await Examples.program("SpeechServer"), ["0"], environment: Scratch.exampleEnvironment(simulator),
            limit: 150)
        try await eventually("the server did not start: \(child.errorText)") { child.outputText.contains("\n") }
        let line = try #require(child.outputText.split(separator: "\n").first)
        #expect(line.hasSuffix("/say?text=Hello"), "\(line)")
        return String(line.dropLast("?text=Hello".count))
    }

    private func ask(_ url: String, _ text: String, to name: String) throws -> Child {
        try scratch.companion(
            "curl",
            [
                "-sS", "--no-buffer", "--fail", "-o", scratch.path(name), "-w", "%{content_type}", "--get",
                "--data-urlencode", "text=" + text, url,
            ])
    }

    @Test func `answers ten clients at once while their speech is generated, and the next ten to the end`() async throws
    {
        // The first answers of the service stand still in their middle, until the pipelines give them up.
        let simulator = try await scratch.simulate(["--pace", "8", "--fault", "stall=25,times=\(Self.clients)"])
        let url = try await serve(simulator)
        let cut = try (1...Self.clients).map { try ask(url, Self.text($0), to: "cut-\($0).ogg") }
        try await eventually("not all were answered while the service still speaks") {
            try (1...Self.clients).allSatisfy {
                try scratch.exists("cut-\($0).ogg") && scratch.bytes("cut-\($0).ogg").count > 5000
            }
        }
        let areAllWaiting = cut.allSatisfy { $0.isRunning }
        #expect(areAllWaiting)
        for (index, child) in cut.enumerated() {
            // A transfer that ended before its end, or a connection that did.
            let status = await child.finish().status
            #expect([18, 56].contains(status), "\(status)")
            #expect(try scratch.bytes("cut-\(index + 1).ogg").starts(with: Array("OggS".utf8)))
        }

        let whole = try (1...Self.clients).map { try ask(url, Self.text($0), to: "whole-\($0).ogg") }
        for (index, child) in whole.enumerated() {
            let finished = await child.finish()
            #expect(finished.status == 0 && finished.outputText == "audio/ogg", "\(finished.errorText)")
            let name = "whole-\(index + 1).ogg"
            #expect(try await scratch.probe(name).codec == "opus")
            let heard = try await scratch.decode(name)
            let expected = try await scratch.speak(Self.text(index + 1))
            #expect(abs(heard.length - expected.length) < 0.1, "\(heard.length) s of \(expected.length) s")
            let likeness = heard.likeness(at: 4000, to: expected)
            #expect(likeness > 0.9, "\(likeness)")
        }
    }

    @Test func `stops the pipeline of a client that goes away`() async throws {
        // One request at a time, and the first would take minutes.
        let simulator = try await scratch.simulate(["--pace", "1", "--concurrency", "1"])
        let url = try await serve(simulator)
        let text = Array(repeating: "This goes on and on, and nobody listens to it any more.", count: 60)
        let first = try ask(url, text.joined(separator: " "), to: "first.ogg")
        try await eventually("no answer") { try scratch.exists("first.ogg") && !scratch.bytes("first.ogg").isEmpty }
        first.kill()
        let second = try await ask(url, "Next.", to: "second.ogg").finish()
        #expect(second.status == 0, "\(second.errorText)")
        #expect(try await scratch.decode("second.ogg").level > 0.01)
    }

    @Test(arguments: [("/say", 400), ("/say?text=", 400), ("/", 404)])
    func `refuses what it cannot say`(path: String, status: Int) async throws {
        let url = try await serve("http://127.0.0.1:1").dropLast("/say".count)
        let answer = try await scratch.tool("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", url + path])
        #expect(answer.outputText == "\(status)")
    }

    @Test func `says what is wrong with the service`() async throws {
        let simulator = try await scratch.simulate(["--fault", "status=401"])
        let url = try await serve(simulator)
        let answer = try await scratch.tool("curl", ["-sS", "-w", " %{http_code}", url + "?text=Hello"])
        #expect(answer.outputText.hasSuffix(" 502"), "\(answer.outputText)")
        #expect(answer.outputText.contains("ElevenLabs answered 401"), "\(answer.outputText)")
    }
}
