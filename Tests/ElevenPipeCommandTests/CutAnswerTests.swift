import Foundation
import Testing

/// An answer that begins well and is not whole, or is not audio.
@Suite(.inTurns) struct `An answer that is not the whole audio` {
    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let options: [String]
        /// nil: as much of the real body as was sent.
        var body: [UInt8]?
        let words: [String]

        init(_ name: String, _ options: [String], body: [UInt8]? = nil, words: [String]) {
            testDescription = name
            self.options = options
            self.body = body
            self.words = words
        }
    }

    static let sent = 40_000
    static let faults = [
        Fault("cut at the boundary of a chunk", ["--cut", "boundary", "--after", "\(sent)"], words: ["\(sent) bytes"]),
        Fault("cut inside a chunk", ["--cut", "inside", "--after", "\(sent)"], words: []),
        Fault("reset", ["--cut", "reset", "--after", "\(sent)"], words: []),
        Fault("empty", [], body: [], words: ["no audio", "abcdefghij0123456789"]),
        Fault(
            "JSON under its own type", ["--type", "application/json"], body: Array(#"{"audio":"no"}"#.utf8),
            words: ["json", "abcdefghij0123456789"]),
        Fault(
            "JSON under audio's type", [], body: Array(#"{"audio":"no"}"#.utf8),
            words: ["JSON", "abcdefghij0123456789"]),
        Fault(
            "a page under its own type", ["--type", "text/html; charset=utf-8"], body: Array("<html></html>".utf8),
            words: ["text/html", "abcdefghij0123456789"]),
        Fault(
            "a page under audio's type", [], body: Array("<!doctype html>".utf8),
            words: ["page", "abcdefghij0123456789"]),
    ]

    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: faults)
    func `ends with 76 and one error, and the file is named for what it is`(fault: Fault) async throws {
        let body = try await scratch.mp3(seconds: 30)
        try #require(body.count > 2 * Self.sent)
        // Slowly enough that all of it is read before a reset makes the kernel drop it.
        let pace = fault.body == nil ? ["--pace", "80000"] : []
        let server = try await scratch.serve(fault.body ?? body, fault.options + pace)
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-mp3.yaml")), environment: Server.keyEnvironment)
        #expect(finished.status == 76, "\(finished.errorText)")
        #expect(try server.requests.count == 1)
        let line = try finished.onlyError(files: ["speech.mp3"])
        for word in fault.words { #expect(line.contains(word), "\(line)") }
        #expect(!finished.errorText.contains(Server.key))
        let written = try scratch.bytes("speech.mp3")
        if fault.body == nil {
            #expect(body.starts(with: written))
            // A chunk of which the end never came may or may not be among it.
            #expect(written.count >= Self.sent - 1021 && written.count <= Self.sent + 17, "\(written.count)")
            #expect(finished.lines.last == "speech.mp3 is partial: it holds the first \(written.count) bytes")
        } else {
            #expect(written == [])
            #expect(finished.lines.last == "speech.mp3 is empty")
        }
    }

    @Test func `leaves a WAV file that is in order and holds what came, sample by sample`() async throws {
        let body = noise(120_001)
        let server = try await scratch.serve(
            body, ["--type", "audio/pcm", "--cut", "boundary", "--after", "60001", "--pace", "200000"])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-wav.yaml")), environment: Server.keyEnvironment)
        #expect(finished.status == 76)
        _ = try finished.onlyError(files: ["speech.wav"])
        let wave = try WAVFile(scratch.bytes("speech.wav"))
        #expect(wave.isWhole)
        #expect(wave.data == body[..<60_000])
        #expect(finished.lines.last == "speech.wav is partial: it holds the first 60044 bytes")
    }

    @Test func `is kept as far as it came also where it ends before anything was written`() async throws {
        let body = noise(20_000)
        let server = try await scratch.serve(body, ["--type", "audio/pcm", "--cut", "boundary", "--after", "9000"])
        for _ in 0..<8 {
            let finished = try await scratch.elevenpipe(
                server.run(Project.pipeline("tts-to-wav.yaml")), environment: Server.keyEnvironment)
            #expect(finished.status == 76)
            let wave = try WAVFile(scratch.bytes("speech.wav"))
            #expect(wave.isWhole && wave.data == body[..<9000])
            _ = try finished.onlyError(files: ["speech.wav"])
        }
    }

    @Test func `of PCM that ends in the middle of a sample is not whole, though HTTP says so`() async throws {
        let server = try await scratch.serve(noise(9_999), ["--type", "audio/pcm", "--pace", "20000"])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-wav.yaml")), environment: Server.keyEnvironment)
        #expect(finished.status == 76)
        #expect(try finished.onlyError(files: ["speech.wav"]).contains("sample"))
    }

    @Test func `of MP3 that ends in the middle of a frame is not whole, though HTTP says so`() async throws {
        let body = Array(try await scratch.mp3(seconds: 3).dropLast())
        let server = try await scratch.serve(body)
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-mp3.yaml")), environment: Server.keyEnvironment)
        #expect(finished.status == 76)
        #expect(try finished.onlyError(files: ["speech.mp3"]).contains("middle of an MP3 frame"))
        let isKept = try scratch.bytes("speech.mp3") == body
        #expect(isKept)
    }

    @Test func `but far too short for its text is warned of in one line`() async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 1))
        let text = String(repeating: "All of this takes its time. ", count: 20)
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-mp3.yaml"), ["-q", "--set", "text=\(text)"]),
            environment: Server.keyEnvironment)
        #expect(finished.status == 0)
        let loud = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-mp3.yaml"), ["--set", "text=\(text)"]),
            environment: Server.keyEnvironment)
        let warnings = loud.lines.filter { $0.contains("warning: ") }
        #expect(loud.status == 0 && warnings.count == 1, "\(loud.errorText)")
        #expect(warnings.first?.contains("a text of 560 characters should take longer than") == true, "\(warnings)")
    }

    @Test(arguments: [("first-byte-timeout", "--delay", "3600", Int32(69)), ("idle-timeout", "--hold", "30000", 76)])
    func `is not waited for beyond its limit`(property: String, option: String, value: String, status: Int32)
        async throws
    {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 30), [option, value])
        let graph = try scratch.graph(
            "a: [elevenlabstts: {text: x, voice-id: v, \(property): 0.5, retries: 0}, filesink: {location: out}]")
        let finished = try await scratch.elevenpipe(server.run(graph), environment: Server.keyEnvironment)
        #expect(finished.status == status, "\(finished.errorText)")
        _ = try finished.onlyError(files: ["out"])
    }
}
