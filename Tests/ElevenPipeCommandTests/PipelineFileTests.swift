import Foundation
import Testing

/// Every graph that comes with the project, as it stands.
@Suite(.inTurns) struct `The graphs that come with it` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private struct Written {
        let file: String
        /// As ffprobe calls it.
        let codec: String
        let rate: Int
    }

    /// What each graph writes, nil for one that only plays. A graph that is missing here fails its test.
    private static let written: [String: Written?] = [
        "tts-to-mp3.yaml": Written(file: "speech.mp3", codec: "mp3", rate: 44100),
        "tts-to-opus.yaml": Written(file: "speech.opus", codec: "opus", rate: 48000),
        "tts-to-speaker-and-file.yaml": Written(file: "speech.mp3", codec: "mp3", rate: 44100),
        "tts-to-speaker.yaml": nil as Written?,
        "tts-to-wav.yaml": Written(file: "speech.wav", codec: "pcm_s16le", rate: 24000),
    ]

    @Test(arguments: Project.pipelines)
    func `runs without a key and a network, and writes what an independent tool reads`(name: String) async throws {
        let finished = try await scratch.elevenpipe(["run", "--offline", Project.pipeline(name)])
        #expect(finished.status == 0, "\(finished.errorText)")
        guard let expected = try #require(Self.written[name], "say what \(name) writes") else { return }
        let probe = try await scratch.probe(expected.file)
        #expect(probe.codec == expected.codec)
        #expect(probe.rate == expected.rate)
        #expect(probe.streams.first?.channels == 1)
        let sound = try await scratch.decode(expected.file)
        let spoken = try await scratch.spoken(by: name)
        #expect(abs(sound.length - spoken.length) < 0.15, "\(sound.length) s, where \(spoken.length) s were spoken")
        #expect(abs(probe.length - sound.length) < 0.1)
        #expect(abs(sound.level / spoken.level - 1) < 0.2 && sound.level > 0.01, "\(sound.level), \(spoken.level)")
        #expect(sound.likeness(at: 4000, to: spoken) > 0.8)
    }

    @Test func `is accepted by validate, all of them at once`() async throws {
        let finished = try await scratch.elevenpipe(["validate"] + Project.pipelines.map(Project.pipeline))
        #expect(finished.status == 0)
        #expect(finished.lines == [])
        #expect(finished.output == [])
    }

    @Test(arguments: Project.pipelines)
    func `is expanded to a file that runs as it stands and expands to itself`(name: String) async throws {
        let once = try await scratch.elevenpipe(["expand", Project.pipeline(name)])
        #expect(once.status == 0, "\(once.errorText)")
        let expanded = try scratch.write(once.output, to: "expanded.yaml")
        let twice = try await scratch.elevenpipe(["expand", expanded])
        #expect(twice.outputText == once.outputText)
        let valid = try await scratch.elevenpipe(["validate", expanded])
        #expect(valid.lines == [])
        let direct = try await scratch.elevenpipe(["run", "--offline", "-q", Project.pipeline(name)])
        #expect(direct.status == 0, "\(direct.errorText)")
        guard let file = Self.written[name]??.file else {
            let finished = try await scratch.elevenpipe(["run", "--offline", expanded])
            #expect(finished.status == 0, "\(finished.errorText)")
            return
        }
        let before = try await scratch.decode(file)
        try FileManager.default.removeItem(atPath: scratch.path(file))
        let finished = try await scratch.elevenpipe(["run", "--offline", expanded])
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try await scratch.decode(file).samples == before.samples)
    }
}
