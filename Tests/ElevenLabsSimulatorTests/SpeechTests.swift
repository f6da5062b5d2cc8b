import ElevenLabs
import ElevenLabsSimulator
import GLib
import HTTP
import Testing

@Suite(.serialized) struct SpeechTests {
    private let sentence = "The quick brown fox jumps over the lazy dog, and nobody minds."

    @Test(.enabled(if: AudioLab.isInstalled), arguments: OutputFormat.streaming)
    func `every format decodes to the same speech`(format: OutputFormat) async throws {
        try await Bench.with { bench in
            let reference = AudioLab.samples(ofPCM: try await bench.speak(sentence).body)
            let outcome = try await bench.speak(sentence, format: format)
            #expect(outcome.status == 200)
            #expect(outcome.headers["content-type"] == format.mediaType)
            #expect(outcome.headers["content-length"] == nil)
            let samples = try await AudioLab.samples(outcome.body, format)
            let (expected, seconds) = (Double(reference.count) / 16000, Double(samples.count) / 16000)
            #expect(abs(seconds - expected) < 0.12, "\(seconds) s for \(expected) s")
            let ratio = AudioLab.loudness(samples) / AudioLab.loudness(reference)
            #expect((0.8...1.25).contains(ratio), "\(ratio) times as loud")
            let bytes = Double(outcome.body.count) / seconds / Double(format.byteRate)
            #expect((0.5...1.15).contains(bytes), "\(bytes) of the byte rate")
            switch format.codec {
            case .mp3: #expect(try await AudioLab.probe(outcome.body) == "mp3,\(format.sampleRate),1 mp3")
            case .opus: #expect(try await AudioLab.probe(outcome.body) == "opus,48000,1 ogg")
            case .pcm: #expect(outcome.body.count.isMultiple(of: 2))
            case .ulaw, .alaw: break
            }
        }
    }

    @Test func `the answer names the request, its cost and the load`() async throws {
        try await Bench.with { bench in
            let outcome = try await bench.speak("Grüße")
            let metadata = ResponseMetadata { outcome.headers[$0] }
            #expect(metadata.requestID?.count == 20)
            #expect(metadata.historyItemID?.count == 20)
            #expect(metadata.characterCost == 5)
            #expect(metadata.currentConcurrentRequests == 1)
            #expect(metadata.maximumConcurrentRequests == 10)
            #expect(metadata.latencyMilliseconds != nil)
            #expect(metadata.traceID?.count == 32)
            let other = try await bench.speak("Grüße")
            #expect(ResponseMetadata { other.headers[$0] }.requestID != metadata.requestID)
        }
    }

    @Test(arguments: OutputFormat.streaming.filter { $0.codec != .opus })
    func `the same request gives the same bytes`(format: OutputFormat) async throws {
        try await Bench.with { bench in
            let first = try await bench.speak(sentence, format: format, seed: 3)
            let second = try await bench.speak(sentence, format: format, seed: 3)
            // On a machine that does much else, one MP3 in some dozens differs: not understood yet.
            withKnownIssue(isIntermittent: true) {
                let isTheSame = second.body == first.body
                #expect(isTheSame, "\(second.body.count) bytes, then \(first.body.count)")
            } when: {
                format.codec == .mp3
            }
            #expect(try await bench.speak(sentence, format: format, seed: 4).body != first.body)
        }
    }

    @Test func `every voice of the catalogue has a sound of its own`() async throws {
        try await Bench.with {
            $0.speaksUnknownVoices = true
        } _: { bench in
            guard case .array(let voices)? = await bench.request("GET", "/v1/voices").json?["voices"] else {
                Issue.record("no voices")
                return
            }
            var sounds: Set<[UInt8]> = []
            for id in voices.compactMap({ $0["voice_id"]?.string }) + ["AAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBB"] {
                sounds.insert(try await bench.speak("Hello there.", voice: id).body)
            }
            #expect(sounds.count == voices.count + 2)
            #expect(try await bench.speak("Hello.", voice: "MY_VOICE").status == 404)
        }
    }

    @Test func `a woman's voice is higher than a man's, and two men differ`() async throws {
        try await Bench.with { bench in
            func pitch(_ voice: String) async throws -> Double {
                AudioLab.pitch(AudioLab.samples(ofPCM: try await bench.speak(sentence, voice: voice).body))
            }
            let (george, sarah) = (try await pitch(Bench.george), try await pitch(Bench.sarah))
            let roger = try await pitch("CwhRBWXzGAHq8TQ4Fs17")
            #expect((70...140).contains(george), "\(george) Hz")
            #expect((140...260).contains(sarah), "\(sarah) Hz")
            #expect(abs(george - roger) / george > 0.03, "\(george) Hz and \(roger) Hz")
        }
    }

    @Test(arguments: [0.7, 0.85, 1.2])
    func `speed changes the length and nothing else`(speed: Double) async throws {
        try await Bench.with { bench in
            let natural = try await bench.speak(sentence).body
            let other = try await bench.speak(sentence, speed: speed).body
            let ratio = Double(natural.count) / Double(other.count)
            #expect(abs(ratio - speed) < 0.05, "\(ratio)")
            let pitches = [natural, other].map { AudioLab.pitch(AudioLab.samples(ofPCM: $0)) }
            #expect(abs(pitches[0] - pitches[1]) / pitches[0] < 0.15, "\(pitches)")
        }
    }

