import ElevenLabs
import ElevenLabsSimulator
import HTTP
import Testing

@Suite(.serialized) struct TimedSpeechTests {
    private let text =
        "Hello \"world\", Smith paid $42 in 1984. Wait <break time=\"0.5s\"/> and see:\nit is 日本 - over."

    private func request(_ text: String, _ format: OutputFormat = .pcmAt16000Hz) -> TextToSpeechRequest {
        var request = TextToSpeechRequest(voiceID: Bench.george, text: text, outputFormat: format)
        request.withTimestamps = true
        return request
    }

    /// The whole of an answer out of its lines, which are read in pieces of an awkward size.
    private func joined(_ body: [UInt8]) throws -> TimedAudio {
        var reader = TimedAudioReader()
        var pieces: [TimedAudio] = []
        for start in stride(from: 0, to: body.count, by: 777) {
            pieces += try reader.read(body[start..<min(start + 777, body.count)])
        }
        try #expect(reader.finish() == nil)
        #expect(pieces.count > 3)
        return TimedAudio(
            audio: pieces.flatMap(\.audio),
            alignment: CharacterAlignment(pieces.flatMap { $0.alignment?.characters ?? [] }),
            normalizedAlignment: CharacterAlignment(pieces.flatMap { $0.normalizedAlignment?.characters ?? [] }))
    }

