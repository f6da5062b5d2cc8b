import Foundation
import Testing

/// Ctrl-C and SIGTERM, at any moment.
@Suite(.inTurns) struct `A stop` {
    /// What the shell makes of each signal.
    static let signals: [(number: Int32, status: Int32)] = [(SIGINT, 130), (SIGTERM, 143)]
    /// Promised is one second; more than this is wrong on any machine.
    static let limit = Duration.seconds(3)

    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Sends a signal and waits for the end, which must come in time.
    private func stop(_ child: Child, _ signal: (number: Int32, status: Int32)) async -> Child.Finished {
        let started = ContinuousClock.now
        child.signal(signal.number)
        let finished = await child.finish()
        #expect(ContinuousClock.now - started < Self.limit)
        #expect(finished.status == signal.status, "\(finished.errorText)")
        #expect(!finished.errorText.contains("error"), "\(finished.errorText)")
        return finished
    }

    private func start(_ server: Server, _ graph: String, until words: String) async throws -> Child {
        let child = try scratch.start(server.run(graph, ["-v"]), environment: Server.keyEnvironment)
        try await eventually("'\(words)' never came") { child.errorText.contains(words) || !child.isRunning }
        return child
    }

    @Test(arguments: signals)
    func `while the service has not answered yet`(signal: (number: Int32, status: Int32)) async throws {
        let server = try await scratch.serve([], ["--delay", "3600"])
        let child = try await start(server, Project.pipeline("tts-to-wav.yaml"), until: "request sent")
        let finished = await stop(child, signal)
        #expect(finished.errorText.contains("speech.wav is "), "\(finished.errorText)")
    }

    @Test(arguments: signals)
    func `while the pipeline waits for enough to begin with`(signal: (number: Int32, status: Int32)) async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 2), ["--hold", "40"])
        let child = try await start(server, Project.pipeline("tts-to-speaker.yaml"), until: "first byte")
        _ = await stop(child, signal)
    }

    @Test(arguments: signals)
    func `in mid-stream leaves a WAV file that is in order, with what came until then`(
        signal: (number: Int32, status: Int32)
    ) async throws {
        let body = noise(2_000_000)
        let server = try await scratch.serve(body, ["--type", "audio/pcm", "--pace", "100000"])
        let child = try await start(server, Project.pipeline("tts-to-wav.yaml"), until: "first audio")
        try await eventually("nothing is written") {
            try scratch.bytes("speech.wav").count > 20_000 || !child.isRunning
        }
        let finished = await stop(child, signal)
        let wave = try WAVFile(scratch.bytes("speech.wav"))
        #expect(wave.isWhole)
        #expect(!wave.data.isEmpty && body.starts(with: wave.data))
        let size = try scratch.bytes("speech.wav").count
        #expect(finished.lines.last == "  speech.wav is partial: it holds the first \(size) bytes", "\(finished.lines)")
        #expect(abs(try await scratch.probe("speech.wav").length - Double(wave.data.count) / 48000) < 0.01)
    }

    @Test(arguments: signals)
    func `in mid-stream leaves an Ogg file with its last page`(signal: (number: Int32, status: Int32)) async throws {
        let server = try await scratch.serve(noise(2_000_000), ["--type", "audio/pcm", "--pace", "100000"])
        let child = try await start(server, Project.pipeline("tts-to-opus.yaml"), until: "first audio")
        try await eventually("nothing is written") {
            try scratch.bytes("speech.opus").count > 5_000 || !child.isRunning
        }
        let finished = await stop(child, signal)
        let bytes = try scratch.bytes("speech.opus")
        #expect(
            finished.lines.last == "  speech.opus is partial: it holds the first \(bytes.count) bytes",
            "\(finished.lines)")
        let page = try #require(bytes.indices.last { bytes[$0...].starts(with: Array("OggS".utf8)) })
        #expect(bytes[page + 5] & 4 != 0, "the last page does not say that it is the last")
        let probe = try await scratch.probe("speech.opus")
        #expect(probe.codec == "opus")
        #expect(abs(try await scratch.decode("speech.opus").length - probe.length) < 0.05)
    }

    @Test(arguments: signals)
    func `of what plays and writes at once`(signal: (number: Int32, status: Int32)) async throws {
        let body = try await scratch.mp3(seconds: 60)
        let server = try await scratch.serve(body, ["--pace", "8000"])
        let child = try await start(server, Project.pipeline("tts-to-speaker-and-file.yaml"), until: "first audio")
        try await eventually("nothing is written") { try scratch.bytes("speech.mp3").count > 4_000 || !child.isRunning }
        let finished = await stop(child, signal)
        let written = try scratch.bytes("speech.mp3")
        #expect(!written.isEmpty && body.starts(with: written))
        #expect(finished.errorText.contains("speech.mp3 is partial: it holds the first \(written.count) bytes"))
    }

    @Test(arguments: signals)
    func `when all has been received and is still being played`(signal: (number: Int32, status: Int32)) async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 30))
        let child = try await start(server, Project.pipeline("tts-to-speaker-and-file.yaml"), until: "all received")
        _ = await stop(child, signal)
    }

    @Test(arguments: signals)
    func `while it waits to try again`(signal: (number: Int32, status: Int32)) async throws {
        let server = try await scratch.serve([], ["--status", "429", "--header", "Retry-After:30"])
        let child = try await start(server, Project.pipeline("tts-to-wav.yaml"), until: "trying again")
        _ = await stop(child, signal)
    }

    @Test(arguments: signals)
    func `that comes twice is over at once`(signal: (number: Int32, status: Int32)) async throws {
        let server = try await scratch.serve(noise(2_000_000), ["--type", "audio/pcm", "--pace", "100000"])
        let child = try await start(server, Project.pipeline("tts-to-wav.yaml"), until: "first audio")
        child.signal(signal.number)
        _ = await stop(child, signal)
    }

    @Test func `of the simulator ends it in order`() async throws {
        let child = try scratch.start(["simulate", "--port", "0"])
        try await eventually("the simulator did not start") { child.outputText.contains("http://127.0.0.1:") }
        child.signal(SIGTERM)
        #expect(await child.finish().status == 0)
    }

    /// From before there is a process to speak of until the middle of the stream.
    @Test(arguments: 0..<30)
    func `at any moment ends the run, and no file is left in disorder`(step: Int) async throws {
        let server = try await scratch.serve(noise(2_000_000), ["--type", "audio/pcm", "--pace", "100000"])
        let child = try scratch.start(
            server.run(Project.pipeline("tts-to-wav.yaml")), environment: Server.keyEnvironment)
        try await Task.sleep(for: .milliseconds(step * step))
        let finished = await stop(child, Self.signals[step % 2])
        guard scratch.exists("speech.wav"), case let bytes = try scratch.bytes("speech.wav"), !bytes.isEmpty else {
            return
        }
        let wave = try WAVFile(bytes)
        // Of a stream that ends without a sample GStreamer 1.22's wavenc writes the header that it begins with.
        #expect(wave.isWhole || wave.data.isEmpty, "\(finished.errorText)")
        #expect(!finished.errorText.contains("not finalised"), "\(finished.errorText)")
    }
}
