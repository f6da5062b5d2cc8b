import ElevenLabs
import ElevenLabsSimulator
import GLib
import Synchronization
import Testing

/// The client of the API, and the simulator as the service.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ClientTests {
    private func client(
        of bench: Bench, key: String = "key", host: String = "127.0.0.1", retries: Int = 2,
        onEvent: (@Sendable (ClientEvent) -> Void)? = nil
    ) throws -> ElevenLabsClient {
        ElevenLabsClient(
            apiKey: APIKey(key), baseURL: try BaseURL("http://\(host):\(bench.port)"),
            timeouts: .init(connect: .seconds(60), firstByte: .seconds(60), idle: .seconds(60)), retries: retries,
            onEvent: onEvent)
    }

    private func request(_ text: String, _ format: OutputFormat = .pcmAt16000Hz) -> TextToSpeechRequest {
        TextToSpeechRequest(voiceID: Bench.george, text: text, outputFormat: format)
    }

    private func bytes(_ answer: AudioResponse) async throws(ElevenLabsClientError) -> [UInt8] {
        var all: [UInt8] = []
        for try await bytes in answer { all += bytes }
        return all
    }

    private func failure<Value>(
        _ body: () async throws(ElevenLabsClientError) -> Value
    ) async -> ElevenLabsClientError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    // MARK: Audio

    @Test(arguments: [OutputFormat.mp3At44100Hz128k, .pcmAt24000Hz, .ulawAt8000Hz, .opusAt48000Hz64k])
    func `speech arrives to its last byte, with what it cost`(format: OutputFormat) async throws {
        try await Bench.with { bench in
            let text = "To its last byte."
            let answer = try await client(of: bench).textToSpeech(request(text, format))
            #expect(answer.metadata.characterCost == text.count)
            #expect(answer.metadata.region == "simulator")
            #expect(answer.metadata.currentConcurrentRequests == 1)
            #expect(answer.contentType?.hasPrefix("audio/") == true)
            let audio = try await bytes(answer)
            let sent = try #require(bench.simulator.requests.first)
            #expect(sent.isComplete)
            let isSame = audio == sent.audio
            #expect(isSame && audio.count > 1000)
        }
    }

    @Test func `speech with times says when each character is heard`() async throws {
        try await Bench.with { bench in
            let text = "When is it heard?"
            let bare = try await bytes(client(of: bench).textToSpeech(request(text)))
            let answer = try await client(of: bench).textToSpeechWithTimestamps(request(text))
            #expect(answer.metadata.requestID != nil)
            var audio: [UInt8] = []
            var characters: [CharacterAlignment.Character] = []
            for try await piece in answer {
                audio += piece.audio
                characters += piece.alignment?.characters ?? []
            }
            let isSame = audio == bare
            #expect(isSame)
            #expect(characters.map(\.text).joined() == text)
            let end = Duration.seconds(Double(audio.count) / 32000)
            #expect(characters.allSatisfy { $0.start <= $0.end && $0.end <= end })
        }
    }

    @Test func `an answer goes on into the voice changer and from there into isolation`() async throws {
        try await Bench.with { bench in
            let client = try client(of: bench)
            let text = "The quick brown fox jumps over the lazy dog. We were away a year ago, and long before that."
            let speech = try await client.textToSpeech(request(text))
            let changer = VoiceChangerRequest(
                voiceID: Bench.sarah, outputFormat: .pcmAt16000Hz, fileFormat: .pcm16kHz)
            let changed = try await client.voiceChanger(changer, audio: .stream(speech))
            let voice = try await bytes(changed)
            #expect(changed.metadata.characterCost != nil)
            let isolated = try await client.audioIsolation(
                AudioIsolationRequest(fileFormat: .pcm16kHz), audio: .bytes(voice))
            let clear = try await bytes(isolated)
            let log = bench.simulator.requests
            #expect(log.map(\.status) == [200, 200, 200])
            let wasHandedOn = log[0].audio == log[1].uploadedAudio && log[1].audio == log[2].uploadedAudio
            #expect(wasHandedOn && clear == log[2].audio)
            #expect(abs(voice.count - log[0].audio.count) < 3200)
        }
    }

    // MARK: Listings

    @Test func `models and voices are listed, searched and paged`() async throws {
        try await Bench.with { bench in
            let client = try client(of: bench)
            let models = try await client.models()
            let flash = try #require(models.first { $0.id == .flashV2Point5 })
            #expect(flash.canDoTextToSpeech == true && flash.canDoVoiceConversion == false)
            #expect(flash.maximumTextLength == 40000)
            #expect(flash.characterCostMultiplier == 0.5)
            #expect(flash.languages.contains(ModelInfo.Language(id: "de", name: "German")))
            #expect(models.filter { $0.canDoVoiceConversion == true }.count == 2)

            let all = try await client.voices()
            #expect(all.count > 30)
            let george = try #require(all.first { $0.id == Bench.george })
            #expect(george.name == "George" && george.category == .premade && george.labels["accent"] == "british")
            #expect(george.settings?.stability == 0.5)
            var query = VoiceQuery()
            query.pageSize = 7
            #expect(try await client.voices(matching: query).map(\.id) == all.map(\.id))
            let page = try await client.voicePage(matching: query)
            #expect(page.voices.count == 7 && page.totalCount == all.count && page.nextPageToken != nil)
            query.search = "british female"
            #expect(try await client.voices(matching: query).map(\.name) == ["Alice", "Lily"])
            query = VoiceQuery()
            query.voiceIDs = [Bench.sarah, Bench.george]
            query.sort = .name
            query.sortDirection = .descending
            query.languages = ["de", "en"]
            query.useCases = ["narration"]
            #expect(try await client.voices(matching: query).map(\.name) == ["Sarah", "George"])
            query.languages = ["de"]
            #expect(try await client.voices(matching: query).isEmpty)
        }
    }

    // MARK: What goes wrong

    @Test func `a wrong key is a refusal, for audio and for listings`() async throws {
        try await Bench.with {
            $0.keys = ["right"]
        } _: { bench in
            let wrong = try client(of: bench, key: "wrong")
            let errors = [
                await failure { () throws(ElevenLabsClientError) in try await wrong.models() as Any },
                await failure { () throws(ElevenLabsClientError) in try await wrong.voices() as Any },
                await failure { () throws(ElevenLabsClientError) in try await wrong.textToSpeech(request("Hm.")) as Any
                },
            ]
            for error in errors {
                guard case .refused(let refusal) = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(refusal.kind == .authentication && refusal.httpStatus == 401)
            }
            #expect(bench.simulator.requests.count == 3)
            #expect(try await client(of: bench, key: "right").models().isEmpty == false)
        }
    }

    @Test(
        arguments: [
            ("status=503,times=2", "whole", 3), ("status=429,retry-after=0,times=1", "whole", 2),
            ("status=500", "refused", 3), ("status=401", "refused", 1), ("html=502,times=1", "whole", 2),
            ("html=502", "refused", 3), ("reset=0,times=1", "whole", 2), ("json", "unexpected", 1),
            ("empty", "unexpected", 1), ("wrong-type=text/plain", "unexpected", 1), ("cut-at-chunk=3", "incomplete", 1),
            ("cut-inside-chunk=3", "incomplete", 1), ("cut-at-byte=9000", "incomplete", 1),
            ("reset=3", "incomplete", 1),
        ]
    )
    func `a fault is overcome before the first byte, and told after it`(
        fault: String, end: String, attempts: Int
    ) async throws {
        let parsed = try Fault(parsing: fault)
        try await Bench.with {
            $0.faults = [parsed]
        } _: { bench in
            let client = try client(of: bench)
            let error = await failure { () throws(ElevenLabsClientError) in
                try await bytes(client.textToSpeech(request("What goes wrong is told to the caller.")))
            }
            let met =
                switch error {
                case nil: "whole"
                case .refused: "refused"
                case .incomplete: "incomplete"
                case .unexpectedAnswer: "unexpected"
                default: "\(String(describing: error))"
                }
            #expect(met == end)
            #expect(bench.simulator.requests.count == attempts)
        }
    }

    @Test func `requests over the limit take their turns, those of another process too`() async throws {
        try await Bench.with {
            $0.concurrencyLimit = 1
            $0.pace = 40
        } _: { bench in
            // The gate knows a service by its address, so these two know nothing of each other.
            let clients = [try client(of: bench, retries: 30), try client(of: bench, host: "localhost", retries: 30)]
            let text = "One after the other, and none is lost."
            let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<6 {
                    group.addTask { try await bytes(clients[number % 2].textToSpeech(request(text))).count }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(sizes.count == 6 && Set(sizes).count == 1)
            let log = bench.simulator.requests
            #expect(log.filter(\.isComplete).count == 6)
            #expect(log.filter { $0.status == 429 }.count + 6 == log.count)
        }
    }

    @Test func `a slow reader holds the service up, and misses nothing`() async throws {
        try await Bench.with {
            $0.keepsAudio = false
        } _: { bench in
            let text = String(repeating: "A slow reader holds the service up, and misses nothing. ", count: 36)
            let answer = try await client(of: bench).textToSpeech(request(text, .pcmAt48000Hz))
            func sent() -> Int { bench.simulator.requests.first?.chunkSizes.reduce(0, +) ?? 0 }
            var last = -1
            while last != sent() {
                last = sent()
                try await Task.sleep(for: .seconds(2))
            }
            // The rest is more than the sockets take.
            #expect(last < 8 << 20, "\(last >> 10) KB were sent")
            #expect(bench.simulator.requests.first?.isComplete == false)
            let audio = try await bytes(answer)
            #expect(audio.count > 10 << 20)
            #expect(audio.count == sent())
        }
    }

    @Test func `cancelling ends the request at the service`() async throws {
        try await Bench.with {
            $0.pace = 1
        } _: { bench in
            let text = String(repeating: "It would go on for a long time. ", count: 30)
            let began = Mutex(false)
            let client = try client(of: bench)
            let task = Task {
                await failure { () throws(ElevenLabsClientError) in
                    for try await _ in try await client.textToSpeech(request(text)) {
                        began.withLock { $0 = true }
                    }
                }
            }
            while !began.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            task.cancel()
            #expect(await task.value == .cancelled)
            // Soon the place is free, as the service counts.
            var running: Int?
            for _ in 1...100 where running != 1 {
                let next = try await client.textToSpeech(request("Next."))
                running = next.metadata.currentConcurrentRequests
                _ = try await bytes(next)
            }
            #expect(running == 1)
        }
    }
}
