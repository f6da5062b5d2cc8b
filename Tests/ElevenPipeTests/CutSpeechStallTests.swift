import ElevenLabsSimulator
import Foundation
import GLib
import Testing

@testable import ElevenPipe

/// A speaker, while audio is held until its word has ended and the rest of a text is on its way.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["ELEVENPIPE_ALONE"] != nil,
        "they are held against the clock, so nothing may run beside them: ELEVENPIPE_ALONE=1 swift test --filter StallTests"
    ))
struct `A text that is gone on with while it plays` {
    private static let text = "The quick brown fox jumps over the lazy dog, again and again."

    enum Sink: String {
        /// As a device: what comes later than 300 ms is not heard.
        case speaker = "sync: true, max-lateness: 300000000"
        case file = "sync: false"
    }

    private struct Played {
        var bytes: [UInt8]
        var record: RunRecord
        var stalls: [PipelineSummary.Stall] { record.summary?.stalls ?? [] }
    }

    private func play(_ format: String, _ sink: Sink, delay: Duration, _ faults: [Fault]) async throws -> Played {
        var configuration = Simulator.Configuration()
        configuration.firstByteDelay = delay
        // Lines hold more than a second, so that a slower answer cannot begin at once and go on without a pause.
        configuration.pace = sink == .speaker ? 4 : nil
        configuration.faults = faults
        let simulator = Simulator(configuration)
        let port = try await simulator.start()
        let folder = try TemporaryFolder()
        let descriptor = open(folder.file("heard"), O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let steps = """
            \(format.hasPrefix("mp3") ? "decodebin" : "identity")
            audioconvert: {dithering: none}
            "audio/x-raw,format=S16LE"
            fdsink: {fd: \(descriptor), \(sink.rawValue)}
            """
        let graph = speech(steps, text: Self.text, properties: ", resume: word, output-format: \(format)")
        let record = await record(try makePipeline(graph, port: port))
        await simulator.stop()
        return Played(bytes: folder.contents(of: "heard") ?? [], record: record)
    }

    @Test(.timeLimit(.minutes(2)), arguments: [("pcm_24000", 110_000), ("mp3_44100_128", 35_000)])
    func `is heard whole, and with a pause only where the rest is late`(format: String, cut: Int) async throws {
        let whole = try await play(format, .file, delay: .zero, [])
        let smooth = try await play(format, .speaker, delay: .zero, [])
        #expect(smooth.stalls.isEmpty && smooth.record.error == nil, "\(smooth.stalls)")
        let isTheSame = smooth.bytes == whole.bytes
        #expect(isTheSame, "\(smooth.bytes.count) bytes of \(whole.bytes.count)")

        let fault = Fault(.cutAtByte(cut), requests: .only(1))
        let joined = try await play(format, .file, delay: .zero, [fault])
        let late = try await play(format, .speaker, delay: .seconds(3), [fault])
        #expect(late.record.summary?.requests.first?.resumptions == 1)
        #expect(late.stalls.count == 1 && late.stalls.allSatisfy { $0.length > .seconds(1) }, "\(late.stalls)")
        let isJoined = late.bytes == joined.bytes
        #expect(isJoined, "\(late.bytes.count) bytes of \(joined.bytes.count)")
    }
}
