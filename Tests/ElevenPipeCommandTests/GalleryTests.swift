import Foundation
import Testing

/// What the graphs that come with it make, measured by independent tools.
@Suite(.inTurns) struct `What the graphs make` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let text = "This is a test of elevenpipe. Every word of it can be found again."

    private func run(_ name: String, _ settings: [String] = []) async throws {
        let finished = try await scratch.elevenpipe(["run", "--offline", Project.pipeline(name)] + settings)
        #expect(finished.status == 0 && !finished.errorText.contains("error"), "\(finished.errorText)")
    }

    /// Whether two sounds say the same, one of them in another voice.
    private func expect(_ changed: Sound, toSay original: Sound, within tolerance: Double) {
        #expect(abs(changed.length - original.length) < tolerance, "\(changed.length) s of \(original.length) s")
        let contour = changed.contourLikeness(to: original)
        #expect(contour > 0.8, "\(contour)")
        #expect(
            original.pitch > 60 && abs(log2(changed.pitch / original.pitch)) > 0.3,
            "\(original.pitch) Hz, \(changed.pitch) Hz")
    }

    @Test func `the voice changer keeps length and melody, and changes the voice`() async throws {
        try await scratch.speak(Self.text)
        try await run("voice-changer.yaml")
        expect(
            try await scratch.decode("changed.wav", rate: 8000),
            toSay: try await scratch.decode("speech.wav", rate: 8000),
            within: 0.02)
    }

    @Test func `isolation keeps length and voice`() async throws {
        try await scratch.speak(Self.text)
        try await run("isolation-to-flac.yaml")
        let (clean, spoken) = (
            try await scratch.decode("clean.flac", rate: 8000), try await scratch.decode("speech.wav", rate: 8000)
        )
        // A bare MP3 stream, as the service answers, has the encoder's 25 ms before and the rest of a frame behind.
        #expect(
            clean.length > spoken.length && clean.length < spoken.length + 0.08, "\(clean.length) s, \(spoken.length) s"
        )
        #expect(clean.contourLikeness(to: spoken) > 0.9)
        #expect(abs(clean.pitch / spoken.pitch - 1) < 0.05)
    }

    @Test func `isolation then voice changer gives another voice, as long as the input`() async throws {
        try await scratch.speak(Self.text)
        try await run("isolation-then-voice-changer.yaml")
        expect(
            try await scratch.decode("changed.wav", rate: 8000),
            toSay: try await scratch.decode("speech.wav", rate: 8000),
            within: 0.08)
    }

    @Test func `a text runs through all three streams`() async throws {
        try await run("tts-voice-changer-isolation.yaml", ["--set", "text=\(Self.text)"])
        try await scratch.speak(Self.text)
        expect(
            try await scratch.decode("changed.mp3", rate: 8000),
            toSay: try await scratch.decode("speech.wav", rate: 8000),
            within: 0.08)
    }

    @Test func `isolation takes white noise away from speech`() async throws {
        try await scratch.speak(Self.text, to: "short.wav")
        try await scratch.tool(
            "sox", [scratch.path("short.wav"), "-r", "16000", scratch.path("clean.wav"), "pad", "1.5", "0.5"])
        let clean = try await scratch.decode("clean.wav", rate: 16000)
        let amount = clean.level / 10.0.squareRoot()
        let noise = samples(noise(2 * clean.samples.count))
        let scale = amount / Sound.level(noise[...])
        let noisy = zip(clean.samples, noise).map { Int16(clamping: Int($0) + Int((Double($1) * scale).rounded())) }
        try scratch.write(
            noisy.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }, to: "noisy.raw")
        try await scratch.tool(
            "sox",
            [
                "-t", "raw", "-r", "16000", "-c", "1", "-e", "signed", "-b", "16", scratch.path("noisy.raw"),
                scratch.path("noisy.wav"),
            ])
        try await run("isolation-to-flac.yaml", ["--set", "input=noisy.wav"])
        let output = try await scratch.decode("clean.flac", rate: 16000)
        let before = Sound(rate: 16000, samples: noisy).signalToNoise(against: clean)
        let after = output.signalToNoise(against: clean)
        #expect(abs(before - 10) < 0.5, "\(before) dB")
        #expect(after > before + 3, "\(after) dB, before \(before) dB")
        print("signal to noise: \(before) dB before isolation, \(after) dB behind it")
    }

    @Test func `a dialogue has both voices in order and the pause between`() async throws {
        let (question, answer) = ("Is this a test of elevenpipe?", "It is, and there are two of us in it.")
        try await run("dialogue.yaml")
        let first = Double(try await scratch.speech(question, "pcm_24000").count) / 48000
        let second = Double(try await scratch.speech(answer, "pcm_24000", voice: "EXAVITQu4vr4xnSDxMaL").count) / 48000
        let sound = try await scratch.decode("dialogue.wav", rate: 8000)
        #expect(
            abs(sound.length - first - second - 0.4) < 0.02, "\(sound.length) s of \(first) s, 0.4 s and \(second) s")
        #expect(sound.part(from: first + 0.01, to: first + 0.39).level < 0.001)
        let pitches = (sound.part(from: 0, to: first).pitch, sound.part(from: first + 0.4).pitch)
        #expect(abs(log2(pitches.0 / pitches.1)) > 0.2, "\(pitches)")
    }

    @Test func `music begins alone, goes down under the speech, and fades`() async throws {
        try await run("speech-over-music.yaml")
        let mix = try await scratch.decode("intro.mp3", rate: 8000)
        // The MP3 encoder's delay.
        let start = 1105.0 / 44100
        let alone = mix.part(from: start + 0.1, to: start + 0.9).level(of: 220)
        #expect(abs(decibels(alone / 0.8) + 6) < 0.5, "\(decibels(alone / 0.8)) dB")
        let under = (4..<14).map { half in
            mix.part(from: start + Double(half) / 2, to: start + Double(half + 1) / 2).level(of: 220)
        }.sorted()
        #expect(decibels(under[under.count / 2] / alone) < -10, "\(decibels(under[under.count / 2] / alone)) dB")
        let end = mix.part(from: start + 9.9, to: start + 10).level(of: 220)
        #expect(decibels(end / alone) < -30, "\(decibels(end / alone)) dB")

        // Beside the music's tone all is speech.
        let filter = "bandreject=f=220:width_type=h:w=50"
        let text = "This is a test of elevenpipe. Under this speech there is music, eighteen decibels down."
        try await scratch.speak(text)
        let speech = try await scratch.decode("speech.wav", rate: 8000, filter: filter)
        let heard = try await scratch.decode("intro.mp3", rate: 8000, filter: filter)
        for second in 0...Int(speech.length - 1) {
            let range = (Double(second), Double(second) + 1)
            let likeness = heard.part(from: start + 1.5 + range.0, to: start + 1.5 + range.1)
                .likeness(to: speech.part(from: range.0, to: range.1))
            #expect(likeness > 0.8, "second \(second): \(likeness)")
        }
    }

    /// Matroska with one word each: GStreamer 1.22 writes others with quotes and backslashes.
    @Test(arguments: [
        ("tts-to-mkv.yaml", "speech.mkv", ["Reading", "elevenpipe"]),
        ("tts-to-mp4.yaml", "speech.m4a", ["A title, with a comma", "Grüße"]),
    ])
    func `title and artist are tags of the file`(name: String, file: String, tags: [String]) async throws {
        try await run(name, ["--set", "title=\(tags[0])", "--set", "artist=\(tags[1])"])
        let output = try await scratch.tool(
            "ffprobe", ["-v", "error", "-show_entries", "format_tags:stream_tags", "-of", "json", scratch.path(file)])
        #expect(tags.allSatisfy { output.outputText.contains("\"\($0)\"") }, "\(output.outputText)")
    }

    @Test func `an MP4 has its index at the front`() async throws {
        try await run("tts-to-mp4.yaml")
        let bytes = try scratch.bytes("speech.m4a")
        let places = ["moov", "mdat"].map { name in
            bytes.indices.first { bytes[$0...].starts(with: Array(name.utf8)) } ?? .max
        }
        #expect(places[0] < places[1])
    }
}
