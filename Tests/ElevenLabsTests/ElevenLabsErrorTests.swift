import ElevenLabs
import Testing

@Suite struct ElevenLabsErrorTests {
    private func error(_ status: Int, _ body: String, headers: [String: String] = [:]) -> ElevenLabsError {
        ElevenLabsError(httpStatus: status, header: { headers[$0] }, body: Array(body.utf8))
    }

    @Test func `the current form gives all it holds`() {
        let found = error(
            401,
            #"""
            {"detail":{"type":"authentication_error","code":"unauthorized","message":"Invalid API key",
            "status":"invalid_api_key","request_id":"5a6b","param":"xi-api-key"}}
            """#
        )
        #expect(
            found
                == ElevenLabsError(
                    kind: .authentication, httpStatus: 401, code: "unauthorized", status: "invalid_api_key",
                    type: "authentication_error", message: "Invalid API key", param: "xi-api-key", requestID: "5a6b"
                )
        )
        #expect(found.description == "ElevenLabs answered 401 unauthorized: Invalid API key (request 5a6b)")
        #expect(!found.isTransient)
    }

    @Test(
        arguments: [
            // older object, with more keys than we know
            (
                #"{"detail":{"status":"quota_exceeded","message":"No credits left","character_used":10,"character_limit":9}}"#,
                "ElevenLabs answered 401 quota_exceeded: No credits left"
            ),
            // text in detail
            (#"{"detail":"Not Found"}"#, "ElevenLabs answered 401: Not Found"),
            // top level
            (
                #"{"status":"internal_server_error","message":"Something broke"}"#,
                "ElevenLabs answered 401 internal_server_error: Something broke"
            ),
            // a field of the wrong type does not lose the others
            (
                #"{"detail":{"status":17,"message":"Words","code":["x"],"param":{}}}"#,
                "ElevenLabs answered 401 17: Words"
            ),
            (#"{"detail":17,"message":"Words"}"#, "ElevenLabs answered 401: Words"),
            // JSON that says nothing we know is shown as it is
            (#"{"error":{"reason":"because"}}"#, #"ElevenLabs answered 401: {"error":{"reason":"because"}}"#),
            (#"[1,2]"#, "ElevenLabs answered 401: [1,2]"),
            (#"{"detail":null}"#, #"ElevenLabs answered 401: {"detail":null}"#),
            (#"{"detail":[]}"#, #"ElevenLabs answered 401: {"detail":[]}"#),
            // what stands before the service
            (
                "<!DOCTYPE html>\n<html><head><TITLE>Just a\n moment…</TITLE></head><body>x</body></html>",
                "ElevenLabs answered 401: Just a moment…"
            ),
            ("<h1>502 Bad Gateway</h1><hr>nginx", "ElevenLabs answered 401: 502 Bad Gateway nginx"),
            ("upstream connect error\r\n", "ElevenLabs answered 401: upstream connect error"),
            ("", "ElevenLabs answered 401"),
            (#"{"detail":{"message":"cut of"#, #"ElevenLabs answered 401: {"detail":{"message":"cut of"#),
        ]
    )
    func `every form of body becomes one sentence`(body: String, sentence: String) {
        #expect(error(401, body).description == sentence)
    }

    @Test func `a list of findings names each field`() {
        let found = error(
            422,
            #"""
            {"detail":[{"type":"less_than_equal","loc":["body","voice_settings","stability"],
            "msg":"Input should be less than or equal to 1","input":2,"ctx":{"le":1.0}},
            {"type":"missing","loc":["body","text"],"msg":"Field required","input":null},
            {"type":"json_invalid","loc":["body",17],"msg":"JSON decode error"},
            {"msg":"bare"},"loose",{}]}
            """#
        )
        #expect(found.kind == .invalidRequest)
        #expect(found.type == "less_than_equal")
        #expect(found.param == "voice_settings.stability")
        #expect(
            found.message
                == "voice_settings.stability: Input should be less than or equal to 1; text: Field required; "
                + "17: JSON decode error; bare; loose"
        )
    }

    @Test(
        arguments: [
            (400, "voice_does_not_exist", ElevenLabsError.Kind.notFound(.voice)),
            (404, "voice_not_found", .notFound(.voice)),
            (403, "voice_access_denied", .notFound(.voice)), (400, "model_not_found", .notFound(.model)),
            (400, "unsupported_model", .invalidRequest), (400, "text_too_long", .invalidRequest),
            (401, "quota_exceeded", .quota), (402, "anything", .quota), (402, "paid_plan_required", .quota),
            (403, "output_format_not_allowed", .quota), (403, "subscription_required", .quota),
            (429, "too_many_concurrent_requests", .rateLimited(.concurrency)),
            (429, "concurrent_limit_exceeded", .rateLimited(.concurrency)), (429, "system_busy", .rateLimited(.busy)),
            (429, "rate_limit_exceeded", .rateLimited(.busy)), (401, "missing_permissions", .permission),
            (401, "invalid_api_key", .authentication), (401, "needs_authorization", .authentication),
            (404, "workspace_not_found", .authentication), (403, "forbidden", .permission),
            (404, "pronunciation_dictionary_not_found", .notFound(.other)), (408, "timeout", .server),
            (500, "internal_server_error", .server), (503, "maintenance", .server), (413, "too_large", .invalidRequest),
            (409, "already_running", .invalidRequest), (200, "odd", .unexpected), (302, "moved", .unexpected),
        ]
    )
    func `status and token tell the kind, the token first`(status: Int, token: String, kind: ElevenLabsError.Kind) {
        for field in ["code", "status", "type"] {
            let found = error(status, #"{"detail":{"\#(field)":"\#(token)","message":"m"}}"#)
            #expect(found.kind == kind, "\(field) \(token)")
        }
    }

    @Test(arguments: [
        (408, true), (409, true), (429, true), (500, true), (502, true), (599, true), (400, false), (401, false),
        (404, false), (422, false), (200, false),
    ])
    func `some statuses pass by themselves`(status: Int, transient: Bool) {
        #expect(error(status, "").isTransient == transient)
    }

    @Test func `used-up credits do not come back by waiting`() {
        #expect(!error(429, #"{"detail":{"status":"quota_exceeded","message":"m"}}"#).isTransient)
    }

    @Test func `ids and delays come from the headers where the body has none`() {
        let found = error(503, "", headers: ["x-trace-id": "abc", "request-id": "def", "retry-after": "1.5"])
        #expect(found.requestID == "abc")
        #expect(found.retryAfter == .milliseconds(1500))
        #expect(error(503, "", headers: ["request-id": "def"]).requestID == "def")
        for value in ["-1", "nan", "inf", "soon", ""] {
            #expect(error(503, "", headers: ["retry-after": value]).retryAfter == nil, "\(value)")
        }
        #expect(error(503, "", headers: ["retry-after": "1e300"]).retryAfter == .seconds(86400))
    }

    @Test func `no body is too strange`() {
        let bodies: [[UInt8]] = [
            [], [0], [0xFF, 0xFE, 0xFD, 0, 1], Array(repeating: UInt8(ascii: "["), count: 100_000),
            Array(repeating: UInt8(ascii: "a"), count: 5_000_000), [0xEF, 0xBB, 0xBF] + Array("{}".utf8),
            Array(#"{"detail":{"message":"\ud800"}}"#.utf8), Array(#"{"detail":{"message":1e999}}"#.utf8),
            (0...255).map { UInt8($0) },
            Array((#"{"detail":{"message":"# + "\"" + String(repeating: "é", count: 20000) + #""}}"#).utf8),
            Array(String(repeating: "e\u{301}\u{301}", count: 20000).utf8), Array("<title></title>".utf8),
            Array("</title><title>".utf8), Array("<<<<>>>".utf8),
        ]
        for body in bodies {
            let found = ElevenLabsError(httpStatus: 500, header: { _ in nil }, body: body)
            #expect(found.kind == .server)
            #expect(found.message.count <= ElevenLabsError.maximumMessageLength)
            #expect(found.message.unicodeScalars.count <= 8 * ElevenLabsError.maximumMessageLength)
        }
    }

    @Test func `the service's words cannot play with the terminal`() {
        let found = error(400, #"{"detail":{"message":"a\u001b[31mb\u0007\r\nc\u202Ed\u0000","code":"x\ny"}}"#)
        #expect(found.message == "a [31mb cd")
        #expect(found.code == "x y")
    }

    @Test func `bytes that are not text are only counted`() {
        let found = ElevenLabsError(httpStatus: 500, header: { _ in nil }, body: [0x49, 0x44, 0x33, 4, 0, 0, 0, 0])
        #expect(found.message == "8 bytes that are not text")
    }
}
