import ElevenLabs
import GLib
import HTTP
import Testing

/// What the client sends, and what it makes of answers.
@Suite(.timeLimit(.minutes(2))) struct ClientTests {
    @Test func `speech goes out as the API wants it, and comes with what the head says`() async throws {
        let headers: HTTPHeaders = [
            "request-id": "r1", "history-item-id": "h1", "character-cost": "6", "current-concurrent-requests": "1",
            "maximum-concurrent-requests": "5", "x-region": "here", "tts-latency-ms": "70",
        ]
        let service = try await Service(.audio(Array(0...255), headers: headers))
        var request = speech
        request.withTimestamps = true
        let answer = try await service.client().textToSpeech(request)
        #expect(answer.metadata.requestID == "r1")
        #expect(answer.metadata.characterCost == 6)
        #expect(answer.metadata.maximumConcurrentRequests == 5)
        #expect(answer.metadata.region == "here")
        #expect(answer.contentType == "audio/mpeg")
        #expect(answer.outputFormat == .mp3At44100Hz128k)
        #expect(try await answer.bytes() == Array(0...255))
        let sent = try #require(service.requests.first)
        #expect(sent.method == "POST")
        #expect(sent.rawPath == "/v1/text-to-speech/george/stream")
        #expect(sent.query.map(\.0) == ["output_format"])
        #expect(sent.headers.values(of: "xi-api-key") == [Service.key])
        #expect(sent.headers["Content-Type"] == "application/json")
        #expect(String(decoding: sent.body.array, as: UTF8.self) == #"{"text":"Hello."}"#)
        #expect(service.story == ["sending 1", "answered", "first byte", "ended 256"])
        await service.stop()
    }

    @Test func `audio is lent without a copy, and copied where one asks for it`() async throws {
        let service = try await Service(.audio(Array(repeating: 7, count: 1000) + [8]))
        let answer = try await service.client().textToSpeech(speech)
        for try await bytes in answer {
            #expect(bytes.count == bytes.withBytes { $0.byteCount })
            #expect(bytes.withUnsafeBytes { $0.first } == 7)
            #expect([UInt8](bytes).count == bytes.count)
            #expect(bytes.withContiguousStorageIfAvailable { $0.count } == bytes.count)
        }
        #expect(try await answer.bytes().isEmpty, "it has one reader, who has read it")
        await service.stop()
    }

    @Test func `times come with their audio, over lines that end anywhere`() async throws {
        let lines = """
            {"audio_base64":"AQI=","alignment":{"characters":["H","i"],"character_start_times_seconds":[0,0.5],\
            "character_end_times_seconds":[0.5,1]},"normalized_alignment":null}

            {"audio_base64":"AwQ=","alignment":null}
            """
        let service = try await Service(
            .stream(type: "application/json") { writer in
                for byte in lines.utf8 { try await writer.write(Bytes([byte])) }
            })
        let answer = try await service.client().textToSpeechWithTimestamps(pcmSpeech)
        var pieces: [TimedAudio] = []
        for try await piece in answer { pieces.append(piece) }
        #expect(pieces.map(\.audio) == [[1, 2], [3, 4]])
        #expect(pieces.first?.alignment?.text == "Hi")
        #expect(pieces.first?.alignment?.characters.last?.start == .milliseconds(500))
        #expect(service.requests.first?.rawPath == "/v1/text-to-speech/george/stream/with-timestamps")
        await service.stop()
    }

    @Test(
        arguments: [
            (#"{"audio_base64":"AQI="}"# + "\n" + #"{"audio_base64":"Aw"#, "incomplete"),
            (#"{"audio_base64":"AQID"}"#, "incomplete"), ("{}\n", "unexpected"), ("\n\n", "unexpected"),
            (#"{"audio_base64":"AQI="}"# + "\n<html>", "incomplete"),
            (#"{"audio_base64":"?"}"# + "\n", "unexpected"),
        ]
    )
    func `times that are cut short or no JSON are an error, now and ever after`(body: String, kind: String) async throws
    {
        let service = try await Service(.audio(Array(body.utf8), type: "application/json"))
        let answer = try await service.client().textToSpeechWithTimestamps(pcmSpeech)
        for _ in 1...2 {
            let error = await failure { () throws(ElevenLabsClientError) in for try await _ in answer {} }
            switch error {
            case .incomplete: #expect(kind == "incomplete")
            case .unexpectedAnswer: #expect(kind == "unexpected")
            default: Issue.record("\(String(describing: error))")
            }
            #expect(error?.requestID == "abc")
        }
        #expect(service.requests.count == 1)
        #expect(service.story == ["sending 1", "answered", "first byte", "failed"])
        await service.stop()
    }

    @Test func `a key from a function is asked for at every call, and its failure told`() async throws {
        struct NoKey: Error, CustomStringConvertible { var description: String { "the vault is closed" } }
        let service = try await Service { request, _ in .audio([UInt8]((request.headers["xi-api-key"] ?? "").utf8)) }
        let keys = AsyncStream<String> { continuation in
            for key in [" first\n", "second"] { continuation.yield(key) }
            continuation.finish()
        }
        let iterator = KeySource(keys)
        let client = ElevenLabsClient(
            apiKeyProvider: {
                guard let key = await iterator.next() else { throw NoKey() }
                return key
            }, baseURL: service.baseURL)
        for key in ["first", "second"] {
            #expect(try await client.textToSpeech(speech).bytes() == Array(key.utf8))
        }
        let error = await failure { () throws(ElevenLabsClientError) in try await client.models() }
        #expect(error == .configuration(reason: "the API key cannot be had: the vault is closed"))
        await service.stop()
    }

    private actor KeySource {
        private var keys: AsyncStream<String>.Iterator

        init(_ keys: AsyncStream<String>) { self.keys = keys.makeAsyncIterator() }

        func next() async -> String? {
            var copy = keys
            let key = await copy.next(isolation: self)
            keys = copy
            return key
        }
    }

    @Test func `models and voices are read whatever else stands there`() async throws {
        let service = try await Service { request, _ in
            switch request.path {
            case "/v1/models":
                .json(
                    """
                    [{"model_id":"m1","name":"One","can_do_text_to_speech":true,"languages":[{"language_id":"en"},7],
                    "model_rates":{"character_cost_multiplier":0.5},"maximum_text_length_per_request":"long","new":{}},
                    {"name":"no id"},5,{"model_id":"m2","languages":null,"model_rates":null}]
                    """)
            default:
                .json(
                    """
                    {"voices":[{"voice_id":"v1","name":null,"labels":{"accent":"irish","rank":3},"settings":{"speed":1.1},
                    "category":"brand_new","verified_languages":[{"language":"en","model_id":"m1"},{}],"is_owner":"yes"},
                    {"name":"no id"}],"has_more":false,"total_count":1,"next_page_token":"x"}
                    """)
            }
        }
        let models = try await service.client().models()
        #expect(models.map(\.id) == ["m1", "m2"])
        #expect(models.first?.languages == [ModelInfo.Language(id: "en")])
        #expect(models.first?.characterCostMultiplier == 0.5)
        #expect(models.first?.maximumTextLength == nil)
        #expect(models.first?.canDoTextToSpeech == true)
        let voices = try await service.client().voices()
        #expect(voices.map(\.id) == ["v1"])
        let voice = try #require(voices.first)
        #expect(voice.labels == ["accent": "irish"])
        #expect(voice.settings?.speed == 1.1)
        #expect(voice.category == "brand_new")
        #expect(voice.verifiedLanguages == [Voice.VerifiedLanguage(language: "en", model: "m1")])
        #expect(voice.isOwner == nil)
        await service.stop()
    }

    @Test func `all pages of voices are asked for, each once`() async throws {
        let service = try await Service { request, number in
            let token = request.query.first { $0.0 == "next_page_token" }?.1
            let next = ["a": "b", "b": "c", "c": "a"][token ?? "c"] ?? ""
            return .json(#"{"voices":[{"voice_id":"\#(number)"},{"voice_id":"0"}],"next_page_token":"\#(next)"}"#)
        }
        var query = VoiceQuery(search: "a b&c")
        query.voiceIDs = ["x", "y"]
        query.sort = .name
        query.includeTotalCount = false
        let voices = try await service.client().voices(matching: query)
        #expect(voices.map(\.id) == ["1", "0", "2", "3", "4"])
        let fields = service.requests.first?.query.map { "\($0.0)=\($0.1)" }
        #expect(
            fields == [
                "page_size=100", "search=a b&c", "sort=name", "include_total_count=false", "voice_ids=x",
                "voice_ids=y",
            ])
        query.pageSize = 0
        let error = await failure { [query] () throws(ElevenLabsClientError) in
            try await service.client().voicePage(matching: query)
        }
        #expect(error?.description == "page_size is 0, but must be 1 to 100")
        await service.stop()
    }

    @Test func `a listing that is none says so`() async throws {
        for body in ["", "{}", "<html>", #"{"models":[]}"#, "[", "7"] {
            let service = try await Service(.json(body, headers: ["x-trace-id": "t1"]))
            let error = await failure { () throws(ElevenLabsClientError) in try await service.client().models() }
            #expect(
                error
                    == .unexpectedAnswer(
                        reason: "the service's answer to models is not the JSON that the API promises", requestID: "t1"
                    ))
            await service.stop()
        }
    }
}
