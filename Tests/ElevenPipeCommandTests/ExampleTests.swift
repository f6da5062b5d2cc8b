import Foundation
import Testing

/// The programs of `Tests/Examples`, built as a stranger would build them, against the simulator.
@Suite(.serialized, .inTurns) struct `The examples` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `begin with a speaker that stands in the README`() throws {
        let source = try Examples.source(of: "Speaker")
        let readme = try String(contentsOfFile: Project.root + "/README.md", encoding: .utf8)
        #expect(readme.contains("```swift\n\(source)```"))
        #expect(source.split(separator: "\n").count < 20)
    }

    @Test func `say their arguments`() async throws {
        let text = "An example says its arguments, and all of them can be heard."
        let expected = try await scratch.speak(text).trimmed()
        let sound = try await SoundServer(in: scratch)
        let recorder = try await sound.record(in: scratch)
        let finished = try await scratch.example(
            "Speaker", text.split(separator: " ").map(String.init), simulator: try await scratch.simulate(),
            environment: sound.environment)
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(finished.output.isEmpty && finished.errorText.isEmpty, "\(finished.errorText)")
        // The monitor is behind by a second or two.
        try await Task.sleep(for: .seconds(3))
        recorder.signal(SIGTERM)
        _ = await recorder.finish()
        let heard = Sound(rate: 24000, samples: samples(try scratch.bytes("heard.raw"))).trimmed()
        #expect(abs(heard.length - expected.length) < 0.15, "\(heard.length) s heard of \(expected.length) s")
        let likeness = heard.likeness(at: 4000, to: expected)
        #expect(likeness > 0.7, "\(likeness)")
    }

    @Test func `say in one sentence that nothing can be heard`() async throws {
        let finished = try await scratch.example("Speaker", ["Hello."], simulator: try await scratch.simulate())
        #expect(finished.status == 1)
        #expect(
            finished.outputText
                == "Nothing is said: Speaker/main.swift:10:9: error: there is no sound device and no sound server, so nothing "
                + "could be heard\n")
    }

    @Test func `draw what is said`() async throws {
        let finished = try await scratch.example(
            "Waveform",
            [scratch.path("speech.png"), scratch.path("speech.flac"), "The peaks are light.", "The rest is dark."],
            simulator: try await scratch.simulate(["--pace", "0"]))
        #expect(finished.status == 0, "\(finished.errorText)")
        let picture = try await Picture(in: scratch, "speech.png")
        let speech = try await scratch.decode("speech.flac")
        #expect(try await scratch.probe("speech.flac").codec == "flac")
        let columns = stride(from: 0, to: speech.samples.count, by: 240).map {
            speech.samples[$0..<min($0 + 240, speech.samples.count)]
        }
        #expect(abs(picture.width - columns.count) <= 1 && columns.count > 150 && picture.height == 200)
        #expect(picture.border.allSatisfy { $0 == 255 })
        // In pixels from the loudest peak, which is as high as the picture but for a margin of four on either side.
        let peaks = columns.map { Double($0.map { $0.magnitude }.max() ?? 0) / 32768 }
        let scale = 192 / (peaks.max() ?? 1)
        let loudness = columns.map { Sound.level($0) * scale }
        let light = zip(picture.heights(below: 250), peaks).map { Double($0) - $1 * scale }
        let dark = zip(picture.heights(below: 120), loudness).map { Double($0) - $1 }
        for (name, differences) in [("peaks", light), ("loudness", dark)] {
            let mean = differences.reduce(0) { $0 + abs($1) } / Double(differences.count)
            #expect(mean < 2, "\(name): \(mean) pixels on average, \(differences.map { abs($0) }.max() ?? 0) at most")
        }
    }

    @Test func `change a voice that is in memory`() async throws {
        let text = "This is not my voice, but these are my words."
        let finished = try await scratch.example(
            "FromMemory", [scratch.path("changed.wav"), text], simulator: try await scratch.simulate(["--pace", "0"]))
        #expect(finished.status == 0, "\(finished.errorText)")
        let count = try #require(Int(finished.outputText.prefix { $0.isNumber }))
        let file = try WAVFile(try scratch.bytes("changed.wav"))
        #expect(file.rate == 24000 && file.isWhole)
        #expect(abs(file.data.count / 2 - count * 3 / 2) <= 2, "\(file.data.count / 2) samples of \(count) at 16 kHz")
        try await scratch.speak(text)
        let spoken = try await scratch.decode("speech.wav", rate: 8000)
        let changed = try await scratch.decode("changed.wav", rate: 8000)
        #expect(abs(spoken.length - Double(count) / 16000) < 0.06)
        #expect(changed.contourLikeness(to: spoken) > 0.8)
        #expect(abs(changed.pitch / spoken.pitch - 1) > 0.05, "\(changed.pitch) Hz of \(spoken.pitch) Hz")
    }
}

/// A picture as ffmpeg decodes it.
private struct Picture {
    let width: Int
    let height: Int
    /// How bright each pixel is, in rows from the top.
    private let pixels: [UInt8]

    init(in scratch: Scratch, _ name: String) async throws {
        let head = try scratch.bytes(name)
        #expect(head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        let decoding = [
            "-v", "error", "-err_detect", "explode", "-i", scratch.path(name), "-f", "rawvideo", "-pix_fmt", "gray",
            "-",
        ]
        let decoded = try await scratch.tool("ffmpeg", decoding)
        #expect(decoded.errorText.isEmpty)
        // Of the first chunk, big-endian.
        width = head[16..<20].reduce(0) { $0 << 8 | Int($1) }
        height = head[20..<24].reduce(0) { $0 << 8 | Int($1) }
        pixels = decoded.output
        try #require(pixels.count == width * height)
    }

    /// How many pixels of each column are darker.
    func heights(below limit: UInt8) -> [Int] {
        (0..<width).map { column in
            (0..<height).count { pixels[$0 * width + column] < limit }
        }
    }

    /// The first and the last row.
    var border: [UInt8] { Array(pixels.prefix(width) + pixels.suffix(width)) }
}
