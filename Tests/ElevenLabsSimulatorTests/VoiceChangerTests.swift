import ElevenLabs
import ElevenLabsSimulator
import Foundation
import GLib
import HTTP
import Testing

private let sentence = """
    The quick brown fox jumps over the lazy dog. We were away a year ago, and she sells sea shells by the sea shore.
    """

@Suite(.serialized, .timeLimit(.minutes(5))) struct VoiceChangerTests {
    /// A man's and a woman's speech at 16 kHz, as bytes.
    private func speech(_ bench: Bench, _ voice: String) async throws -> [UInt8] {
        try await bench.speak(sentence, voice: voice).body
    }

    @Test(arguments: [
        (Bench.george, Bench.sarah), (Bench.george, "XB0fDUnXU5powFXDhCwa"), (Bench.sarah, Bench.george),
        (Bench.sarah, "CwhRBWXzGAHq8TQ4Fs17"), (Bench.sarah, "SAz9YHcvj6GT2YYXdXww"),
        (Bench.george, "AAAAAAAAAAAAAAAAAAAA"), (Bench.sarah, "BBBBBBBBBBBBBBBBBBBB"),
    ])
    func `pitch and formants move by the voice's factors, and every word stays`(from: String, to: String) async throws {
        try await Bench.with {
            $0.speaksUnknownVoices = true
        } _: { bench in
            let original = try await speech(bench, from)
            let outcome = await bench.change(original, voice: to)
            #expect(outcome.status == 200)
            #expect(outcome.headers["content-type"] == "audio/pcm")
            #expect(outcome.body.count == original.count)
            let (before, after) = (AudioLab.samples(ofPCM: original), AudioLab.samples(ofPCM: outcome.body))
            let voice = VoiceConversion(voiceID: to)
            let pitch = AudioLab.pitch(after) / AudioLab.pitch(before)
            #expect(abs(pitch / voice.pitch - 1) < 0.06, "pitch \(pitch) for \(voice.pitch)")
            let formants = AudioLab.formantRatio(after, to: before)
            #expect(abs(formants / voice.formants - 1) < 0.045, "formants \(formants) for \(voice.formants)")
            let likeness = AudioLab.correlation(AudioLab.contour(before), AudioLab.contour(after))
            #expect(likeness > 0.9, "\(likeness)")
            let loudness = AudioLab.loudness(after) / AudioLab.loudness(before)
            #expect((0.7...1.3).contains(loudness), "\(loudness) times as loud")
        }
    }

    @Test func `every voice of the catalogue changes a recording in a way of its own`() async throws {
        try await Bench.with { bench in
            guard case .array(let voices)? = await bench.request("GET", "/v1/voices").json?["voices"] else {
                Issue.record("no voices")
                return
            }
            let original = try await bench.speak("Hello there.").body
            var sounds: Set<[UInt8]> = []
            for id in voices.compactMap({ $0["voice_id"]?.string }) {
                sounds.insert(await bench.change(original, voice: id).body)
            }
            #expect(sounds.count == voices.count)
        }
    }

    @Test(arguments: OutputFormat.allCases)
    func `every format is as long as the recording, streamed or whole`(format: OutputFormat) async throws {
        try await Bench.with { bench in
            let original = try await bench.speak("The quick brown fox jumps over the lazy dog.").body
            let fields = [Bench.isPCM, .file("audio", original)]
            let path = "/v1/speech-to-speech/\(Bench.sarah)"
            let whole = await bench.upload("\(path)?output_format=\(format)", fields)
            #expect(whole.status == 200)
            #expect(whole.headers["content-type"] == format.mediaType)
            #expect(whole.headers["content-length"] == "\(whole.body.count)")
            let seconds = Double(original.count) / 32000
            if format.container == .wav {
                let field = { (place: Int) in (0..<4).reduce(0) { $0 | Int(whole.body[place + $1]) << (8 * $1) } }
                #expect(whole.body.prefix(4).elementsEqual("RIFF".utf8))
                #expect(field(4) == whole.body.count - 8 && field(40) == whole.body.count - 44)
                #expect(field(24) == format.sampleRate)
                #expect(abs(Double(whole.body.count - 44) / Double(format.byteRate) - seconds) < 0.01)
                return
            }
            let stream = await bench.upload("\(path)/stream?output_format=\(format)", fields)
            #expect(stream.status == 200)
            #expect(stream.headers["content-length"] == nil)
            // Ogg streams carry a random number each.
            if format.codec == .opus {
                #expect(stream.body.count == whole.body.count)
            } else {
                #expect(stream.body == whole.body)
            }
            if let size = format.bytesPerSample {
                let length = Double(stream.body.count / size) / Double(format.sampleRate)
                #expect(abs(length - seconds) < 0.01, "\(length) s for \(seconds) s")
            } else if AudioLab.isInstalled {
                let length = Double(try await AudioLab.samples(stream.body, format).count) / 16000
                #expect(length >= seconds - 0.01 && length < seconds + 0.12, "\(length) s for \(seconds) s")
            }
        }
    }

    @Test func `both names of the route do the same`() async throws {
        try await Bench.with { bench in
            let original = try await bench.speak("Hello there.").body
            let fields = [Bench.isPCM, .file("audio", original)]
            for end in ["", "/stream"] {
                let bodies = [
                    await bench.upload("/v1/speech-to-speech/\(Bench.george)\(end)", fields),
                    await bench.upload("/v1/voice-changer/\(Bench.george)\(end)", fields),
                ]
                #expect(bodies.allSatisfy { $0.status == 200 && $0.headers["content-type"] == "audio/mpeg" })
                #expect(!bodies[0].body.isEmpty && bodies[0].body == bodies[1].body)
                #expect(bodies.allSatisfy { ($0.headers["content-length"] == nil) == (end == "/stream") })
            }
        }
    }

    @Test func `the same upload gives the same bytes, another seed or setting gives others`() async throws {
        try await Bench.with { bench in
            let original = try await bench.speak("Hello there.").body
            let plain = await bench.change(original).body
            #expect(await bench.change(original).body == plain)
            let seeded = await bench.change(original, [.text("seed", "3")]).body
            #expect(await bench.change(original, [.text("seed", "3")]).body == seeded)
            #expect(seeded != plain && seeded.count == plain.count)
            #expect(await bench.change(original, [.text("seed", "4")]).body != seeded)
            let similar = await bench.change(original, [.text("voice_settings", #"{"similarity_boost":1}"#)]).body
            #expect(similar != plain && similar.count == plain.count)
            // What is empty or null is not there.
            let absent: [Field] = [
                .text("seed", ""), .text("voice_settings", "null"), .text("remove_background_noise", ""),
                .text("model_id", ""),
            ]
            #expect(await bench.change(original, absent).body == plain)
        }
    }

    @Test(
        .enabled(if: AudioLab.isInstalled),
        arguments: [
            ("wav", ["-f", "wav"], true), ("flac", ["-f", "flac"], true),
            ("mp3", ["-f", "mp3", "-b:a", "128k"], false),
            ("ogg", ["-f", "ogg", "-c:a", "libopus"], false), ("m4a", ["-f", "ipod", "-c:a", "aac"], false),
            ("stereo", ["-f", "wav", "-ar", "44100", "-af", "pan=stereo|c0=c0|c1=c0"], false),
        ]
    )
    func `a file of any sort gives what its samples give`(
        name: String, options: [String], isExact: Bool
    ) async throws {
        try await Bench.with { bench in
            let original = try await speech(bench, Bench.george)
            let file = try await AudioLab.encode(original, options)
            let reference = await bench.change(original).body
            let outcome = await bench.upload("\(Bench.changerPath)?output_format=pcm_16000", [.file("audio", file)])
            #expect(outcome.status == 200, "\(outcome.text.prefix(300))")
            if isExact {
                // The decoder hands samples over in other portions, which must not show.
                #expect((outcome.body == reference) == true)
                return
            }
            let (one, other) = (AudioLab.samples(ofPCM: reference), AudioLab.samples(ofPCM: outcome.body))
            // Frames of MP3 and AAC are 1152 and 1024 samples, of which encoder and decoder add or lose two or so.
            #expect(abs(one.count - other.count) <= 2304, "\(name): \(other.count) of \(one.count) samples")
            #expect(abs(AudioLab.loudness(one) / AudioLab.loudness(other) - 1) < 0.1)
            #expect(abs(AudioLab.pitch(one) / AudioLab.pitch(other) - 1) < 0.04)
            let likeness =
                stride(from: -2304, through: 2304, by: 64).map { lag in
                    AudioLab.correlation(
                        AudioLab.contour(Array(one.dropFirst(max(-lag, 0)))),
                        AudioLab.contour(Array(other.dropFirst(max(lag, 0))))
                    )
                }.max() ?? 0
            #expect(likeness > 0.95, "\(name): \(likeness)")
        }
    }

    @Test func `background noise is removed where that is asked for`() async throws {
        try await Bench.with { bench in
            let clean = AudioLab.samples(ofPCM: try await speech(bench, Bench.george))
            let silence = [Double](repeating: 0, count: 32000)
            let noisy = zip(silence + clean, AudioLab.noise(.white, count: clean.count + 32000)).map { $0 + 0.02 * $1 }
            let upload = AudioLab.pcm(of: noisy)
            let kept = AudioLab.samples(ofPCM: await bench.change(upload).body)
            let removed = AudioLab.samples(
                ofPCM: await bench.change(upload, [.text("remove_background_noise", "true")]).body
            )
            #expect(kept.count == noisy.count && removed.count == noisy.count)
            let pause = 16000..<32000
            #expect(AudioLab.loudness(Array(removed[pause])) < AudioLab.loudness(Array(kept[pause])) / 3)
            #expect(AudioLab.correlation(AudioLab.contour(removed), AudioLab.contour(kept)) > 0.9)
        }
    }

    @Test(arguments: [2, 4, 158, 160, 962, 3200, 3202, 32000])
    func `the shortest recordings and silence keep their length`(bytes: Int) async throws {
        try await Bench.with { bench in
            for upload in [[UInt8](repeating: 0, count: bytes), [UInt8](repeating: 0x33, count: bytes)] {
                for noise in ["false", "true"] {
                    let outcome = await bench.change(upload, [.text("remove_background_noise", noise)])
                    #expect(outcome.status == 200)
                    #expect(outcome.body.count == bytes)
                }
            }
        }
    }

    @Test func `the answer names its cost, and the log has the parts`() async throws {
        try await Bench.with { bench in
            let upload = [UInt8](repeating: 0, count: 3 * 32000)
            let outcome = await bench.upload(
                Bench.changerPath,
                [
                    .text("model_id", "eleven_multilingual_sts_v2"), Bench.isPCM,
                    .file("audio", upload, filename: "söng.raw", type: "audio/x-raw"),
                ]
            )
            let metadata = ResponseMetadata { outcome.headers[$0] }
            #expect(metadata.characterCost == 50)
            #expect(metadata.requestID?.count == 20 && metadata.historyItemID?.count == 20)
            #expect(metadata.currentConcurrentRequests == 1 && metadata.maximumConcurrentRequests == 10)
            let entry = try #require(bench.simulator.requests.last)
            #expect(entry.parts.map(\.name) == ["model_id", "file_format", "audio"])
            #expect(entry.parts.map(\.text) == ["eleven_multilingual_sts_v2", "pcm_s16le_16", nil])
            #expect(entry.parts.map(\.filename) == [nil, nil, "söng.raw"])
            #expect(entry.parts[2].contentType == "audio/x-raw" && entry.parts[2].size == upload.count)
            #expect((entry.uploadedAudio == upload) == true)
            #expect(entry.body.isEmpty && entry.isComplete && entry.status == 200)
            #expect((entry.audio == outcome.body) == true)
            #expect(Array(entry.chunkSizes.prefix(3)) == [1021, 4093, 257])
            let usage = await bench.request("GET", "/v1/user/subscription").json
            #expect(usage?["character_count"] == .number(50))
        }
        try await Bench.with {
            $0.keepsAudio = false
        } _: { bench in
            _ = await bench.change([UInt8](repeating: 0, count: 320))
            let entry = try #require(bench.simulator.requests.last)
            #expect(entry.uploadedAudio.isEmpty && entry.parts.last?.size == 320)
        }
    }

    @Test func `the requests of our own client are understood`() async throws {
        try await Bench.with { bench in
            let original = try await bench.speak("Hello there.").body
            var request = VoiceChangerRequest(
                voiceID: Bench.sarah, modelID: .multilingualVoiceChangerV2, outputFormat: .pcmAt16000Hz,
                fileFormat: .pcm16kHz
            )
            request.voiceSettings = VoiceSettings(stability: 0.5, similarityBoost: 0.75)
            request.seed = 3
            request.removeBackgroundNoise = false
            let response = try await bench.client.send(
                try request.httpRequest(
                    audio: [.bytes(Bytes(original))], baseURL: try BaseURL("http://127.0.0.1:\(bench.port)"),
                    key: Secret("key"), timeouts: HTTPTimeouts()
                )
            )
            var body: [UInt8] = []
            while let bytes = try await response.read() { body += bytes.array }
            #expect(response.status == 200)
            let reference = await bench.change(original, [.text("seed", "3")]).body
            #expect((body == reference) == true)
        }
    }
}
