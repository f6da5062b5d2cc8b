import Foundation
import Testing

/// Audio of every kind, and what is no audio, into the voice changer and isolation.
@Suite(.inTurns) struct `Audio that comes in` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let graphs = ["voice-changer.yaml", "isolation-to-flac.yaml"]
    private static let outputs = ["voice-changer.yaml": "changed.wav", "isolation-to-flac.yaml": "clean.flac"]
    /// What sox makes of a recording of a second and a half.
    private static let formats = [
        "-r 16000 -c 1", "-r 16000 -c 2", "-r 16000 -c 6", "-r 8000", "-r 11025", "-r 96000", "-r 192000 -c 2", "-b 24",
        "-b 32", "-b 32 -e floating-point", "-b 64 -e floating-point", "-b 8 -e unsigned", "-e mu-law",
    ]

    /// Half a second of silence, a tone, half a second of silence; two channels.
    private func recording(_ options: String) async throws {
        try await scratch.tool(
            "sox",
            ["-R", "-n", "-r", "48000", "-c", "2"] + [
                scratch.path("made.wav"), "synth", "0.5", "sine", "440", "vol", "0.5",
            ]
                + ["pad", "0.5", "0.5"])
        try await scratch.tool(
            "sox",
            ["-R", scratch.path("made.wav")] + options.split(separator: " ").map(String.init) + [scratch.path("in.wav")]
        )
    }

    @Test(arguments: graphs, formats)
    func `works at every rate, width and number of channels`(graph: String, options: String) async throws {
        try await recording(options)
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", "-q", Project.pipeline(graph), "--set", "input=in.wav"])
        #expect(finished.status == 0 && finished.lines.isEmpty, "\(finished.errorText)")
        let sound = try await scratch.decode(try #require(Self.outputs[graph]), rate: 16000)
        #expect(sound.length > 1.48 && sound.length < 1.6, "\(sound.length) s")
        #expect(sound.part(from: 0.6, to: 0.9).level > 0.03, "the tone is lost")
    }

    @Test(arguments: graphs) func `works where it is nothing but silence`(graph: String) async throws {
        try await scratch.tool(
            "sox", ["-n", "-r", "16000", "-c", "1", "-b", "16", scratch.path("in.wav"), "trim", "0", "1"])
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", "-q", Project.pipeline(graph), "--set", "input=in.wav"])
        #expect(finished.status == 0 && finished.lines.isEmpty, "\(finished.errorText)")
        let sound = try await scratch.decode(try #require(Self.outputs[graph]), rate: 16000)
        #expect(sound.length > 0.98 && sound.level < 0.001, "\(sound.length) s, \(sound.level)")
    }

    /// What is no audio at all, and a word that the error must have.
    private static let nothing: [(name: String, word: String)] = [
        ("an empty file", "is empty"), ("a text", "type"), ("no samples", "no audio came in"),
        ("a folder", "it is a folder"),
        ("no file", "there is no such file"),
    ]

    @Test(arguments: graphs, nothing)
    func `is asked for in one line where there is none, and nothing is sent`(
        graph: String, input: (name: String, word: String)
    ) async throws {
        let server = try await scratch.serve([])
        switch input.name {
        case "an empty file": try scratch.write("", to: "in.wav")
        case "a text": try scratch.write("This is a text, and no audio at all.\n", to: "in.wav")
        case "no samples":
            try await scratch.tool("sox", ["-n", "-r", "16000", "-c", "1", scratch.path("in.wav"), "trim", "0", "0"])
        case "a folder":
            try FileManager.default.createDirectory(atPath: scratch.path("in.wav"), withIntermediateDirectories: true)
        default: break
        }
        let path = Project.pipeline(graph)
        let finished = try await scratch.elevenpipe(
            server.run(path, ["-q", "--set", "input=in.wav"]), environment: Server.keyEnvironment)
        #expect([1, 65, 66].contains(finished.status), "\(finished.status)")
        let error = try finished.onlyError(files: [try #require(Self.outputs[graph])])
        #expect(error.hasPrefix(path + ":") && error.contains(": error: "), "\(error)")
        #expect(error.contains(input.word), "\(error)")
        #expect(try server.requests.isEmpty)
    }
}

/// What the service refuses, at the step that asked.
@Suite(.inTurns) struct `A refusal by the service` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let speech =
        "elevenlabstts: {text: One two three., voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: pcm_16000}"

    /// The second request for audio is the voice changer's.
    private func refusal(_ graph: String) async throws -> String {
        let url = try await scratch.simulate(["--fault", "status=401,code=missing_permissions,request=2"])
        let finished = try await scratch.elevenpipe(
            ["run", graph, "--base-url", url, "-q"], environment: Server.keyEnvironment)
        #expect(finished.status == 77, "\(finished.errorText)")
        return try finished.onlyError(files: ["changed.wav"])
    }

    @Test func `points at the voice changer, not at what feeds it`() async throws {
        let graph = try scratch.graph(
            """
            speech: [\(Self.speech)]
            changed:
              - from: speech
              - elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL, output-format: pcm_16000}
              - wavenc
              - filesink: {location: changed.wav}
            """)
        let error = try await refusal(graph)
        #expect(error.hasPrefix("\(graph):6:7: error: "), "\(error)")
        #expect(error.contains("401") || error.contains("permission"), "\(error)")
    }

    @Test func `points into the module's file`() async throws {
        let module = try scratch.write(
            """
            elevenpipe: 1
            parameters:
              voice: {required: true}
            graph:
              changed:
                # A filter: it leaves its input and its output open.
                - elevenlabsvoicechanger:
                    voice-id: "${voice}"
                    output-format: pcm_16000
            """, to: "module.yaml")
        let graph = try scratch.graph(
            """
            changed:
              - \(Self.speech)
              - use: {file: module.yaml, with: {voice: EXAVITQu4vr4xnSDxMaL}}
              - wavenc
              - filesink: {location: changed.wav}
            """)
        let error = try await refusal(graph)
        #expect(error.hasPrefix("\(module):7:7: error: "), "\(error)")
    }
}
