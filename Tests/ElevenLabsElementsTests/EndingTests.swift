import ElevenLabs
import GLib
import GStreamer
import HTTP
import TestServers
import Testing

@testable import ElevenLabsElements

/// How an answer ends, and what an element makes of it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EndingTests {
    /// One way to end an answer's body.
    struct Ending: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var head = "Transfer-Encoding: chunked\r\n"
        /// Whether the body has its end, by HTTP.
        let isEnded: Bool
        let last: [FaultServer.Step]
        /// What the failure says; nil where the answer is whole.
        let words: String?

        static let all = [
            Ending(testDescription: "whole", isEnded: true, last: [], words: nil),
            Ending(testDescription: "whole, then FIN", isEnded: true, last: [.close], words: nil),
            Ending(testDescription: "FIN between chunks", isEnded: false, last: [.close], words: "before it was whole"),
            Ending(
                testDescription: "polite end between chunks", isEnded: false, last: [.closeNicely],
                words: "before it was whole"),
            Ending(
                testDescription: "FIN inside a chunk", isEnded: false, last: [.send("40\r\nab"), .close],
                words: "before it was whole"),
            Ending(
                testDescription: "reset", isEnded: false, last: [.sleep(.milliseconds(100)), .reset], words: "was lost"),
            Ending(
                testDescription: "announced close", head: "Transfer-Encoding: chunked\r\nConnection: close\r\n",
                isEnded: false, last: [.close], words: "does not say where it ends"),
        ]
    }

    enum Filter: String, Sendable, CaseIterable {
        case speech = "elevenlabstts text=Hello voice-id=abc"
        case changer = "audiotestsrc num-buffers=10 ! elevenlabsvoicechanger voice-id=abc"
        case isolation = "audiotestsrc num-buffers=10 ! elevenlabsisolation"
    }

    @Test(arguments: FaultServer.Transport.allCases, Ending.all)
    func isSeenOverPlainConnectionsAndTLS(transport: FaultServer.Transport, ending: Ending) async throws {
        let body = OutputFormat.standard.silence(seconds: 1)
        let server = try FaultServer(transport) { _, _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\(ending.head)\r\n"),
                .send(String(body.count, radix: 16) + "\r\n"), .sendBytes(body),
                .send(ending.isEnded ? "\r\n0\r\n\r\n" : "\r\n"),
            ] + ending.last
        }
        defer { server.stop() }
        let client = HTTPClient(
            userAgent: "tests", certificateAuthorities: try TestCertificate.shared.get().certificateFile)
        let engine = StreamEngine(client: client, baseURL: try BaseURL(server.url)) { Secret("made-up") }
        for filter in Filter.allCases {
            let run = try TestPipeline("\(filter.rawValue) ! fakesink name=sink", engine: engine)
            await run.set(.playing)
            // The last of the audio may still be on its way to the sink when the error is told.
            try await run.wait { $0.isOver && $0.arrived().bytes.count >= body.count }
            await run.stop()
            if let words = ending.words {
                let error = try #require(run.error, "\(filter)")
                #expect(StreamFailure.Category(rawValue: error.code) == .incomplete)
                #expect(error.message.contains(words), "\(error.message)")
            } else {
                #expect(run.error == nil, "\(filter)")
            }
            let isAllThere = run.arrived().bytes.starts(with: body)
            #expect(isAllThere, "\(filter): \(run.arrived().bytes.count) of \(body.count) bytes")
        }
        #expect(server.log.requests.count == Filter.allCases.count)
    }

    @Test(arguments: Filter.allCases)
    func bytesThatAreNoAudioAreNeverHandedOn(filter: Filter) async throws {
        let server = try await SpeechServer([.init(body: (0..<30_000).map { UInt8($0 % 61) })])
        let run = try await TestPipeline.run("\(filter.rawValue) ! fakesink name=sink", engine: server.engine)
        let error = try #require(run.error)
        #expect(StreamFailure.Category(rawValue: error.code) == .incomplete)
        #expect(error.message.contains("not in the format mp3") && error.message.contains("abcdefghij0123456789"))
        #expect(run.arrived().bytes.isEmpty)
        #expect(server.requests.count == 1)
        await server.stop()
    }

    @Test(arguments: [
        (0.5, "plays 0.5 s only, and a text of 200 characters should take longer than 1.3 s"), (1.5, nil),
    ])
    func anAnswerFarTooShortForItsTextIsWarnedOf(seconds: Double, words: String?) async throws {
        let server = try await SpeechServer([.init(body: OutputFormat.standard.silence(seconds: seconds))])
        let text = String(repeating: "word ", count: 40)
        let run = try await TestPipeline.run(
            "elevenlabstts text=\"\(text)\" voice-id=abc ! fakesink name=sink", engine: server.engine)
        #expect(run.error == nil)
        expect(words, in: run)
        await server.stop()
    }

    @Test(arguments: [Filter.changer, .isolation], [(1.0, "plays 1.0 s only, and 4.0 s of audio"), (3.0, nil)])
    func anAnswerFarTooShortForItsUploadIsWarnedOf(filter: Filter, answer: (seconds: Double, words: String?))
        async throws
    {
        let server = try await SpeechServer([.init(body: OutputFormat.standard.silence(seconds: answer.seconds))])
        let source = filter.rawValue.replacing("num-buffers=10", with: "num-buffers=40 samplesperbuffer=4410")
        let raw = try await TestPipeline.run("\(source) ! fakesink name=sink", engine: server.engine)
        #expect(raw.error == nil)
        expect(answer.words, in: raw)
        // As a file, of which only its own frames tell how long it is.
        let encoder = "lamemp3enc target=bitrate cbr=true bitrate=64 ! elevenlabs"
        let encoded = try await TestPipeline.run(
            "\(source.replacing("elevenlabs", with: encoder)) ! fakesink name=sink", engine: server.engine)
        #expect(encoded.error == nil)
        expect(answer.words.map { $0.prefix { $0 != "," }.description }, in: encoded)
        await server.stop()
    }

    private func expect(_ words: String?, in run: TestPipeline) {
        let warnings = run.messages.compactMap { if case .warning(let report) = $0 { report.message } else { nil } }
        #expect(warnings.count == (words == nil ? 0 : 1), "\(warnings)")
        if let words { #expect(warnings.first?.contains(words) == true, "\(warnings)") }
    }

    @Test func aCutIsToldWhenWhatCameBeforeItHasBeenPlayed() async throws {
        let body = [UInt8](repeating: 0, count: 192_000)
        let server = try await SpeechServer([
            .init(headers: [("Content-Type", "audio/pcm")], body: body, abort: .atChunkBoundary)
        ])
        let run = try TestPipeline(
            "elevenlabstts text=Hello voice-id=abc output-format=pcm_48000 name=speech ! fakesink name=sink sync=true",
            engine: server.engine)
        let started = MonotonicTime.now
        await run.set(.playing)
        let speech = try #require(run.pipeline.child(named: "speech")?.implementation as? TextToSpeechElement)
        // Nobody may wait for more meanwhile.
        try await run.wait { _ in speech.supply.isEnded }
        #expect(!run.isOver)
        try await run.wait { $0.error != nil }
        // Two seconds; the last buffer, which is far shorter, leaves when those before it have been played.
        #expect(MonotonicTime.now - started > .milliseconds(500))
        #expect(run.arrived().bytes.count == body.count)
        await run.stop()
        await server.stop()
    }

    @Test func aStopDoesNotWaitForWhatIsStillToBePlayed() async throws {
        let server = try await SpeechServer([
            .init(headers: [("Content-Type", "audio/pcm")], body: [UInt8](repeating: 0, count: 320_000), abort: .reset)
        ])
        let run = try TestPipeline(
            "elevenlabstts text=Hello voice-id=abc output-format=pcm_16000 name=speech ! fakesink name=sink sync=true",
            engine: server.engine)
        await run.set(.playing)
        let speech = try #require(run.pipeline.child(named: "speech")?.implementation as? TextToSpeechElement)
        try await run.wait { _ in speech.supply.isEnded }
        let stopped = MonotonicTime.now
        await run.stop()
        #expect(MonotonicTime.now - stopped < .seconds(5))
        #expect(run.error == nil)
        await server.stop()
    }
}
