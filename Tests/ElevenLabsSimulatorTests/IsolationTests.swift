import ElevenLabs
import ElevenLabsSimulator
import Foundation
import GLib
import HTTP
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct IsolationTests {
    /// Speech with a second of pause before and after, at 16 kHz.
    private func clean(_ bench: Bench, _ voice: String = Bench.george) async throws -> [Double] {
        let text = "The quick brown fox jumps over the lazy dog. We were away a year ago."
        let speech = AudioLab.samples(ofPCM: try await bench.speak(text, voice: voice).body)
        let pause = [Double](repeating: 0, count: 24000)
        return pause + speech + pause
    }

    @Test(.enabled(if: AudioLab.isInstalled), arguments: AudioLab.Noise.allCases, [Bench.george, Bench.sarah])
    func `noise falls behind speech, and speech stays`(kind: AudioLab.Noise, voice: String) async throws {
        try await Bench.with { bench in
            let clean = try await clean(bench, voice)
            let level = AudioLab.loudness(clean) / 10.0.squareRoot()
            let noisy = zip(clean, AudioLab.noise(kind, count: clean.count)).map { $0 + level * $1 }
            let before = AudioLab.signalToNoise(noisy, reference: clean)
            #expect(abs(before - 10) < 0.5)

            let upload: [Field] = [Bench.isPCM, .file("audio", AudioLab.pcm(of: noisy))]
            let outcome = await bench.upload(Bench.isolationPath, upload)
            #expect(outcome.status == 200)
            #expect(outcome.headers["content-type"] == "audio/mpeg")
            #expect(try await AudioLab.probe(outcome.body) == "mp3,44100,1 mp3")
            let samples = try await AudioLab.samples(outcome.body, .mp3At44100Hz128k)
            try #require(samples.count >= clean.count - 160 && samples.count < clean.count + 1600)

            // Nothing is moved but by the MP3 encoder: its 1105 samples at 44.1 kHz, which no bare MP3 stream is without.
            let lag = AudioLab.lag(samples, behind: clean, within: 0...800)
            #expect(abs(lag - 401) <= 2)
            let aligned = Array(samples.dropFirst(lag))
            let after = AudioLab.signalToNoise(aligned, reference: clean)
            #expect(after > before + (kind == .white ? 4 : 1), "\(after) dB")
            // In the pauses, once the suppression has had a second to learn the noise.
            let pause = 16000..<23000
            let reduction =
                20 * log10(AudioLab.loudness(Array(noisy[pause])) / AudioLab.loudness(Array(aligned[pause])))
            #expect(reduction > 8, "\(reduction) dB")
        }
    }

    @Test(.enabled(if: AudioLab.isInstalled)) func `clean speech stays as it is, up to its last sample`() async throws {
        try await Bench.with { bench in
            let clean = try await clean(bench)
            // Ends in the middle of a word and of a frame of 10 ms.
            let cut = Array(clean.prefix(24000 + 20077))
            let outcome = await bench.upload(Bench.isolationPath, [Bench.isPCM, .file("audio", AudioLab.pcm(of: cut))])
            let samples = Array(try await AudioLab.samples(outcome.body, .mp3At44100Hz128k).dropFirst(401))
            try #require(samples.count >= cut.count)
            #expect(AudioLab.signalToNoise(samples, reference: cut) > 15)
            let end = cut.count - 400..<cut.count
            #expect(AudioLab.correlation(Array(samples[end]), Array(cut[end])) > 0.8)
        }
    }

    @Test func `whole and streamed answers are the same, and the same every time`() async throws {
        try await Bench.with { bench in
            let fields: [Field] = [Bench.isPCM, .file("audio", AudioLab.pcm(of: try await clean(bench)))]
            let stream = await bench.upload(Bench.isolationPath, fields)
            let again = await bench.upload(Bench.isolationPath, fields)
            let whole = await bench.upload("/v1/audio-isolation", fields + [.text("preview_b64", "aGk=")])
            #expect(stream.status == 200 && whole.status == 200)
            #expect(stream.headers["content-length"] == nil)
            #expect(whole.headers["content-length"] == "\(whole.body.count)")
            #expect((stream.body == whole.body) == true && (stream.body == again.body) == true)
        }
    }

    @Test(
        .enabled(if: AudioLab.isInstalled),
        arguments: [
            ("wav", ["-f", "wav"], true), ("flac", ["-f", "flac"], true),
            ("48 kHz", ["-f", "wav", "-ar", "48000", "-af", "pan=stereo|c0=c0|c1=c0"], false),
            ("mp3", ["-f", "mp3", "-b:a", "128k"], false), ("opus", ["-f", "ogg", "-c:a", "libopus"], false),
            ("m4a", ["-f", "ipod", "-c:a", "aac"], false), ("webm", ["-f", "webm", "-c:a", "libopus"], false),
        ]
    )
    func `a file of any sort is cleaned as its samples are`(
        name: String, options: [String], isExact: Bool
    ) async throws {
        try await Bench.with { bench in
            let clean = try await clean(bench)
            let noisy = zip(clean, AudioLab.noise(.white, count: clean.count)).map { $0 + 0.01 * $1 }
            let pcm = AudioLab.pcm(of: noisy)
            let reference = await bench.upload(Bench.isolationPath, [Bench.isPCM, .file("audio", pcm)])
            let file = try await AudioLab.encode(pcm, options)
            let outcome = await bench.upload(Bench.isolationPath, [.file("audio", file, filename: "a.\(name)")])
            #expect(outcome.status == 200, "\(outcome.text.prefix(300))")
            if isExact {
                #expect((outcome.body == reference.body) == true)
                return
            }
            let one = try await AudioLab.samples(reference.body, .mp3At44100Hz128k)
            let other = try await AudioLab.samples(outcome.body, .mp3At44100Hz128k)
            #expect(abs(one.count - other.count) <= 2304, "\(name): \(other.count) of \(one.count) samples")
            try #require(other.count > 22000)
            #expect(AudioLab.loudness(Array(other[16000..<22000])) < AudioLab.loudness(Array(noisy[16000..<22000])) / 2)
        }
    }

    @Test(arguments: [2, 318, 320, 3202, 64000])
    func `silence and the shortest recordings give an MP3 of their length`(bytes: Int) async throws {
        try await Bench.with { bench in
            let outcome = await bench.upload(
                Bench.isolationPath, [Bench.isPCM, .file("audio", [UInt8](repeating: 0, count: bytes))]
            )
            #expect(outcome.status == 200)
            #expect(outcome.error == nil && outcome.body.count > 400)
            guard AudioLab.isInstalled else { return }
            let samples = try await AudioLab.samples(outcome.body, .mp3At44100Hz128k)
            #expect(AudioLab.loudness(samples) < 0.0001)
            #expect(samples.count >= bytes / 2 && samples.count < bytes / 2 + 1600)
        }
    }

    @Test func `the requests of our own client are understood`() async throws {
        try await Bench.with { bench in
            let upload = AudioLab.pcm(of: AudioLab.noise(.pink, count: 16000).map { $0 * 0.05 })
            let request = AudioIsolationRequest(fileFormat: .pcm16kHz)
            let response = try await bench.client.send(
                request.httpRequest(
                    audio: [.bytes(Bytes(upload))], baseURL: try BaseURL("http://127.0.0.1:\(bench.port)"),
                    key: Secret("key"), timeouts: HTTPTimeouts()
                )
            )
            var count = 0
            while let bytes = try await response.read() { count += bytes.count }
            #expect(response.status == 200 && count > 15000)
            let entry = try #require(bench.simulator.requests.last)
            #expect((entry.uploadedAudio == upload) == true)
            #expect(entry.parts.map(\.filename) == [nil, "upload"])
        }
    }
}
