import Foundation
import Testing

/// Places where no file can be, and pipes.
@Suite(.inTurns) struct `An output` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ server: Server, _ output: String, _ options: [String] = []) -> [String] {
        server.run(Project.pipeline("tts-to-mp3.yaml"), ["--set", "output=\(output)"] + options)
    }

    @Test(arguments: [
        ("folder", "Is a directory; name a file in it", nil),
        ("folder/", "Is a directory; name a file in it", nil),
        ("missing/out.mp3", "No such file or directory; make its folder first", "missing/out.mp3 was not written"),
        (
            "file/out.mp3", "Not a directory; a part of the path is a file; choose another path",
            "file/out.mp3 was not written"
        ),
    ])
    func `where no file can be ends with 74 and a cure, and nothing is sent`(
        output: String, words: String, file: String?
    ) async throws {
        try FileManager.default.createDirectory(atPath: scratch.path("folder"), withIntermediateDirectories: true)
        try scratch.write("kept", to: "file")
        let server = try await scratch.serve([])
        let finished = try await scratch.elevenpipe(run(server, output), environment: Server.keyEnvironment)
        #expect(finished.status == 74, "\(finished.errorText)")
        #expect(try finished.theError().hasSuffix(words), "\(finished.errorText)")
        #expect(finished.lines.count == (file == nil ? 1 : 2) && (file == nil || finished.lines.last == file))
        #expect(try server.requests.isEmpty)
        #expect(try scratch.bytes("file") == Array("kept".utf8))
    }

    @Test func `that is a pipe waits for its reader, sends nothing before, and can be stopped meanwhile`() async throws
    {
        #expect(mkfifo(scratch.path("pipe"), 0o600) == 0)
        let server = try await scratch.serve([])
        let child = try scratch.start(run(server, "pipe"), environment: Server.keyEnvironment)
        let late = try await scratch.elevenpipe(
            run(server, "pipe", ["--deadline", "1"]), environment: Server.keyEnvironment)
        #expect(late.status == 75, "\(late.errorText)")
        #expect(late.lines.count == 1, "\(late.lines)")
        #expect(child.isRunning)
        let stopped = ContinuousClock.now
        child.signal(SIGTERM)
        #expect(await child.finish().status == 143)
        #expect(ContinuousClock.now - stopped < .seconds(3))
        #expect(try server.requests.isEmpty)
    }

    @Test func `that is a pipe goes to its reader whole, and is no file in the summary`() async throws {
        #expect(mkfifo(scratch.path("pipe"), 0o600) == 0)
        let body = try await scratch.mp3(seconds: 5)
        let server = try await scratch.serve(body)
        let reader = try scratch.companion("sh", ["-c", "cat pipe >read"])
        let finished = try await scratch.elevenpipe(run(server, "pipe"), environment: Server.keyEnvironment)
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(!finished.errorText.contains("pipe"), "\(finished.errorText)")
        #expect(await reader.finish().status == 0)
        #expect(try scratch.bytes("read") == body)
    }

    @Test func `that is a pipe whose reader leaves ends with 74`() async throws {
        #expect(mkfifo(scratch.path("pipe"), 0o600) == 0)
        let server = try await scratch.serve(try await scratch.mp3(seconds: 20))
        let reader = try scratch.companion("sh", ["-c", "head -c 1000 pipe >read"])
        let finished = try await scratch.elevenpipe(run(server, "pipe"), environment: Server.keyEnvironment)
        _ = await reader.finish()
        #expect(finished.status == 74, "\(finished.errorText)")
        #expect(try finished.onlyError().contains("who reads 'pipe' went away before the end"), "\(finished.errorText)")
    }

    static let commands = [
        ["--help"], ["--version"], ["expand", Project.pipeline("tts-to-mp3.yaml")],
        ["run", "--offline", "--json", Project.pipeline("tts-to-mp3.yaml")], ["simulate", "--port", "0"],
    ]

    @Test(arguments: commands, [">/dev/full", "| true"])
    func `of a command that nobody takes ends with 74`(command: [String], redirection: String) async throws {
        // The pipe's reader is gone before the command begins.
        let script = "{ sleep 0.2; \"$0\" \"$@\"; echo $? >status; } \(redirection)"
        let finished = try await scratch.start("/bin/sh", ["-c", script, Project.program] + command).finish()
        #expect(try scratch.bytes("status") == Array("74\n".utf8), "\(finished.errorText)")
        #expect(try finished.theError().contains("standard output cannot be written to"))
        // The run itself is not cut short by it.
        if command[0] == "run" { #expect(try await scratch.probe("speech.mp3").length > 2) }
    }
}
