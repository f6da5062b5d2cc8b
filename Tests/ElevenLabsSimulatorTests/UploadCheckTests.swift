import ElevenLabs
import ElevenLabsSimulator
import HTTP
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct UploadCheckTests {
    private static let changer = ["speech-to-speech", "voice-changer"].flatMap { name in
        ["", "/stream"].map { "/v1/\(name)/\(Bench.sarah)\($0)" }
    }
    private static let isolation = ["/v1/audio-isolation", "/v1/audio-isolation/stream"]
    private static let audio = Field.file("audio", [UInt8](repeating: 0, count: 320))

    /// A bad request, and where its 422 says the fault is.
    struct Malformed: Sendable {
        var fields: [Field]
        var path: String
        var type: String
    }

    private static let malformed: [Malformed] = [
        Malformed(fields: [], path: "audio", type: "missing"),
        Malformed(fields: [Bench.isPCM], path: "audio", type: "missing"),
        Malformed(fields: [.text("audio", "hello")], path: "audio", type: "value_error"),
        Malformed(fields: [.file("audio", [1, 2], filename: nil)], path: "audio", type: "value_error"),
        Malformed(fields: [audio, .text("file_format", "mp3")], path: "file_format", type: "enum"),
        Malformed(fields: [audio, .text("file_format", "pcm_s16le_16 ")], path: "file_format", type: "enum"),
        Malformed(fields: [audio, .file("file_format", [1])], path: "file_format", type: "enum"),
    ]

    private static let malformedForChanger: [Malformed] = [
        Malformed(fields: [audio, .text("seed", "soon")], path: "seed", type: "int_parsing"),
        Malformed(fields: [audio, .text("seed", "1.5")], path: "seed", type: "int_parsing"),
        Malformed(
            fields: [audio, .text("remove_background_noise", "maybe")], path: "remove_background_noise",
            type: "bool_parsing"
        ),
        Malformed(fields: [audio, .file("model_id", [1])], path: "model_id", type: "string_type"),
        Malformed(fields: [audio, .file("voice_settings", [1])], path: "voice_settings", type: "string_type"),
    ]

    @Test func `fields of the wrong form are told before anybody asks who sent them`() async throws {
        try await Bench.with { bench in
            for target in Self.changer + Self.isolation {
                let isChanger = Self.changer.contains(target)
                for bad in Self.malformed + (isChanger ? Self.malformedForChanger : []) {
                    let outcome = await bench.upload(target, bad.fields, key: nil)
                    #expect(outcome.status == 422, "\(target) \(bad)")
                    #expect(outcome.refusal.type == bad.type, "\(target) \(bad)")
                    #expect(outcome.refusal.param == bad.path, "\(target) \(bad)")
                }
            }
            let logging = await bench.upload(Self.changer[0] + "?enable_logging=maybe", [Self.audio], key: nil)
            #expect(logging.status == 422 && logging.refusal.param == "query.enable_logging")
            let both = await bench.upload(Self.changer[0], [.text("seed", "x"), .text("file_format", "y")], key: nil)
            #expect(both.json?["detail"]?.count == 3)
        }
    }

    @Test func `a body that is no form has no audio, and a broken form is 400`() async throws {
        try await Bench.with { bench in
            for target in Self.changer + Self.isolation {
                for (body, type) in [
                    ("{}", "application/json"), ("", "application/octet-stream"), ("audio=x", "text/plain"),
                ] {
                    let outcome = await bench.send(target, Array(body.utf8), type: type)
                    #expect(outcome.status == 422, "\(type)")
                    #expect(outcome.refusal.param == "audio" && outcome.refusal.type == "missing", "\(type)")
                }
                let form = Bench.form([Self.audio])
                for (body, type) in [
                    (form, "multipart/form-data"), (form, "multipart/form-data; boundary=other"),
                    (Array(form.dropLast(8)), "multipart/form-data; boundary=\(Bench.boundary)"),
                    (Array("nothing".utf8), "multipart/form-data; boundary=\(Bench.boundary)"),
                    ([], "multipart/form-data; boundary=\(Bench.boundary)"),
                ] {
                    let outcome = await bench.send(target, body, type: type)
                    #expect(outcome.status == 400, "\(type)")
                    #expect(outcome.json?["detail"] == .string("There was an error parsing the body"))
                }
            }
        }
    }

    /// A well-formed request that cannot be done.
    struct Refused: Sendable, CustomStringConvertible {
        var query = ""
        var voice = Bench.sarah
        var fields: [Field] = []
        var audio: Field?
        var status: Int
        var code: String
        var param: String?
        var description: String { "\(status) \(code) \(query) \(fields)" }
    }

    @Test(arguments: [
        Refused(query: "?output_format=mp3", status: 400, code: "invalid_output_format", param: "output_format"),
        Refused(query: "?output_format=wav_16000", status: 400, code: "invalid_output_format", param: "output_format"),
        Refused(
            query: "?optimize_streaming_latency=5", status: 400, code: "invalid_parameters",
            param: "optimize_streaming_latency"
        ),
        Refused(voice: "MY_VOICE", status: 404, code: "voice_not_found", param: "voice_id"),
        Refused(voice: "AAAAAAAAAAAAAAAAAAAA", status: 404, code: "voice_not_found", param: "voice_id"),
        Refused(fields: [.text("seed", "-1")], status: 400, code: "invalid_parameters", param: "seed"),
        Refused(fields: [.text("seed", "4294967296")], status: 400, code: "invalid_parameters", param: "seed"),
        Refused(
            fields: [.text("model_id", "eleven_multilingual_v2")], status: 400, code: "unsupported_model",
            param: "model_id"
        ),
        Refused(fields: [.text("model_id", "my_model")], status: 400, code: "model_not_found", param: "model_id"),
        Refused(
            fields: [.text("voice_settings", #"{"stability":0.5"#)], status: 400, code: "malformed_json",
            param: "voice_settings"
        ),
        Refused(
            fields: [.text("voice_settings", "[]")], status: 400, code: "invalid_voice_settings",
            param: "voice_settings"
        ),
        Refused(
            fields: [.text("voice_settings", #"{"stability":2}"#)], status: 400, code: "invalid_voice_settings",
            param: "voice_settings.stability"
        ),
        Refused(
            fields: [.text("voice_settings", #"{"style":-1}"#)], status: 400, code: "invalid_voice_settings",
            param: "style"
        ),
        Refused(audio: .file("audio", []), status: 400, code: "invalid_audio", param: "audio"),
        Refused(
            fields: [Bench.isPCM], audio: .file("audio", [1, 2, 3]), status: 400, code: "invalid_audio", param: "audio"
        ),
        Refused(
            audio: .file("audio", Array("no audio at all".utf8)), status: 400, code: "invalid_audio", param: "audio"),
        Refused(
            audio: .file("audio", [UInt8](repeating: 0, count: 50000)), status: 400, code: "invalid_audio",
            param: "audio"
        ),
        Refused(
            fields: [Bench.isPCM], audio: .file("audio", [UInt8](repeating: 0, count: 300 * 32000 + 2)), status: 400,
            code: "audio_too_long", param: "audio"
        ),
        Refused(
            fields: [Bench.isPCM], audio: .file("audio", [UInt8](repeating: 0, count: 50_000_002)), status: 400,
            code: "audio_too_large", param: "audio"
        ),
    ])
    func `what cannot be done is refused once the sender is known`(bad: Refused) async throws {
        try await Bench.with { bench in
            let fields = bad.fields + [bad.audio ?? Self.audio]
            let target = "/v1/speech-to-speech/\(bad.voice)/stream\(bad.query)"
            let unknown = await bench.upload(target, fields, key: nil)
            #expect(unknown.status == 401 && unknown.refusal.status == "needs_authorization")
            let outcome = await bench.upload(target, fields)
            #expect(outcome.status == bad.status)
            #expect(outcome.refusal.code == bad.code, "\(outcome.text.prefix(300))")
            #expect(outcome.refusal.param == bad.param)
            #expect(outcome.refusal.requestID == outcome.headers["x-trace-id"])
            #expect(outcome.headers["request-id"] == nil)
            #expect(await bench.request("GET", "/v1/user/subscription").json?["character_count"] == .number(0))
        }
    }

    @Test func `a recording that is no recording is refused for isolation as well`() async throws {
        try await Bench.with { bench in
            for target in Self.isolation {
                for fields in [
                    [Field.file("audio", [])], [Bench.isPCM, .file("audio", [1, 2, 3])],
                    [.file("audio", [UInt8](repeating: 7, count: 5000))],
                ] {
                    let outcome = await bench.upload(target, fields)
                    #expect(outcome.status == 400 && outcome.refusal.code == "invalid_audio")
                }
                #expect(await bench.upload(target, [Self.audio], key: nil).status == 401)
            }
        }
    }

    @Test(.enabled(if: AudioLab.isInstalled)) func `the limits count decoded audio, whatever its bytes`() async throws {
        let minutes = { (seconds: Int) in
            try await AudioLab.encode(
                [UInt8](repeating: 0, count: 320), ["-af", "apad=whole_dur=\(seconds)", "-f", "flac"])
        }
        try await Bench.with { bench in
            let long = await bench.upload(Bench.changerPath, [.file("audio", try await minutes(301))])
            #expect(long.status == 400 && long.refusal.code == "audio_too_long")
            let right = await bench.upload(
                "\(Bench.changerPath)?output_format=pcm_16000", [.file("audio", try await minutes(300))]
            )
            #expect(right.status == 200 && right.body.count == 300 * 32000)
            #expect(right.headers["character-cost"] == "5000")
            let hour = await bench.upload(Bench.isolationPath, [.file("audio", try await minutes(3601))])
            #expect(hour.status == 400 && hour.refusal.code == "audio_too_long")
        }
    }

    @Test func `other methods and paths are what they are elsewhere`() async throws {
        try await Bench.with { bench in
            for target in Self.changer + Self.isolation {
                #expect(await bench.request("GET", target).status == 405)
            }
            for target in [
                "/v1/speech-to-speech", "/v1/voice-changer/stream/x", "/v1/audio-isolation/x", "/v2/audio-isolation",
            ] {
                #expect(await bench.upload(target, [Self.audio]).status == 404, "\(target)")
            }
        }
    }
}