    @Test(
        arguments: [
            "Grüße aus Köln, Straße und Übung.", "Съешь ещё этих мягких французских булок.", "Η γρήγορη καφέ αλεπού.",
            "すばやい茶色の狐が飛ぶ。", "敏捷的棕色狐狸跳过了懒狗。", "다람쥐 헌 쳇바퀴에 타고파.", "نص حكيم له سر قاطع",
            "דג סקרן שט בים מאוכזב", "ऋषियों को सताने वाले दुष्ट", "เป็นมนุษย์สุดประเสริฐ", "👍 👩‍👩‍👧 ½ € ∞",
            "ა ბ გ დ ე ვ ზ", "12345678901234567890", "ⅫⅫ",
            "L'e\u{301}te\u{301} franc\u{327}ais, d\u{E9}j\u{E0} pass\u{E9}.",
        ]
    )
    func `any script is spoken, about as long as it is written`(text: String) async throws {
        try await Bench.with { bench in
            let once = try await bench.speak(text)
            let samples = AudioLab.samples(ofPCM: once.body)
            #expect(AudioLab.loudness(samples) > 0.01)
            #expect(samples.count > 8000)
            let twice = try await bench.speak(text + " " + text)
            #expect((1.3...2.6).contains(Double(twice.body.count) / Double(once.body.count)))
        }
    }

    @Test(arguments: [" ", "\n\n", "...", "\u{200B}", "<break time=\"0.1s\"/>", "<b></b>", "،", "\u{0}"])
    func `a text of nothing that sounds is still a stream in its format`(text: String) async throws {
        try await Bench.with { bench in
            for format in [OutputFormat.pcmAt16000Hz, .mp3At44100Hz128k, .opusAt48000Hz32k] {
                let outcome = try await bench.speak(text, format: format)
                #expect(outcome.status == 200)
                #expect(outcome.body.count > 100)
            }
        }
    }

    @Test func `a break is a pause, and other tags are not spoken`() async throws {
        try await Bench.with { bench in
            func seconds(_ text: String) async throws -> Double {
                Double(try await bench.speak(text).body.count) / 32000
            }
            let plain = try await seconds("Hello. World.")
            let paused = try await seconds(#"Hello. <break time="1.5s" /> World."#)
            #expect(abs(paused - plain - 1.5) < 0.05)
            #expect(try await seconds("<b>Hello.</b> World.") == plain)
            #expect(try await seconds("One < two.") > 0.5)
        }
    }

    @Test func `a chapter begins at once and comes in order`() async throws {
        let chapter = (1...150).map { "This is sentence number \($0) of a long chapter." }.joined(separator: " ")
        try await Bench.with { bench in
            let clock = ContinuousClock()
            let start = clock.now
            let response = try await bench.client.send(
                HTTPRequest(
                    method: "POST", url: "http://127.0.0.1:\(bench.port)\(Bench.speechPath)?output_format=pcm_16000",
                    secretHeader: ("xi-api-key", Secret("key")),
                    body: .bytes(Bytes(#"{"text":"\#(chapter)"}"#), contentType: "application/json")
                )
            )
            let first = try await response.read()
            let firstAfter = clock.now - start
            var count = first?.count ?? 0
            while let bytes = try await response.read() { count += bytes.count }
            #expect(count > 150 * 32000)
            #expect(firstAfter < (clock.now - start) / 4)
        }
    }

    @Test func `chunks have the sizes that were asked for, one byte included`() async throws {
        try await Bench.with {
            $0.chunkSizes = [1]
        } _: { bench in
            let outcome = try await bench.speak("Hi.", format: .mp3At22050Hz32k)
            let entry = try #require(bench.simulator.requests.last)
            #expect(entry.audio == outcome.body)
            #expect(entry.chunkSizes == Array(repeating: 1, count: outcome.body.count))
            #expect(entry.isComplete)
        }
        try await Bench.with { bench in
            let outcome = try await bench.speak(sentence)
            let entry = try #require(bench.simulator.requests.last)
            #expect(entry.audio == outcome.body)
            #expect(Array(entry.chunkSizes.prefix(3)) == [1021, 4093, 257])
        }
    }

    @Test func `the pace holds audio back and the first byte comes when it should`() async throws {
        try await Bench.with {
            $0.pace = 4
            $0.firstByteDelay = .milliseconds(200)
        } _: { bench in
            let clock = ContinuousClock()
            var outcome = Bench.Outcome()
            let took = try await clock.measure { outcome = try await bench.speak(sentence) }
            let audio = Double(outcome.body.count) / 32000
            #expect(took >= .seconds(0.2 + (audio - 1.5) / 4))
            #expect(took < .seconds(0.2 + audio / 4 + 1))
        }
    }

    @Test func `the log has the request and not the key`() async throws {
        try await Bench.with { bench in
            _ = try await bench.speak("Hi.")
            let entry = try #require(bench.simulator.requests.first)
            #expect(entry.method == "POST")
            #expect(entry.path == Bench.speechPath)
            #expect(entry.query == ["output_format": "pcm_16000"])
            #expect(entry.body == Array(#"{"text":"Hi."}"#.utf8))
            #expect(entry.headers["content-type"] == "application/json")
            #expect(entry.headers["xi-api-key"] == "…")
            #expect(entry.status == 200)
        }
    }

    @Test func `it starts at once and stops at once, also with a client on the line`() async throws {
        let clock = ContinuousClock()
        let simulator = Simulator.offline()
        var port = 0
        let started = try await clock.measure { port = try await simulator.start() }
        #expect(started < .milliseconds(500))
        let bench = Bench(simulator: simulator, port: port)
        async let outcome = bench.speak(String(repeating: "All work and no play. ", count: 100))
        try await Task.sleep(for: .milliseconds(300))
        let stopped = await clock.measure { await simulator.stop() }
        #expect(stopped < .seconds(1))
        let cut = try await outcome
        #expect(cut.error != nil)
    }
}
