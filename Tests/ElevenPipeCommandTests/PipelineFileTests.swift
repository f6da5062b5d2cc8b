import Foundation
import Testing

/// Every graph that comes with the project, as it stands.
@Suite(.inTurns) struct `The graphs that come with it` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private struct Graph: Sendable {
        /// What it writes, nil for one that only plays or sends.
        var file: String?
        /// As ffprobe calls it.
        var codec = ""
        var rate = 0
        var channels = 1
        /// Whether that is its default text, spoken, and nothing else.
        var isSpeech = false
        /// What it needs to be there.
        var need = Need.nothing

        enum Need { case nothing, recording, radio }
    }

    /// What is expected of each. A graph that is missing here fails its tests.
    private static let graphs: [String: Graph] = [
        "dialogue.yaml": Graph(file: "dialogue.wav", codec: "pcm_s16le", rate: 24000),
        "hls.yaml": Graph(file: "speech.m3u8", codec: "aac", rate: 44100, isSpeech: true),
        "icecast.yaml": Graph(need: .radio),
        "isolation-then-voice-changer.yaml": Graph(
            file: "changed.wav", codec: "pcm_s16le", rate: 24000, need: .recording),
        "isolation-to-flac.yaml": Graph(file: "clean.flac", codec: "flac", rate: 44100, need: .recording),
        "speaker-file-network.yaml": Graph(file: "speech.flac", codec: "flac", rate: 24000, isSpeech: true),
        "speech-over-music.yaml": Graph(file: "intro.mp3", codec: "mp3", rate: 44100, channels: 2),
        "telephony.yaml": Graph(),
        "tts-to-mkv.yaml": Graph(file: "speech.mkv", codec: "flac", rate: 24000, isSpeech: true),
        "tts-to-mp3.yaml": Graph(file: "speech.mp3", codec: "mp3", rate: 44100, isSpeech: true),
        "tts-to-mp4.yaml": Graph(file: "speech.m4a", codec: "aac", rate: 44100, isSpeech: true),
        "tts-to-opus.yaml": Graph(file: "speech.opus", codec: "opus", rate: 48000, isSpeech: true),
        "tts-to-speaker-and-file.yaml": Graph(file: "speech.mp3", codec: "mp3", rate: 44100, isSpeech: true),
        "tts-to-speaker.yaml": Graph(),
        "tts-to-wav.yaml": Graph(file: "speech.wav", codec: "pcm_s16le", rate: 24000, isSpeech: true),
        "tts-voice-changer-isolation.yaml": Graph(file: "changed.mp3", codec: "mp3", rate: 44100),
        "voice-changer.yaml": Graph(file: "changed.wav", codec: "pcm_s16le", rate: 24000, need: .recording),
    ]

    /// Those that end by themselves; the other one is in `A microphone`.
    private static let ending = Project.pipelines.filter { $0 != "microphone-to-speaker.yaml" }

    /// What is expected of a graph. Sees to what it needs. - Returns: also the settings for that.
    private func prepare(_ name: String) async throws -> (Graph, settings: [String]) {
        let graph = try #require(Self.graphs[name], "say what \(name) does")
        switch graph.need {
        case .nothing: return (graph, [])
        case .recording:
            _ = try await scratch.elevenpipe(["run", "--offline", "-q", Project.pipeline("tts-to-wav.yaml")])
            return (graph, [])
        case .radio: return (graph, ["--set", "port=\(try await Icecast(in: scratch).port)"])
        }
    }

    @Test(arguments: ending)
    func `runs without a key and a network, and writes what an independent tool reads`(name: String) async throws {
        let (expected, settings) = try await prepare(name)
        let finished = try await scratch.elevenpipe(["run", "--offline", Project.pipeline(name)] + settings)
        #expect(finished.status == 0, "\(finished.errorText)")
        guard let file = expected.file else { return }
        let probe = try await scratch.probe(file)
        #expect(probe.codec == expected.codec)
        #expect(probe.rate == expected.rate)
        #expect(probe.streams.first?.channels == expected.channels)
        let sound = try await scratch.decode(file)
        #expect(abs(probe.length - sound.length) < 0.1)
        #expect(sound.level > 0.01)
        guard expected.isSpeech else { return }
        let spoken = try await scratch.spoken(by: name)
        #expect(abs(sound.length - spoken.length) < 0.15, "\(sound.length) s, where \(spoken.length) s were spoken")
        #expect(abs(sound.level / spoken.level - 1) < 0.2, "\(sound.level), \(spoken.level)")
        #expect(sound.likeness(at: 4000, to: spoken) > 0.8)
    }

    @Test func `is accepted by validate, all of them at once`() async throws {
        let finished = try await scratch.elevenpipe(["validate"] + Project.pipelines.map(Project.pipeline))
        #expect(finished.status == 0)
        #expect(finished.lines == [])
        #expect(finished.output == [])
    }

    @Test(arguments: Project.pipelines)
    func `begins with a sentence on what it is for`(name: String) throws {
        let head = try Project.text(of: name).prefix { $0 != "\n" }
        #expect(head.hasPrefix("# ") && head.count > 60, "\(head)")
    }

    @Test(arguments: Project.pipelines)
    func `is expanded to a file that expands to itself`(name: String) async throws {
        let once = try await scratch.elevenpipe(["expand", Project.pipeline(name)])
        #expect(once.status == 0, "\(once.errorText)")
        let expanded = try scratch.write(once.output, to: "expanded.yaml")
        let twice = try await scratch.elevenpipe(["expand", expanded])
        #expect(twice.outputText == once.outputText)
        let valid = try await scratch.elevenpipe(["validate", expanded])
        #expect(valid.lines == [])
    }

    @Test(arguments: ending)
    func `is expanded to a file that runs as it stands`(name: String) async throws {
        let (expected, settings) = try await prepare(name)
        let expansion = try await scratch.elevenpipe(["expand", Project.pipeline(name)] + settings)
        let expanded = try scratch.write(expansion.output, to: "expanded.yaml")
        guard let file = expected.file else {
            let finished = try await scratch.elevenpipe(["run", "--offline", expanded])
            #expect(finished.status == 0, "\(finished.errorText)")
            return
        }
        let direct = try await scratch.elevenpipe(["run", "--offline", "-q", Project.pipeline(name)] + settings)
        #expect(direct.status == 0, "\(direct.errorText)")
        let before = try await scratch.decode(file)
        try FileManager.default.removeItem(atPath: scratch.path(file))
        let finished = try await scratch.elevenpipe(["run", "--offline", expanded])
        #expect(finished.status == 0, "\(finished.errorText)")
        let isSame = try await scratch.decode(file).samples == before.samples
        #expect(isSame)
    }
}
