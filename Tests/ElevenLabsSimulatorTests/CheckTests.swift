import ElevenLabs
import ElevenLabsSimulator
import HTTP
import Testing

@Suite(.serialized) struct CheckTests {
    private let path = Bench.speechPath

    @Test func `what has the wrong form is told before anybody asks who sent it`() async throws {
        let cases: [(body: String, path: String, type: String)] = [
            ("{}", "text", "missing"),
            (#"{"text":null}"#, "text", "string_type"),
            (#"{"text":17}"#, "text", "string_type"),
            (#"{"text":"a","voice_settings":{"stability":2}}"#, "voice_settings.stability", "less_than_equal"),
            (#"{"text":"a","voice_settings":{"stability":-1}}"#, "voice_settings.stability", "greater_than_equal"),
            (
                #"{"text":"a","voice_settings":{"similarity_boost":1.5}}"#, "voice_settings.similarity_boost",
                "less_than_equal"
            ),
            (
                #"{"text":"a","voice_settings":{"similarity_boost":"x"}}"#, "voice_settings.similarity_boost",
                "float_parsing"
            ),
            (#"{"text":"a","voice_settings":"x"}"#, "voice_settings", "model_attributes_type"),
            (#"{"text":"a","apply_text_normalization":"maybe"}"#, "apply_text_normalization", "enum"),
            (#"{"text":"a","seed":1.5}"#, "seed", "int_from_float"),
            (#"{"text":"a","previous_request_ids":"x"}"#, "previous_request_ids", "list_type"),
            (#"{"text":"a","previous_request_ids":[1]}"#, "previous_request_ids.0", "string_type"),
            ("[]", "", "model_attributes_type"),
            ("", "", "missing"),
        ]
        try await Bench.with { bench in
            for (body, path, type) in cases {
                let outcome = await bench.request("POST", self.path, key: nil, body: body)
                #expect(outcome.status == 422, "\(body)")
                #expect(outcome.refusal.type == type, "\(body)")
                #expect(outcome.refusal.param ?? "" == path, "\(body)")
            }
            let logging = await bench.request("POST", path + "?enable_logging=maybe", key: nil, body: #"{"text":"a"}"#)
            #expect(logging.status == 422)
            #expect(logging.refusal.param == "query.enable_logging")
        }
    }

    @Test func `broken JSON and a body that is no JSON are 422 as well`() async throws {
        try await Bench.with { bench in
            for body in [
                #"{"text":"a""#, #"{"text":"a",}"#, #"{"text":"a","next_request_ids":["b" , ]}"#, "{'text':1}", "x",
            ] {
                let broken = await bench.request("POST", path, key: nil, body: body)
                #expect(broken.status == 422, "\(body)")
                #expect(broken.json?["detail"]?[0]?["type"] == .string("json_invalid"), "\(body)")
                #expect(broken.json?["detail"]?[0]?["loc"]?[0] == .string("body"), "\(body)")
            }
            let commas = await bench.request("POST", path, key: nil, body: #"{"text":",} \",] \\"}"#)
            #expect(commas.status == 401)
            let form = await bench.request(
                "POST", path, key: nil, body: #"{"text":"a"}"#, contentType: "application/x-www-form-urlencoded"
            )
            #expect(form.status == 422)
            let nested = await bench.request("POST", path, key: nil, body: String(repeating: "[", count: 100_000))
            #expect(nested.status == 422)
        }
    }

    @Test func `a missing, misplaced or unknown key is told before the rest`() async throws {
        let wrong = #"{"text":"","model_id":"none","seed":-1,"voice_settings":{"speed":9}}"#
        try await Bench.with {
            $0.keys = ["right"]
        } _: { bench in
            for key in [nil, ""] as [String?] {
                let outcome = await bench.request("POST", path + "?output_format=x", key: key, body: wrong)
                #expect(outcome.status == 401)
                #expect(outcome.refusal.status == "needs_authorization")
                #expect(outcome.headers["request-id"] == nil)
                #expect(outcome.headers["x-trace-id"] == outcome.refusal.requestID)
            }
            let unknown = await bench.request("POST", path, key: "wrong", body: wrong)
            #expect(unknown.refusal.status == "invalid_api_key")
            let bearer = await bench.request(
                "POST", path, key: nil, body: wrong,
                headers: HTTPHeaders([("Authorization", "Bearer right")])
            )
            #expect(bearer.refusal.status == "invalid_authorization_header")
            #expect(await bench.request("POST", path, key: "right", body: wrong).status == 400)
        }
    }

    @Test func `the rest is asked one after the other`() async throws {
        let long = String(repeating: "a", count: 5001)
        let cases: [(target: String, body: String, status: Int, code: String)] = [
            (path, #"{"text":"a","voice_settings":{"speed":0.5}}"#, 400, "invalid_voice_settings"),
            (path, #"{"text":"a","voice_settings":{"style":1.5}}"#, 400, "invalid_voice_settings"),
            (path, #"{"text":"a","seed":-1}"#, 400, "invalid_parameters"),
            (path, #"{"text":"a","seed":4294967296}"#, 400, "invalid_parameters"),
            (path, #"{"text":"a","next_request_ids":["a","b","c","d"]}"#, 400, "invalid_parameters"),
            (path, #"{"text":""}"#, 400, "empty_text"),
            (path, #"{"text":"a","model_id":"none"}"#, 400, "model_not_found"),
            (path, #"{"text":"a","model_id":"eleven_english_sts_v2"}"#, 400, "unsupported_model"),
            (path, #"{"text":"\#(long)","model_id":"eleven_v3"}"#, 400, "text_too_long"),
            (path, #"{"text":"a","model_id":"eleven_v3","previous_text":"b"}"#, 400, "unsupported_model"),
            (path + "?output_format=mp3", #"{"text":"a"}"#, 400, "invalid_output_format"),
            (path + "?output_format=wav_16000", #"{"text":"a"}"#, 400, "invalid_output_format"),
            ("/v1/text-to-speech/nobody/stream", #"{"text":"a"}"#, 404, "voice_not_found"),
            (
                path, #"{"text":"a","pronunciation_dictionary_locators":[{"pronunciation_dictionary_id":"d"}]}"#, 404,
                "pronunciation_dictionary_not_found"
            ),
            (path, #"{"text":"a","audio_effects":{"environment_id":"hall"}}"#, 404, "audio_effect_not_found"),
        ]
        try await Bench.with { bench in
            for (target, body, status, code) in cases {
                let outcome = await bench.request("POST", target, body: body)
                #expect(outcome.status == status, "\(body.prefix(80))")
                #expect(outcome.refusal.code == code, "\(body.prefix(80))")
                #expect(outcome.headers["content-type"] == "application/json")
            }
        }
    }

    @Test func `null is the same as absent, and unknown fields do no harm`() async throws {
        let body = #"""
            {"text":"Hi","model_id":null,"language_code":null,"voice_settings":{"stability":null,"speed":null},
            "seed":null,"previous_text":null,"previous_request_ids":null,"apply_text_normalization":null,
            "audio_effects":null,"use_pvc_as_ivc":null,"something_else":[1,{"a":null}]}
            """#
        try await Bench.with { bench in
            #expect(await bench.request("POST", path, body: body).status == 200)
            #expect(await bench.request("POST", path, body: #"{"text":"Hi","voice_settings":null}"#).status == 200)
        }
    }

    @Test func `a small plan refuses the best formats and the library's voices`() async throws {
        try await Bench.with {
            $0.plan = .free
        } _: { bench in
            for format in [OutputFormat.mp3At44100Hz192k, .pcmAt44100Hz, .pcmAt48000Hz] {
                let outcome = try await bench.speak("Hi", format: format)
                #expect(outcome.status == 403)
                #expect(outcome.refusal.kind == .quota)
            }
            let rachel = try await bench.speak("Hi", voice: "21m00Tcm4TlvDq8ikWAM")
            #expect(rachel.status == 402)
            #expect(rachel.refusal.kind == .quota)
        }
    }

    @Test func `credits run out`() async throws {
        try await Bench.with {
            $0.credits = 10
        } _: { bench in
            let first = try await bench.speak("12345678")
            #expect(first.status == 200)
            #expect(first.headers["character-cost"] == "8")
            let second = try await bench.speak("123")
            #expect(second.status == 401)
            #expect(second.refusal.kind == .quota)
            let subscription = await bench.request("GET", "/v1/user/subscription")
            #expect(subscription.json?["character_count"] == .number(8))
            #expect(subscription.json?["character_limit"] == .number(10))
        }
    }

    @Test func `more requests at once than allowed are refused until one ends`() async throws {
        try await Bench.with {
            $0.concurrencyLimit = 1
            $0.faults = [Fault(.stall(afterChunk: 0, seconds: 3), requests: .only(1))]
        } _: { bench in
            async let slow = bench.speak("First.")
            try await Task.sleep(for: .milliseconds(1000))
            let refused = try await bench.speak("Second.")
            #expect(refused.status == 429)
            #expect(refused.refusal.kind == .rateLimited(.concurrency))
            let first = try await slow
            #expect(first.status == 200)
            #expect(first.headers["current-concurrent-requests"] == "1")
            #expect(first.headers["maximum-concurrent-requests"] == "1")
            #expect(try await bench.speak("Third.").status == 200)
        }
    }

    @Test func `a client that goes away frees its place`() async throws {
        try await Bench.with {
            $0.concurrencyLimit = 1
            $0.faults = [Fault(.stall(afterChunk: 1, seconds: nil), requests: .only(1))]
        } _: { bench in
            let gone = try await bench.speak("First sentence.", timeouts: .idle(.seconds(1)))
            #expect(gone.error != nil)
            var status = 429
            for _ in 0..<100 where status == 429 {
                try await Task.sleep(for: .milliseconds(20))
                status = try await bench.speak("Second.").status
            }
            #expect(status == 200)
        }
    }

    @Test func `paths and methods that are not there are told in the framework's words`() async throws {
        try await Bench.with { bench in
            for target in ["/", "/v1", "/v1/text-to-speech/a/b/stream", "/v1/text-to-speech//stream", "/v1/models/x/y"]
            {
                let outcome = await bench.request("GET", target)
                #expect(outcome.status == 404)
                #expect(outcome.json?["detail"] == .string("Not Found"), "\(target)")
            }
            let wrong = await bench.request("GET", path)
            #expect(wrong.status == 405)
            #expect(wrong.json?["detail"] == .string("Method Not Allowed"))
        }
    }
}
