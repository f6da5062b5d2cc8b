import Foundation
import Testing

/// What the user can get wrong before any audio flows.
@Suite(.inTurns) struct `A mistake of the user's` {
    struct Mistake: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let branches: String
        var status: Int32 = 65
        /// Where, as it stands behind the file's name.
        let place: String
        let words: [String]
    }

    static let mistakes = [
        Mistake(
            testDescription: "a misspelt element", branches: "a: [elevenlabstt: {text: x, voice-id: v}, fakesink]",
            place: ":3:7: error: ", words: ["elevenlabstt", "did you mean 'elevenlabstts'?"]),
        Mistake(
            testDescription: "a misspelt property", branches: "a: [elevenlabstts: {text: x, voice-ID: v}, fakesink]",
            place: ":3:32: error: ", words: ["voice-ID", "did you mean 'voice-id'?"]),
        Mistake(
            testDescription: "a value out of range",
            branches: "a: [elevenlabstts: {text: x, voice-id: v, stability: 1.5}, fakesink]", place: ":3:56: error: ",
            words: ["stability", "1.5", "0", "1"]),
        Mistake(
            testDescription: "a misspelt value",
            branches: "a: [elevenlabstts: {text: x, voice-id: v, output-format: mp3_44100_12}, fakesink]",
            place: ":3:60: error: ", words: ["mp3_44100_12", "mp3_44100_128"]),
        Mistake(
            testDescription: "an unknown branch",
            branches: "a: [audiotestsrc: {num-buffers: 1}, fakesink]\nb: [from: c, fakesink]",
            place: ":4:", words: ["c"]),
        Mistake(
            testDescription: "a file to read that is missing",
            branches: "a: [filesrc: {location: missing.mp3}, fakesink]",
            status: 66, place: ":3:7: error: ", words: ["missing.mp3"]),
        Mistake(
            testDescription: "a file to write in a folder that is missing",
            branches: "a: [elevenlabstts: {text: x, voice-id: v}, filesink: {location: missing/out.mp3}]", status: 74,
            place: ":3:46: error: ", words: ["missing/out.mp3"]),
        Mistake(
            testDescription: "no text", branches: "a: [elevenlabstts: {voice-id: v}, fakesink]", place: ":3:7: error: ",
            words: ["text"]),
        Mistake(
            testDescription: "no voice", branches: "a: [elevenlabstts: {text: x}, fakesink]", place: ":3:7: error: ",
            words: ["voice"]),
    ]

    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: mistakes)
    func `in the graph is told with its place, and nothing is asked of the service`(mistake: Mistake) async throws {
        let graph = try scratch.graph(mistake.branches)
        let server = try await scratch.serve([])
        let finished = try await scratch.elevenpipe(server.run(graph), environment: Server.keyEnvironment)
        #expect(finished.status == mistake.status, "\(finished.errorText)")
        let line = try finished.onlyError(files: ["missing/out.mp3"])
        #expect(line.hasPrefix(graph + mistake.place), "\(line)")
        for word in mistake.words { #expect(line.contains(word), "\(line)") }
        #expect(try server.requests.isEmpty)
    }

    @Test(arguments: ["/dev/full", "."])
    func `of an output that takes nothing ends with 74`(output: String) async throws {
        for pipeline in ["tts-to-wav.yaml", "tts-to-mp3.yaml"] {
            let finished = try await scratch.elevenpipe(
                ["run", "--offline", Project.pipeline(pipeline), "--set", "text=Yes.", "--set", "output=\(output)"])
            #expect(finished.status == 74, "\(finished.errorText)")
            _ = try finished.onlyError(files: [output])
        }
    }

    @Test func `of a pipe that nobody reads ends with 74`() async throws {
        let graph = try scratch.graph(
            "a: [elevenlabstts: {text: Yes, voice-id: JBFqnCBsd6RMkjVDRZzb}, fdsink]")
        let shell = "{ \"$0\" run --offline \"$1\"; echo $? >status; } | true"
        let finished = try await scratch.start("/bin/sh", ["-c", shell, Project.program, graph]).finish()
        #expect(try scratch.bytes("status") == Array("74\n".utf8), "\(finished.errorText)")
        _ = try finished.onlyError()
    }

    static let commandLines: [([String], String)] = [
        ([], "no command"), (["rum"], "did you mean 'run'?"), (["run"], "graph file"),
        (["run", "a", "b"], "graph file"),
        (["run", "--jsno", "a"], "--jsno; did you mean '--json'?"), (["run", "--xyz", "a"], "option --xyz"),
        (["run", "--gst-debug=3", "--set-fil=a=b", "a"], "did you mean '--set-file'?"),
        (["run", "--offline", "--base-url", "http://localhost", "a"], "exclude"),
        (["run", "-q", "-v", "a"], "exclude"), (["run", "a", "--set", "text"], "NAME=VALUE"),
        (["run", "a", "--set-file", "=b"], "NAME=FILE"), (["run", "a", "--base-url"], "base-url"),
        (["expand"], "graph file"), (["validate"], "graph file"), (["simulate", "--port", "x"], "--port"),
        (["simulate", "--fault", "stats=4"], "did you mean status"), (["simulate", "a"], "'a'"),
    ]

    @Test(arguments: commandLines)
    func `on the command line ends with 64 and a word about help`(arguments: [String], words: String) async throws {
        let finished = try await scratch.elevenpipe(arguments)
        #expect(finished.status == 64)
        #expect(finished.output == [])
        #expect(finished.lines.count == 2, "\(finished.lines)")
        #expect(finished.lines.first?.hasPrefix("elevenpipe: ") == true)
        #expect(finished.lines.first?.contains(words) == true, "\(finished.lines)")
        #expect(finished.lines.last?.contains("--help'") == true, "\(finished.lines)")
    }

    @Test(arguments: ["run", "validate", "expand"])
    func `with the name of the graph file ends with 66`(command: String) async throws {
        let finished = try await scratch.elevenpipe([command, "missing.yaml"])
        #expect(finished.status == 66)
        #expect(try finished.onlyError().contains("missing.yaml"))
    }

    @Test func `with a file for a parameter ends with 66`() async throws {
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", Project.pipeline("tts-to-wav.yaml"), "--set-file", "text=missing.txt"])
        #expect(finished.status == 66)
        #expect(try finished.onlyError().contains("missing.txt"))
    }

    @Test func `with the name of a parameter ends with 65 and says which there are`() async throws {
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", Project.pipeline("tts-to-wav.yaml"), "--set", "txt=x"])
        #expect(finished.status == 65)
        let line = try finished.onlyError()
        #expect(line.contains("'text'") && line.contains("txt"), "\(line)")
    }

    @Test func `in several files is told for each of them`() async throws {
        let first = try scratch.graph("a: [fakesik]", name: "first.yaml")
        let second = try scratch.graph("a: [audiotestsrc, fakesik]", name: "second.yaml")
        let good = Project.pipeline("tts-to-wav.yaml")
        let finished = try await scratch.elevenpipe(["validate", first, good, second])
        #expect(finished.status == 65)
        #expect(
            finished.lines.contains { $0.hasPrefix(first + ":") }
                && finished.lines.contains { $0.hasPrefix(second + ":") })
        #expect(!finished.lines.contains { $0.hasPrefix(good) })
    }
}