    @Test(arguments: [OutputFormat.pcmAt16000Hz, .mp3At44100Hz128k, .ulawAt8000Hz, .opusAt48000Hz64k])
    func `lines of JSON carry the same audio, and every character of the text in order`(format: OutputFormat)
        async throws
    {
        try await Bench.with { bench in
            let bare = try await bench.speak(text, format: format)
            try #require(bare.error == nil)
            let timed = try await bench.speak(request(text, format))
            #expect(timed.headers["content-type"] == "application/json")
            #expect(
                timed.headers["request-id"] != nil && timed.headers["character-cost"] == bare.headers["character-cost"])
            let whole = try joined(timed.body)
            // Opus streams carry a random number.
            let isTheSame = whole.audio == bare.body || format.codec == .opus
            #expect(isTheSame)
            #expect(whole.alignment?.text == text)
            let reading = "Hello \"world\", Smith paid forty two dollars in nineteen eighty four."
            #expect(whole.normalizedAlignment?.text.hasPrefix(reading) == true)
            let characters = whole.alignment?.characters ?? []
            #expect(zip(characters, characters.dropFirst()).allSatisfy { $0.start <= $1.start && $0.end <= $1.end })
            #expect(characters.allSatisfy { $0.start <= $0.end })
        }
    }

    @Test func `the route without stream answers with one object, also for WAV`() async throws {
        try await Bench.with { bench in
            let bare = try await bench.speak("One object.")
            var request = request("One object.")
            let body = String(decoding: try request.jsonBody(), as: UTF8.self)
            let path = "/v1/text-to-speech/\(Bench.george)/with-timestamps?output_format="
            let timed = await bench.request("POST", path + "pcm_16000", body: body)
            let object = try TimedAudio(json: timed.body)
            #expect(timed.headers["content-length"] == "\(timed.body.count)")
            let isTheSame = object.audio == bare.body
            #expect(isTheSame && object.alignment?.text == "One object.")
            let wave = try TimedAudio(json: await bench.request("POST", path + "wav_16000", body: body).body)
            let hasHeader = Array(wave.audio.dropFirst(44)) == bare.body && wave.audio.starts(with: "RIFF".utf8)
            #expect(hasHeader)
            request.outputFormat = .wavAt16000Hz
            #expect(try await bench.speak(request).refusal.code == "invalid_output_format")
        }
    }

    @Test(arguments: [Bench.george, Bench.sarah])
    func `a word sounds when its characters say, and a pause is silent`(voice: String) async throws {
        try await Bench.with { bench in
            var request = request("Before <break time=\"1s\"/> after, and again.")
            request.voiceID = voice
            let whole = try joined(try await bench.speak(request).body)
            let samples = AudioLab.samples(ofPCM: whole.audio)
            func loudness(_ range: Range<Int>) -> Double {
                let part = samples[range.clamped(to: samples.indices)]
                return (part.reduce(0) { $0 + $1 * $1 } / Double(max(part.count, 1))).squareRoot()
            }
            let words = try #require(bench.simulator.requests.last?.words)
            let spoken = words.filter { !$0.samples.isEmpty }
            #expect(spoken.map(\.text) == ["Before", "<break", "time=\"1s\"/>", "after,", "and", "again."])
            for word in spoken where !word.text.contains("=") && !word.text.contains("<") {
                #expect(loudness(word.samples) > 0.01, "\(word)")
                #expect(word.samples.upperBound <= samples.count)
            }
            let pause = try #require(spoken.first { $0.text == "<break" }).samples
            #expect(pause.count > 15500 && loudness(pause) == 0)
            let before = try #require(spoken.first).samples
            #expect(before.lowerBound > 800 && loudness(0..<(before.lowerBound - 800)) < 0.01)
        }
    }

    @Test func `what was said before is not heard, but what follows goes on from it as if both were one`() async throws
    {
        try await Bench.with { bench in
            let text = "The quick brown fox jumps over the lazy dog. Then it sleeps, as all foxes do."
            let whole = try joined(try await bench.speak(request(text)).body)
            let words = try #require(bench.simulator.requests.last?.words)
            for cut in [1, 4, 8, 9, 12] {
                let parts = text.split(separator: " ")
                var rest = request(parts[cut...].joined(separator: " "))
                rest.previousText = parts[..<cut].joined(separator: " ") + (cut == 4 ? "" : " ")
                let answer = try joined(try await bench.speak(rest).body)
                let start = words[cut - 1].samples.upperBound
                #expect(abs(answer.audio.count / 2 - (whole.audio.count / 2 - start)) < 4, "\(cut)")
                #expect(answer.alignment?.text == rest.text)
                let moved = try #require(bench.simulator.requests.last?.words)
                #expect(moved.map(\.text) == words[cut...].map(\.text))
                #expect(
                    zip(moved, words[cut...]).allSatisfy {
                        abs($0.samples.lowerBound + start - $1.samples.lowerBound) < 4
                    })
            }
        }
    }

    @Test(arguments: [
        "status=503", "cut-at-chunk=2", "cut-inside-chunk=3", "reset=2", "stall=2", "short=2", "empty", "json",
        "cut-at-byte=5000", "cut-at-byte=0", "cut-at-byte=1000",
    ])
    func `faults hit the lines as they hit bare audio`(fault: String) async throws {
        var ends: [[String]] = []
        for isTimed in [false, true] {
            try await Bench.with {
                $0.faults = [try? Fault(parsing: fault + ",request=1")].compactMap { $0 }
                $0.chunkSizes = [1000]
            } _: { bench in
                var request = request("This sentence is long enough to fill a few chunks.")
                request.withTimestamps = isTimed
                let outcome = try await bench.speak(
                    request, timeouts: fault == "stall=2" ? .idle(.seconds(2)) : .patient)
                let entry = try #require(bench.simulator.requests.first)
                let whole = try await bench.speak(request).body
                let isBeginning = outcome.status != 200 || fault == "json" || whole.starts(with: outcome.body)
                #expect(isBeginning)
                let isRandom = fault == "reset=2"
                ends.append([
                    "\(outcome.status)", isRandom ? "reset" : "\(outcome.body.count) \(entry.chunkSizes)",
                    outcome.error.map { "\($0.kind)" } ?? "whole",
                ])
                if fault.hasPrefix("cut-at-byte"), isTimed {
                    #expect(fault.hasSuffix("=\(outcome.body.count)"))
                }
            }
        }
        #expect(ends[0] == ends[1])
    }
}
