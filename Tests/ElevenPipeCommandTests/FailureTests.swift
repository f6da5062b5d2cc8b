import Foundation
import Testing

/// What the service refuses, and what becomes of it: one error, in the service's words, and an exit code that says whose turn
/// it is.
@Suite(.inTurns) struct `A refusal of the service` {
    struct Refusal: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let options: [String]
        let status: Int32
        let words: [String]
        var requests = 1

        init(
            _ name: String, _ code: Int, _ error: String, _ options: [String] = [], status: Int32, words: [String] = [],
            requests: Int = 1
        ) {
            testDescription = name
            self.options = ["--status", "\(code)", "--error", error] + options
            self.status = status
            self.words = words + (status == 0 ? [] : ["\(code)"])
            self.requests = requests
        }
    }

    static let refusals = [
        Refusal(
            "401, unknown key", 401, #"{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}"#, status: 77,
            words: ["invalid_api_key", "Invalid API key"]),
        Refusal(
            "402, paid plan", 402,
            #"{"detail":{"type":"payment_required","code":"paid_plan_required","message":"Upgrade.","status":"x"}}"#,
            status: 77, words: ["paid_plan_required", "Upgrade."]),
        Refusal(
            "403, quota", 403, #"{"detail":{"status":"quota_exceeded","message":"12 credits are left."}}"#, status: 77,
            words: ["quota_exceeded", "12 credits are left."]),
        Refusal(
            "403, permission", 403, #"{"detail":{"status":"missing_permissions","message":"Not text_to_speech."}}"#,
            status: 77, words: ["missing_permissions", "Not text_to_speech."]),
        Refusal(
            "404, voice", 404, #"{"detail":{"status":"voice_not_found","message":"No voice abc."}}"#, status: 65,
            words: ["voice_not_found", "No voice abc."]),
        Refusal(
            "400, too long", 400, #"{"detail":{"status":"max_character_limit_exceeded","message":"Too long."}}"#,
            status: 65, words: ["max_character_limit_exceeded", "Too long."]),
        Refusal(
            "422, a list", 422,
            #"{"detail":[{"loc":["body","voice_settings","speed"],"msg":"Input should be less","type":"less_than"}]}"#,
            status: 65, words: ["Input should be less", "speed"]),
        Refusal(
            "429, busy for ever", 429, #"{"detail":{"status":"system_busy","message":"Busy."}}"#, status: 75,
            words: ["system_busy", "Busy.", "3 times"], requests: 3),
        Refusal(
            "429, with Retry-After", 429,
            #"{"detail":{"status":"too_many_concurrent_requests","message":"Wait."}}"#,
            ["--header", "Retry-After:1"], status: 75, words: ["too_many_concurrent_requests", "Wait."], requests: 3),
        Refusal("429 once", 429, #"{"detail":"Later."}"#, ["--times", "1"], status: 0, requests: 2),
        Refusal(
            "429 once, with Retry-After", 429, #"{"detail":"Later."}"#, ["--times", "1", "--header", "Retry-After:1"],
            status: 0, requests: 2),
        Refusal("500 for ever", 500, #"{"detail":"Internal error."}"#, status: 75, words: ["Internal error."], requests: 3),
        Refusal("503 for ever", 503, "", status: 75, requests: 3),
        Refusal("503 twice", 503, "", ["--times", "2"], status: 0, requests: 3),
        Refusal(
            "502, a proxy's page", 502, "<html><body><h1>Bad Gateway</h1></body></html>", ["--error-type", "text/html"],
            status: 75, words: ["Bad Gateway"], requests: 3),
        Refusal("418, nothing", 418, "", status: 65),
    ]

    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: refusals)
    func `is told once and decides the exit code`(refusal: Refusal) async throws {
        let body = try await scratch.mp3(seconds: 0.2)
        let server = try await scratch.serve(
            body, refusal.options + ["--header", "x-trace-id:trace0123456789"])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-mp3.yaml")), environment: Server.keyEnvironment)
        #expect(finished.status == refusal.status, "\(finished.errorText)")
        #expect(try server.requests.count == refusal.requests)
        #expect(!finished.errorText.contains(Server.key))
        #expect(finished.lines.count { $0.contains("trying again in") } == refusal.requests - 1, "\(finished.lines)")
        guard refusal.status != 0 else {
            #expect(try scratch.bytes("speech.mp3") == body)
            return
        }
        let line = try finished.onlyError(files: ["speech.mp3"])
        #expect(line.hasPrefix(Project.pipeline("tts-to-mp3.yaml") + ":17:7: error: "), "\(line)")
        for word in refusal.words + ["trace0123456789"] { #expect(line.contains(word), "\(line)") }
        #expect(try scratch.bytes("speech.mp3") == [])
    }

    @Test func `that repeats the key is told without it`() async throws {
        let server = try await scratch.serve(
            [], ["--status", "401", "--error", #"{"detail":{"status":"bad","message":"No key is \#(Server.key)."}}"#])
        let graph = try scratch.graph("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]")
        for option in ["-v", "--json"] {
            let finished = try await scratch.elevenpipe(server.run(graph, [option]), environment: Server.keyEnvironment)
            #expect(finished.status == 77)
            #expect(!finished.errorText.contains(Server.key), "\(finished.errorText)")
            #expect(!finished.outputText.contains(Server.key), "\(finished.outputText)")
        }
    }
}

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
            "JSON under audio's type", [], body: Array(#"{"audio":"no"}"#.utf8), words: ["JSON", "abcdefghij0123456789"]),
        Fault(
            "a page under its own type", ["--type", "text/html; charset=utf-8"], body: Array("<html></html>".utf8),
            words: ["text/html", "abcdefghij0123456789"]),
        Fault(
            "a page under audio's type", [], body: Array("<!doctype html>".utf8), words: ["page", "abcdefghij0123456789"]),
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

    @Test func `of PCM that ends in the middle of a sample is not whole, though HTTP says so`() async throws {
        let server = try await scratch.serve(noise(9_999), ["--type", "audio/pcm"])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-wav.yaml")), environment: Server.keyEnvironment)
        #expect(finished.status == 76)
        #expect(try finished.onlyError(files: ["speech.wav"]).contains("sample"))
    }

    @Test(arguments: [("first-byte-timeout", "--delay", "3600", Int32(69)), ("idle-timeout", "--hold", "30000", 76)])
    func `is not waited for beyond its limit`(property: String, option: String, value: String, status: Int32) async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 30), [option, value])
        let graph = try scratch.graph(
            "a: [elevenlabstts: {text: x, voice-id: v, \(property): 0.5, retries: 0}, filesink: {location: out}]")
        let finished = try await scratch.elevenpipe(server.run(graph), environment: Server.keyEnvironment)
        #expect(finished.status == status, "\(finished.errorText)")
        _ = try finished.onlyError(files: ["out"])
    }
}

extension Child.Finished {
    /// The one line that is the error; all others must be retries or name a file.
    func onlyError(files: [String] = []) throws -> String {
        let rest = lines.filter { line in
            !line.contains("; trying again in ")
                && !files.contains { line.hasPrefix($0 + " is ") || line.hasPrefix($0 + ": ") || line.hasPrefix($0 + " was ") }
        }
        #expect(rest.count == 1, "\(lines)")
        return try #require(rest.first)
    }
}
