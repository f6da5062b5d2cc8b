import ElevenLabs
import GLib
import HTTP
import Synchronization
import Testing

/// What goes wrong, what is tried again, and what the caller is told.
@Suite(.timeLimit(.minutes(2))) struct ClientFailureTests {
    struct Refusal: Sendable {
        var status: Int
        var code: String
        var kind: ElevenLabsError.Kind
        var requests = 1
    }

    @Test(
        arguments: [
            Refusal(status: 401, code: "invalid_api_key", kind: .authentication),
            Refusal(status: 401, code: "quota_exceeded", kind: .quota),
            Refusal(status: 402, code: "payment_required", kind: .quota),
            Refusal(status: 403, code: "missing_permissions", kind: .permission),
            Refusal(status: 404, code: "voice_not_found", kind: .notFound(.voice)),
            Refusal(status: 422, code: "value_error", kind: .invalidRequest),
            Refusal(status: 408, code: "timeout", kind: .server, requests: 3),
            Refusal(status: 429, code: "system_busy", kind: .rateLimited(.busy), requests: 3),
            Refusal(status: 429, code: "concurrent_limit_exceeded", kind: .rateLimited(.concurrency), requests: 3),
            Refusal(status: 500, code: "internal_error", kind: .server, requests: 3),
            Refusal(status: 503, code: "maintenance", kind: .server, requests: 3),
        ]
    )
    func `a refusal is told in the service's words, after as many attempts as make sense`(refusal: Refusal) async throws
    {
        let service = try await Service(.refusal(refusal.status, refusal.code, headers: ["x-trace-id": "t"]))
        let error = await failure { () throws(ElevenLabsClientError) in
            try await service.client().textToSpeech(speech)
        }
        guard case .refused(let told) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(told.kind == refusal.kind)
        #expect(told.httpStatus == refusal.status)
        #expect(told.code == refusal.code)
        #expect(error?.requestID == "t")
        #expect(error?.isTransient == (refusal.requests > 1))
        #expect(service.requests.count == refusal.requests)
        #expect(service.story.last == "failed")
        await service.stop()
    }

    @Test func `what fails twice and then succeeds is a success`() async throws {
        let service = try await Service { _, number in
            switch number {
            case 1: .refusal(503, "busy", headers: ["retry-after": "0"])
            case 2: .stream { await $0.abort(.reset) }
            default: .audio([1, 2])
            }
        }
        #expect(try await service.client().textToSpeech(speech).bytes() == [1, 2])
        #expect(
            service.story == [
                "sending 1", "retrying", "sending 2", "answered", "retrying", "sending 3", "answered", "first byte",
                "ended 2",
            ])
        await service.stop()
    }

    @Test func `a client that may not try again does not, and a long Retry-After is not waited for`() async throws {
        let service = try await Service { _, number in
            .refusal(503, "busy", headers: number == 1 ? [:] : ["retry-after": "61"])
        }
        for retries in [0, 2] {
            let error = await failure { () throws(ElevenLabsClientError) in
                try await service.client(retries: retries).models()
            }
            #expect(error?.isTransient == true)
        }
        #expect(service.requests.count == 2)
        await service.stop()
    }

    struct Cut: Sendable, CustomTestStringConvertible {
        var name: String
        var response: @Sendable () -> HTTPServerResponse
        var testDescription: String { name }
    }

    private static let cuts = [
        Cut(name: "between chunks") {
            .stream {
                try await $0.write(Bytes([1, 2]))
                await $0.abort(.atChunkBoundary)
            }
        },
        Cut(name: "inside a chunk") {
            .stream {
                try await $0.write(Bytes([1, 2]))
                await $0.abort(.insideChunk)
            }
        },
        Cut(name: "reset") {
            .stream {
                try await $0.write(Bytes([1, 2]))
                try await Task.sleep(for: .milliseconds(50))
                await $0.abort(.reset)
            }
        },
        Cut(name: "half a sample") { .audio([1, 2, 3]) },
    ]

    @Test(arguments: cuts)
    func `audio that is cut short throws, is never asked for again, and says so ever after`(cut: Cut) async throws {
        let service = try await Service { _, _ in cut.response() }
        let answer = try await service.client().textToSpeech(pcmSpeech)
        var received = 0
        for _ in 1...2 {
            do {
                for try await bytes in answer { received += bytes.count }
                Issue.record("it ended quietly")
            } catch {
                guard case .incomplete(_, _, let requestID) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(requestID == "abc")
                #expect(error.isTransient)
                #expect(error.description.hasSuffix("(request abc)"))
            }
        }
        #expect(received >= 2)
        #expect(service.requests.count == 1)
        #expect(service.story.last == "failed")
        await service.stop()
    }

    @Test func `silence in the middle of audio ends in an error`() async throws {
        let service = try await Service { _, _ in
            .stream {
                try await $0.write(Bytes([1, 2]))
                try await Task.sleep(for: .seconds(600))
            }
        }
        let timeouts = ElevenLabsClient.Timeouts(
            connect: .seconds(60), firstByte: .seconds(60), idle: .milliseconds(200))
        let answer = try await service.client(timeouts: timeouts).textToSpeech(speech)
        let error = await failure { () throws(ElevenLabsClientError) in try await answer.bytes() }
        guard case .incomplete(_, 2, "abc") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await service.stop()
    }

    @Test(
        arguments: [
            ("application/json", #"{"a":1}"#), ("text/html", "<html>"), ("audio/mpeg", " {"), ("audio/mpeg", "<a>"),
            ("audio/mpeg", ""), ("text/plain", "abc"),
        ]
    )
    func `a success without audio is an error`(type: String, body: String) async throws {
        let service = try await Service(.audio(Array(body.utf8), type: type))
        let error = await failure { () throws(ElevenLabsClientError) in
            try await service.client().textToSpeech(speech)
        }
        guard case .unexpectedAnswer(_, "abc") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(service.requests.count == 1)
        await service.stop()
    }

    @Test func `where nobody answers, it says so after it has tried again`() async throws {
        let service = try await Service(.audio([1]))
        await service.stop()
        let error = await failure { () throws(ElevenLabsClientError) in try await service.client().models() }
        guard case .unreachable(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("refused") && reason.hasSuffix("(tried 3 times)"))
    }

    @Test func `nothing is sent that cannot be right`() async throws {
        let service = try await Service(.audio([1]))
        let exposed = ElevenLabsClient(apiKey: APIKey("key"), baseURL: try BaseURL("http://service.example"))
        #expect(
            await failure { () throws(ElevenLabsClientError) in try await exposed.models() }?.description
                .contains("plain HTTP") == true)
        for key in ["", " \n", "two words", "schlüssel", String(repeating: "x", count: 5000)] {
            let error = await failure { () throws(ElevenLabsClientError) in
                try await service.client(key: key).textToSpeech(speech)
            }
            guard case .configuration = error else {
                Issue.record("\(key.count): \(String(describing: error))")
                continue
            }
        }
        var wrong = speech
        wrong.voiceSettings = VoiceSettings(speed: 9)
        wrong.text = ""
        wrong.seed = -1
        let error = await failure { [wrong] () throws(ElevenLabsClientError) in
            try await service.client().textToSpeech(wrong)
        }
        guard case .invalidRequest(let invalid) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(invalid.findings.map(\.field) == ["text", "seed", "voice_settings.speed"])
        #expect(service.requests.isEmpty)
        await service.stop()
    }

    @Test func `the key is in nothing that is told`() async throws {
        let key = Service.key
        let service = try await Service { request, _ in
            switch request.path {
            case "/v1/models":
                .json(#"{"detail":{"code":"\#(key)","message":"\#(key) is wrong"}}"#, status: 401)
            default:
                .audio(
                    [1, 2, 3], type: "audio/\(key)",
                    headers: ["request-id": key, "x-region": key, "history-item-id": key])
            }
        }
        let client = service.client()
        let refused = await failure { () throws(ElevenLabsClientError) in try await client.models() }
        let answer = try await client.textToSpeech(pcmSpeech)
        let cut = await failure { () throws(ElevenLabsClientError) in try await answer.bytes() }
        var all = ""
        dump(client, to: &all)
        let timed = try await client.textToSpeechWithTimestamps(pcmSpeech)
        dump(answer, to: &all)
        dump(timed, to: &all)
        dump(timed.makeAsyncIterator(), to: &all)
        dump(APIKey(key), to: &all)
        dump(refused, to: &all)
        dump(cut, to: &all)
        dump(service.events.withLock { $0 }, to: &all)
        all += "\(client) \(String(reflecting: client)) \(answer) \(APIKey(key)) \(String(reflecting: APIKey(key)))"
        #expect(all.contains("is wrong") && all.contains("middle of a sample"))
        #expect(!all.contains(key))
        await service.stop()
    }
}
