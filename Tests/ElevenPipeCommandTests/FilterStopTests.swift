import Foundation
import Testing

/// Ctrl-C at any moment of a graph with filters.
@Suite(.inTurns) struct `A stop of filters` {
    /// Promised is one second; more than this is wrong on any machine.
    private static let limit = Duration.seconds(3)

    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// What the filters are at.
    enum Phase: String, CaseIterable { case collecting, uploading, waiting, answering }

    /// A service that keeps a request in a phase. - Returns: its URL.
    private func service(for phase: Phase) async throws -> String {
        switch phase {
        case .collecting: return try await scratch.serve([]).url
        case .uploading: return "http://127.0.0.1:\(try DeafServer(in: scratch).port)"
        case .waiting: return try await scratch.serve([], ["--delay", "3600"]).url
        case .answering:
            return try await scratch.serve(noise(2_000_000), ["--type", "audio/pcm", "--pace", "64000"]).url
        }
    }

    private func start(_ phase: Phase) async throws -> Child {
        let isLive = phase == .collecting
        // Longer than what sockets keep, where the upload is to hang.
        let graph = try scratch.graph(
            """
            a: [audiotestsrc: {is-live: \(isLive), num-buffers: 280, samplesperbuffer: 16000}, "audio/x-raw,rate=16000,channels=1"]
            b: [from: a, elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL, output-format: pcm_16000}]
            wave: [from: b, wavenc, filesink: {location: changed.wav}]
            clean: [from: b, elevenlabsisolation, filesink: {location: clean.mp3}]
            """)
        return try scratch.start(
            ["run", graph, "--base-url", try await service(for: phase), "-v"], environment: Server.keyEnvironment)
    }

    private func stop(_ child: Child) async -> Child.Finished {
        let stopped = ContinuousClock.now
        child.signal(SIGINT)
        let finished = await child.finish()
        #expect(ContinuousClock.now - stopped < Self.limit)
        #expect(finished.status == 130, "\(finished.errorText)")
        #expect(
            !finished.errorText.contains("error") && !finished.errorText.contains("CRITICAL"), "\(finished.errorText)")
        return finished
    }

    @Test(arguments: Phase.allCases, 0..<5)
    func `at any moment ends the run, and both files are named for what they are`(phase: Phase, step: Int) async throws
    {
        let child = try await start(phase)
        let words = phase == .collecting ? "started" : phase == .answering ? "first byte" : "request sent"
        try await eventually("'\(words)' never came: \(child.errorText)") {
            child.errorText.contains(words) || !child.isRunning
        }
        try await Task.sleep(for: .milliseconds(step * step * 20))
        let finished = await stop(child)
        for file in ["changed.wav", "clean.mp3"] {
            #expect(finished.lines.contains { $0.contains(file + " is ") }, "\(finished.errorText)")
        }
        if phase == .answering, step > 2 {
            let bytes = try scratch.bytes("changed.wav")
            // Nothing is written before all files have begun, and the other one needs the whole answer for that.
            let wave = try WAVFile(bytes)
            #expect(wave.isWhole || wave.data.isEmpty)
            #expect(finished.errorText.contains("changed.wav is partial: it holds the first \(bytes.count) bytes"))
        }
    }

    @Test(arguments: 0..<10)
    func `from its first moment on ends the run`(step: Int) async throws {
        let child = try await start(Phase.allCases[step % 4])
        try await Task.sleep(for: .milliseconds(step * step * 4))
        _ = await stop(child)
    }
}

/// A service that takes connections and reads nothing.
private struct DeafServer {
    let port: Int

    init(in scratch: Scratch) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = try FreePort.take(descriptor)
        try #require(listen(descriptor, 16) == 0)
        scratch.atEnd { close(descriptor) }
    }
}
