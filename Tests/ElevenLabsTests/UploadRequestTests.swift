import ElevenLabs
import GLib
import HTTP
import Testing

@Suite struct UploadRequestTests {
    /// What a request would send: its content type, and its fields, the file's in brackets.
    private func fields(_ request: HTTPRequest) throws -> [String] {
        guard case .pieces(let pieces, let contentType) = request.body else {
            Issue.record("no pieces")
            return []
        }
        var bytes = [UInt8]()
        for piece in pieces {
            switch piece {
            case .bytes(let part): bytes += part.array
            case .spooled(let spool, let range): bytes += try spool.read(range).array
            }
        }
        let received = HTTPServerRequest(
            method: "POST", rawPath: "/", path: "/", query: [], headers: HTTPHeaders([("Content-Type", contentType)]),
            body: Bytes(bytes), connectionID: 1)
        return try received.multipart().map { part in
            let file = part.filename.map { " [\($0) \(part.contentType ?? "")]" } ?? ""
            return "\(part.name)\(file)=\(String(decoding: part.body.array, as: UTF8.self))"
        }
    }

    private func sent(_ request: VoiceChangerRequest) throws -> HTTPRequest {
        try request.httpRequest(
            audio: [.bytes(Bytes("one")), .bytes(Bytes("two"))], baseURL: BaseURL("http://localhost:8080/proxy/"),
            key: Secret("hush"), timeouts: HTTPTimeouts())
    }

    @Test func `a voice changer's request with nothing set sends its audio and no more`() throws {
        let request = try sent(VoiceChangerRequest(voiceID: "a/b"))
        #expect(request.method == "POST")
        #expect(request.url == "http://localhost:8080/proxy/v1/speech-to-speech/a%2Fb/stream")
        #expect(request.secretHeader?.name == "xi-api-key")
        #expect(try fields(request) == ["audio [upload application/octet-stream]=onetwo"])
        #expect(!"\(request)".contains("hush"))
    }

    @Test func `every field that was set goes out under the API's name, the audio last`() throws {
        var changer = VoiceChangerRequest(
            voiceID: "v", modelID: .multilingualVoiceChangerV2, outputFormat: .pcmAt16000Hz, fileFormat: .pcm16kHz)
        changer.enableLogging = false
        changer.optimizeStreamingLatency = 3
        changer.voiceSettings = VoiceSettings(stability: 0.3, useSpeakerBoost: false)
        changer.seed = 4_294_967_295
        changer.removeBackgroundNoise = true
        #expect(changer.validate().isEmpty)
        let request = try sent(changer)
        #expect(
            request.url
                == "http://localhost:8080/proxy/v1/speech-to-speech/v/stream?output_format=pcm_16000&enable_logging=false"
                + "&optimize_streaming_latency=3")
        #expect(
            try fields(request) == [
                "model_id=eleven_multilingual_sts_v2", #"voice_settings={"stability":0.3,"use_speaker_boost":false}"#,
                "seed=4294967295", "remove_background_noise=true", "file_format=pcm_s16le_16",
                "audio [upload application/octet-stream]=onetwo",
            ])
        changer.voiceSettings = VoiceSettings()
        changer.modelID = nil
        changer.seed = nil
        changer.removeBackgroundNoise = false
        changer.fileFormat = .other
        #expect(
            try fields(sent(changer)) == [
                "remove_background_noise=false", "file_format=other", "audio [upload application/octet-stream]=onetwo",
            ])
    }

    @Test func `isolation sends its audio, and the format where it is set`() throws {
        for (format, expected) in [(nil, []), (UploadFormat.pcm16kHz, ["file_format=pcm_s16le_16"])] {
            let request = AudioIsolationRequest(fileFormat: format).httpRequest(
                audio: [.bytes(Bytes("x"))], baseURL: .standard, key: Secret("hush"), timeouts: HTTPTimeouts())
            #expect(request.url == "https://api.elevenlabs.io/v1/audio-isolation/stream")
            #expect(request.method == "POST")
            #expect(try fields(request) == expected + ["audio [upload application/octet-stream]=x"])
        }
        #expect(AudioIsolationRequest().validate().isEmpty)
    }

    @Test func `the audio may lie in a spool`() throws {
        let spool = Spool(memoryLimit: 0)
        try spool.append(Bytes("abcdef"))
        let request = AudioIsolationRequest().httpRequest(
            audio: [.spooled(spool, 1..<5)], baseURL: .standard, key: Secret("hush"), timeouts: HTTPTimeouts())
        #expect(try fields(request) == ["audio [upload application/octet-stream]=bcde"])
    }

    @Test func `what the voice changer would refuse is found before it is asked`() {
        func findings(_ change: (inout VoiceChangerRequest) -> Void) -> [String] {
            var request = VoiceChangerRequest(voiceID: "v")
            change(&request)
            return request.validate().map(\.field)
        }
        #expect(findings { _ in }.isEmpty)
        for id in ["", ".", ".."] { #expect(findings { $0.voiceID = id } == ["voice_id"]) }
        #expect(findings { $0.outputFormat = .wavAt16000Hz } == ["output_format"])
        #expect(findings { $0.optimizeStreamingLatency = 5 } == ["optimize_streaming_latency"])
        #expect(findings { $0.seed = -1 } == ["seed"])
        #expect(findings { $0.modelID = .flashV2 } == ["model_id"])
        #expect(findings { $0.modelID = "eleven_sts_v9" }.isEmpty)
        #expect(findings { $0.voiceSettings = VoiceSettings(stability: 2) } == ["voice_settings.stability"])
        var request = VoiceChangerRequest(voiceID: "v", modelID: .multilingualV2)
        #expect(
            request.validate().map(\.description) == [
                "model_id is eleven_multilingual_v2, but must be a voice changer's model (eleven_english_sts_v2 or "
                    + "eleven_multilingual_sts_v2)"
            ])
        request.modelID = nil
        #expect(request.effectiveModel == .englishVoiceChangerV2)
        #expect(request.effectiveOutputFormat == .mp3At44100Hz128k)
    }

    @Test func `a setting that JSON cannot write is an error and names the field`() {
        var request = VoiceChangerRequest(voiceID: "v")
        request.voiceSettings = VoiceSettings(speed: .nan)
        let error = #expect(throws: InvalidRequest.self) { try sent(request) }
        #expect(error?.findings.map(\.field) == ["voice_settings.speed"])
    }
}
