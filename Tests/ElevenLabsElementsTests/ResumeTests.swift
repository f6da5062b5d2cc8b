import ElevenLabs
import ElevenLabsSimulator
import Foundation
import GLib
import GStreamer
import HTTP
import Testing

@testable import ElevenLabsElements

/// What a listener hears of a text whose answers are cut.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ResumeTests {
    private static let text =
        "The quick brown fox jumps over the lazy dog, again and again. Nobody \"knows\" why: it was 1984, and foxes were young."

    private struct Run {
        let pipeline: TestPipeline
        let requests: [RecordedRequest]
        var heard: [UInt8] { pipeline.arrived().bytes }
    }

    private func run(
        _ faults: [Fault], format: OutputFormat, text: String = text, properties: String = "resume=word"
    ) async throws -> Run {
        var configuration = Simulator.Configuration()
        configuration.firstByteDelay = .zero
        configuration.pace = nil
        configuration.keepsAudio = true
        configuration.faults = faults
        let simulator = Simulator(configuration)
        let port = try await simulator.start()
        let quoted = text.replacing("\"", with: "\\\"")
        let pipeline = try await TestPipeline.run(
            """
            elevenlabstts voice-id=JBFqnCBsd6RMkjVDRZzb output-format=\(format) \(properties) text="\(quoted)" \
            ! fakesink name=sink
            """,
            engine: StreamEngine(client: .shared, baseURL: try BaseURL("http://127.0.0.1:\(port)")) {
                Secret("made-up")
            })
        let requests = simulator.requests
        await simulator.stop()
        return Run(pipeline: pipeline, requests: requests)
    }

    /// The audio of the whole lines that were sent.
    private func audio(_ request: RecordedRequest) throws -> [UInt8] {
        var reader = TimedAudioReader()
        return try reader.read(request.audio).flatMap(\.audio)
    }

    private func samples(_ bytes: [UInt8]) -> [Int] { SampleCodec.linear.decode(bytes) }

    private func frames(_ bytes: [UInt8]) -> [[UInt8]] {
        var parser = MP3Parser()
        return parser.add(bytes).compactMap { if case .frame(let frame) = $0 { frame.bytes } else { nil } }
    }

    /// Which part of each answer stands in what was heard, and where, in units (samples or frames): found by comparing, not by
    /// what the element says.
    /// - Parameter lead: units at an answer's beginning that a join may have changed.
    private func parts<Unit: Equatable>(
        of heard: [Unit], _ answers: [[Unit]], lead: Int, slack: Int
    ) -> [(answer: Int, start: Int)] {
        var parts: [(answer: Int, start: Int)] = []
        var end = 0
        for (number, answer) in answers.enumerated() {
            let first = parts.isEmpty ? 0 : lead
            var best = (length: 0, start: 0)
            // What follows a join may well be the same as what was dropped there.
            for start in (parts.last?.start ?? 0)...(parts.isEmpty ? 0 : end + slack) {
                var length = first
                while length < answer.count, start + length < heard.count, answer[length] == heard[start + length] {
                    length += 1
                }
                if length - first > best.length { best = (length - first, start) }
            }
            guard best.length > 2 * slack else { continue }
            // An answer of which nothing was heard is asked for again, and the next is the same.
            if let last = parts.last, best.start - last.start <= slack { parts.removeLast() }
            parts.append((number, best.start))
            end = best.start + first + best.length
        }
        return parts
    }

    /// Every word of which all was heard, in order; one of which only a part was heard is in brackets.
    /// - Parameter unit: samples.
    private func transcript(
        _ parts: [(answer: Int, start: Int)], end: Int, _ requests: [RecordedRequest], unit: Int, slack: Int
    ) -> [String] {
        var words: [String] = []
        for (index, part) in parts.enumerated() {
            let next = index + 1 < parts.count ? parts[index + 1].start : end
            let length = (next - part.start) * unit
            for word in requests[part.answer].words where word.samples.lowerBound < length - slack {
                words.append(word.samples.upperBound <= length + slack ? word.text : "[\(word.text)]")
            }
        }
        return words
    }

    /// Up to three cuts at random places, so that about a third of the text comes with each answer.
    private func cuts(_ seed: Int, of length: Int) -> [Fault] {
        var generator = SplitMix(state: UInt64(seed))
        return (1...3).map { number in
            Fault(
                .cutAtByte(Int.random(in: 1..<(length / (number == 1 ? 1 : 2)), using: &generator)),
                requests: .only(number))
        }
    }

    private static let words = text.split(separator: " ").map(String.init)

    /// v3 is not told what was said: its answers begin as a new text does, in another voice as it were.
    @Test(arguments: [("eleven_multilingual_v2", 24), ("eleven_v3", 12)])
    func `samples cut up to three times are heard once, whole and without a click`(
        model: String, seeds: Int
    ) async throws {
        let properties = "resume=word model-id=\(model)"
        let whole = try await run([], format: .pcmAt16000Hz, properties: properties)
        let sent = try #require(whole.requests.first)
        let isAsSent = try audio(sent) == whole.heard
        #expect(isAsSent)
        #expect(sent.path.hasSuffix("/stream/with-timestamps"))
        let lastWord = try #require(sent.words.last).samples.upperBound
        var resumptions = 0
        for seed in 1...seeds {
            let cut = try await run(
                cuts(seed, of: sent.audio.count), format: .pcmAt16000Hz, properties: properties)
            #expect(cut.pipeline.error == nil, "\(seed)")
            let heard = samples(cut.heard)
            let answers = try cut.requests.map { samples(try audio($0)) }
            let parts = parts(of: heard, answers, lead: 160, slack: 170)
            #expect(
                transcript(parts, end: heard.count, cut.requests, unit: 1, slack: 4) == Self.words, "\(seed): \(parts)")
            // As long as without a cut, to 50 ms.
            let last = try #require(parts.last)
            let end = last.start + (cut.requests[last.answer].words.last?.samples.upperBound ?? 0)
            if model != "eleven_v3" { #expect(abs(end - lastWord) < 800, "\(seed): \(end - lastWord)") }
            for (before, part) in zip(parts, parts.dropFirst()) {
                let place = part.start - before.start
                // What is heard leaves the old answer where it is and comes to the new one where it is.
                let (old, new) = (answers[before.answer], answers[part.answer])
                for (offset, share) in [(0, 0.02), (159, 0.98)] where place + offset < old.count {
                    let (from, to) = (old[place + offset], new[offset])
                    let expected = Double(from) + share * Double(to - from)
                    #expect(
                        abs(Double(heard[part.start + offset]) - expected) <= Double(abs(to - from)) * 0.03 + 3,
                        "\(seed)")
                }
                let usual = max(
                    step(answers[before.answer], max(0, place - 1600)..<place + 160),
                    step(answers[part.answer], 0..<1600))
                #expect(step(heard, part.start - 2..<part.start + 170) <= usual * 5 / 4 + 100, "\(seed)")
            }
            resumptions += cut.pipeline.fields(of: StreamMessage.resume).count
            #expect(cut.requests.count == 1 + cut.pipeline.fields(of: StreamMessage.resume).count)
        }
        #expect(resumptions > seeds * 3 / 2)
    }

    /// The largest step between two samples.
    private func step(_ samples: [Int], _ range: Range<Int>) -> Int {
        let part = samples[range.clamped(to: samples.indices)]
        return zip(part, part.dropFirst()).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(arguments: [(OutputFormat.mp3At44100Hz128k, 20), (.mp3At22050Hz32k, 8)])
    func `MP3 cut up to three times is heard once and whole`(format: OutputFormat, seeds: Int) async throws {
        let whole = try await run([], format: format)
        let sent = try #require(whole.requests.first)
        let isAsSent = try audio(sent) == whole.heard
        #expect(isAsSent)
        let lastWord = try #require(sent.words.last).samples.upperBound
        let unit = format.sampleRate > 30000 ? 1152 : 576
        let usual = AudioSamples.step(try await Transcoding.decoded(mp3: whole.heard))
        for seed in 1...seeds {
            let cut = try await run(cuts(seed, of: sent.audio.count), format: format)
            #expect(cut.pipeline.error == nil, "\(seed)")
            let heard = frames(cut.heard)
            let answers = try cut.requests.map { frames(try audio($0)) }
            let parts = parts(of: heard, answers, lead: 1, slack: 1)
            #expect(
                transcript(parts, end: heard.count, cut.requests, unit: unit, slack: unit) == Self.words,
                "\(seed): \(parts)")
            let last = try #require(parts.last)
            let end = last.start * unit + (cut.requests[last.answer].words.last?.samples.upperBound ?? 0)
            #expect(abs(end - lastWord) < format.sampleRate / 20, "\(seed): \(end - lastWord)")
            // A decoder finds all that its frames need, else it would make noise.
            let decoded = try await Transcoding.decoded(mp3: cut.heard)
            #expect(decoded.count >= heard.count * unit - 2 * unit)
            #expect(AudioSamples.step(decoded) <= usual * 5 / 4, "\(seed)")
        }
    }

    @Test(arguments: ["cut-at-chunk=40", "cut-inside-chunk=40", "reset=40", "stall=40", "short=40"])
    func `every way to break off is gone on from, and the service is told what was said`(fault: String) async throws {
        let cut = try await run(
            [Fault(parsing: fault + ",request=1")], format: .ulawAt8000Hz,
            properties: "resume=word idle-timeout=0.5 previous-text=\"He said:\" previous-request-ids=\"<abc>\"")
        #expect(cut.pipeline.error == nil)
        let resumption = try #require(cut.pipeline.fields(of: StreamMessage.resume).first)
        let spoken = Int(try #require(resumption["characters"]?.integer))
        #expect(resumption["credits"]?.integer == Int64(Self.text.unicodeScalars.count))
        try #require(cut.requests.count == 2)
        let body = String(decoding: cut.requests[1].body, as: UTF8.self)
        let rest = String(Self.text.unicodeScalars.dropFirst(spoken)).replacing("\"", with: "\\\"")
        #expect(spoken > 0 && body.contains("\"text\":\"\(rest)\""))
        #expect(body.contains("\"previous_text\":\"He said: The quick") && !body.contains("previous_request_ids"))
        let words = cut.requests.flatMap(\.words).map(\.text)
        #expect(Self.words.allSatisfy(words.contains))
    }

    @Test func `v3 is told nothing of what was said, as it takes no such field`() async throws {
        let cut = try await run(
            [Fault(.cutAtByte(150_000), requests: .only(1))], format: .pcmAt16000Hz,
            properties: "resume=word model-id=eleven_v3")
        #expect(cut.pipeline.error == nil && cut.requests.map(\.status) == [200, 200])
        #expect(!String(decoding: cut.requests[1].body, as: UTF8.self).contains("previous"))
    }

    @Test func `where the attempts are used up, the error says which words were spoken, and no other was heard`()
        async throws
    {
        let cut = try await run(
            [Fault(.cutAtByte(100_000), requests: .all)], format: .pcmAt16000Hz, properties: "resume=word retries=1")
        let error = try #require(cut.pipeline.error)
        #expect(error.code == StreamFailure.Category.incomplete.rawValue)
        try #require(cut.requests.count == 2)
        let heard = samples(cut.heard)
        let parts = parts(of: heard, try cut.requests.map { samples(try audio($0)) }, lead: 160, slack: 170)
        let words = transcript(parts, end: heard.count + 160, cut.requests, unit: 1, slack: 161)
        #expect(words.count > 3 && Self.words.starts(with: words))
        #expect(
            error.message.contains("spoken up to '\(words.suffix(5).joined(separator: " "))', "), "\(error.message)")
        #expect(!error.message.contains("made-up"))
    }

    /// A line as the service sends it: silence, and times or none.
    private func line(_ seconds: Double, of format: OutputFormat, saying text: String?) -> [UInt8] {
        let audio = Data(count: Int(seconds * Double(format.byteRate))).base64EncodedString()
        guard let text else {
            return Array("{\"audio_base64\":\"\(audio)\",\"alignment\":null,\"normalized_alignment\":null}\n".utf8)
        }
        let times = text.indices.map { _ in "0.5" }.joined(separator: ",")
        let characters = text.map { "\"\($0)\"" }.joined(separator: ",")
        return Array(
            """
            {"audio_base64":"\(audio)","alignment":{"characters":[\(characters)],"character_start_times_seconds":[\(times)],\
            "character_end_times_seconds":[\(times)]}}\n
            """.utf8)
    }

    @Test(arguments: [
        (nil, "the service sent no times"),
        (
            "lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod tempor invidunt ",
            "do not fit"
        ),
    ])
    func `without times that fit, all that came is heard, and a cut is an error that says why`(
        text: String?, reason: String
    ) async throws {
        let lines = (0..<4).flatMap { _ in line(0.4, of: .pcmAt16000Hz, saying: text) }
        for isCut in [false, true] {
            let server = try await SpeechServer([
                SpeechServer.Answer(
                    headers: [("Content-Type", "application/json")], body: lines, abort: isCut ? .atChunkBoundary : nil)
            ])
            let result = try await launch(
                "elevenlabstts voice-id=v text=Hello resume=word output-format=pcm_16000 ! fakesink name=sink",
                engine: try server.engine)
            #expect(result.bytes.count == 4 * 12800)
            #expect((result.error != nil) == isCut && server.requests.count == 1)
            if isCut { #expect(result.error?.message.contains(reason) == true, "\(result.error?.message ?? "")") }
            await server.stop()
        }
    }

    @Test(arguments: ["{\"message\":\"no\"}\n", "nonsense\n", "[1]\n", "<html>"])
    func `lines that are none are an error, not the end of a text`(body: String) async throws {
        let server = try await SpeechServer([
            SpeechServer.Answer(headers: [("Content-Type", "application/json")], body: Array(body.utf8))
        ])
        let result = try await launch(
            "elevenlabstts voice-id=v text=Hello resume=word output-format=pcm_16000 ! fakesink name=sink",
            engine: try server.engine)
        #expect(result.error?.code == StreamFailure.Category.incomplete.rawValue)
        #expect(result.bytes.isEmpty && server.requests.count == 1)
        await server.stop()
    }

    @Test func `without resume a cut is an error, and bare audio is asked for`() async throws {
        for properties in ["", "resume=none"] {
            let cut = try await run(
                [Fault(.cutAtByte(100_000), requests: .all)], format: .pcmAt16000Hz, properties: properties)
            #expect(cut.pipeline.error?.code == StreamFailure.Category.incomplete.rawValue)
            #expect(cut.requests.count == 1 && cut.requests[0].path.hasSuffix("/stream"))
        }
    }

    @Test func `Opus cannot be joined, which is told before anything is sent`() async throws {
        let refused = try await run([], format: .opusAt48000Hz64k)
        #expect(refused.pipeline.error?.message.contains("'resume' is word, but answers in opus_48000_64") == true)
        #expect(refused.requests.isEmpty)
    }
}

/// Random numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
