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
            "401, unknown key", 401, #"{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}"#,
            status: 77,
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
        Refusal(
            "500 for ever", 500, #"{"detail":"Internal error."}"#, status: 75, words: ["Internal error."], requests: 3),
        Refusal("503 for ever", 503, "", status: 75, requests: 3),
        Refusal("503 twice", 503, "", ["--times", "2"], status: 0, requests: 3),
        Refusal(
            "502, a proxy's page", 502, "<html><body><h1>Bad Gateway</h1></body></html>",
            ["--error-type", "text/html"],
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
            let told = finished.errorText + finished.outputText
            #expect(!told.contains(Server.key), "\(told)")
        }
    }
}
