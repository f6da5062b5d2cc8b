import ElevenLabs
import GLib
import GStreamer
import HTTP
import Synchronization
import Testing

@testable import ElevenLabsElements

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Elements that share the few requests that the service allows at once.
@Suite(.serialized, .timeLimit(.minutes(3))) struct GateTests {
    private static let format = "output-format=pcm_16000"

    /// What stands in memory and what goes to the disk besides.
    private static let lengths = [6 << 20, 14 << 20]

    /// Bytes that tell two texts apart at every place.
    private static func speech(_ text: String, _ length: Int) -> [UInt8] {
        var state = UInt64(text.utf8.reduce(7) { $0 &* 31 &+ Int($1) })
        return (0..<length / 8).flatMap { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return withUnsafeBytes(of: state) { Array($0) }
        }
    }

    /// A service that speaks a text in many bytes, and says that it takes one request at once.
    private static func server(_ texts: [String], _ length: Int) async throws -> SpeechServer {
        let speeches = Dictionary(uniqueKeysWithValues: texts.map { ($0, speech($0, length)) })
        return try await SpeechServer { request, _ in
            let body = String(decoding: request.body.array, as: UTF8.self)
            let text = texts.first { body.contains($0) } ?? ""
            return SpeechServer.Answer(
                headers: [("content-type", "audio/pcm"), ("maximum-concurrent-requests", "1")],
                body: speeches[text] ?? [], chunkSize: 65536)
        }
    }

    private func gate(_ server: SpeechServer) throws -> RequestGate {
        let gate = RequestGate.shared(for: Secret("made-up"), at: try server.engine.baseURL)
        gate.note(limit: 1, of: "")
        return gate
    }

    private func source(_ text: String) -> String { "elevenlabstts voice-id=abc text=\(text) \(Self.format)" }

    @Test(arguments: [["anna", "berta"], ["berta", "anna"]], lengths)
    func whatIsPlayedLastMayBeAskedForFirst(played: [String], length: Int) async throws {
        let server = try await Self.server(played, length)
        let gate = try gate(server)
        // Who is asked for first is up to the order in which GStreamer starts the sources: so both are tried.
        let run = try await TestPipeline.run(
            """
            concat name=c ! fakesink name=sink sync=false \(source("anna")) name=anna \(source("berta")) name=berta
            \(played[0]). ! queue ! c. \(played[1]). ! queue ! c.
            """, engine: server.engine, limit: .seconds(120))
        #expect(run.error == nil)
        let isWhole = run.arrived().bytes == played.flatMap { Self.speech($0, length) }
        #expect(isWhole)
        #expect(server.requests.count == 2)
        // On a busy machine one may be over before the other begins.
        let waits = run.fields(of: StreamMessage.queued).count
        #expect(waits <= 1 && run.fields(of: StreamMessage.dequeued).count == waits)
        #expect(gate.count == (0, 0))
        await server.stop()
    }

    @Test func aMixerThatNeedsBothGetsBoth() async throws {
        let length = 6 << 20
        let server = try await Self.server(["anna", "berta"], length)
        let gate = try gate(server)
        let run = try await TestPipeline.run(
            """
            audiomixer name=m ! fakesink name=sink sync=false
            \(source("anna")) ! queue ! m. \(source("berta")) ! queue ! m.
            """, engine: server.engine, limit: .seconds(120))
        #expect(run.error == nil)
        #expect(run.arrived().bytes.count == length)
        #expect(gate.count == (0, 0))
        await server.stop()
    }

    @Test func aPausedPipelineKeepsItsPlaceOnlyUntilSomebodyWantsIt() async throws {
        let length = 12 << 20
        let server = try await Self.server(["anna", "berta"], length)
        let gate = try gate(server)
        let paused = try TestPipeline("\(source("anna")) ! fakesink name=sink", engine: server.engine)
        await paused.set(.paused)
        try await paused.wait { _ in gate.count.running == 1 }
        try await Task.sleep(for: .milliseconds(300))
        // Nobody waits: it is read no further than the pipeline takes it.
        #expect(gate.count == (1, 0))
        let other = try await TestPipeline.run(
            "\(source("berta")) ! fakesink name=sink sync=false", engine: server.engine, limit: .seconds(60))
        let isBertas = other.arrived().bytes == Self.speech("berta", length)
        #expect(isBertas)
        await paused.set(.playing)
        try await paused.wait(.seconds(60)) { $0.isOver }
        await paused.stop()
        let isAnnas = paused.arrived().bytes == Self.speech("anna", length)
        #expect(isAnnas && paused.error == nil)
        #expect(gate.count == (0, 0))
        await server.stop()
    }

    @Test func aFilterBehindASourceOfOursHasItsTurnAfterIt() async throws {
        let server = try await SpeechServer { request, _ in
            let isSpeech = request.rawPath.contains("text-to-speech")
            return SpeechServer.Answer(
                headers: [("content-type", "audio/pcm"), ("maximum-concurrent-requests", "1")],
                body: isSpeech ? Self.speech("anna", 4 << 20) : request.uploadedAudio, chunkSize: 65536)
        }
        let gate = try gate(server)
        let run = try await TestPipeline.run(
            "\(source("anna")) ! elevenlabsvoicechanger voice-id=abc \(Self.format) ! fakesink name=sink sync=false",
            engine: server.engine, limit: .seconds(60))
        #expect(run.error == nil)
        let isWhole = run.arrived().bytes == Self.speech("anna", 4 << 20)
        #expect(isWhole)
        #expect(gate.count == (0, 0))
        await server.stop()
    }

    @Test func piecesOfAnInputWaitForEachOther() async throws {
        let server = try await SpeechServer { request, _ in
            SpeechServer.Answer(
                headers: [("content-type", "audio/pcm"), ("maximum-concurrent-requests", "1")],
                body: request.uploadedAudio, chunkSize: 65536)
        }
        let gate = try gate(server)
        let run = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=720 samplesperbuffer=16000 freq=330 ! audio/x-raw,format=S16LE,rate=16000,channels=1 \
            ! elevenlabsvoicechanger voice-id=abc \(Self.format) ! fakesink name=sink sync=false
            """, engine: server.engine, limit: .seconds(120))
        #expect(run.error == nil)
        #expect(run.arrived().bytes.count == 720 * 32000)
        #expect(server.requests.count == 3)
        #expect(run.fields(of: StreamMessage.queued).allSatisfy { $0["piece"]?.integer.map { $0 > 1 } == true })
        #expect(gate.count == (0, 0))
        await server.stop()
    }

    /// What holds a request up when its pipeline is stopped.
    enum Hold: String, CaseIterable, Sendable { case connection, head, body, backpressure, retry }

    @Test(arguments: Hold.allCases, 0..<5)
    func aPipelineThatIsStoppedKeepsNoPlaceAndNoneInTheLine(hold: Hold, round: Int) async throws {
        let server = try await SpeechServer { _, _ in
            switch hold {
            case .head: try? await Task.sleep(for: .seconds(60))
            case .retry: return SpeechServer.Answer(status: 503, headers: [("retry-after", "30")])
            default: break
            }
            return SpeechServer.Answer(
                headers: [("content-type", "audio/pcm")], body: [UInt8](repeating: 1, count: 8 << 20),
                chunkSize: 4096, pause: hold == .body ? .milliseconds(20) : .zero)
        }
        let listener = try SilentListener()
        let baseURL =
            hold == .connection ? try BaseURL("https://127.0.0.1:\(listener.port)") : try server.engine.baseURL
        let key = Secret("made-up \(round)")
        let engine = StreamEngine(client: .shared, baseURL: baseURL) { key }
        let gate = RequestGate.shared(for: key, at: baseURL)
        gate.note(limit: 1, of: "")
        let holder = try TestPipeline("\(source("anna")) ! fakesink name=sink sync=true", engine: engine)
        await holder.set(.playing)
        try await holder.wait { !$0.fields(of: StreamMessage.request).isEmpty }
        if hold == .retry { try await holder.wait { !$0.fields(of: StreamMessage.retry).isEmpty } }
        try await Task.sleep(for: .milliseconds(round * 20))
        // It gives its place back while it waits for its second attempt.
        let waiter = try TestPipeline("\(source("berta")) ! fakesink name=sink", engine: engine)
        if hold == .connection || hold == .head || hold == .body {
            await waiter.set(.playing)
            try await waiter.wait { !$0.fields(of: StreamMessage.queued).isEmpty }
            #expect(gate.count == (1, 1))
            await waiter.set(.null)
            try await waiter.wait { _ in gate.count == (1, 0) }
        }
        await holder.stop()
        try await holder.wait { _ in gate.count == (0, 0) }
        await waiter.stop()
        await server.stop()
        withExtendedLifetime(listener) {}
    }

    @Test func whatIsRefusedForWantOfAPlaceWaitsForOneOfOursWhateverItsRetries() async throws {
        // One at a time, and the service says so only by refusing; no retry but one is allowed.
        let busy = Mutex(false)
        let server = try await SpeechServer { request, _ in
            let isFree = busy.withLock { busy in
                defer { busy = true }
                return !busy
            }
            guard isFree else {
                return SpeechServer.Answer(
                    status: 429, headers: [("content-type", "application/json")],
                    body: Array(#"{"detail": {"status": "too_many_concurrent_requests", "message": "no"}}"#.utf8))
            }
            // The answer is ready when the next may come.
            try? await Task.sleep(for: .milliseconds(150))
            busy.withLock { $0 = false }
            return SpeechServer.Answer(headers: [("content-type", "audio/pcm")], body: [1, 2, 3, 4])
        }
        let engine = try server.engine
        let runs = try await withThrowingTaskGroup(of: TestPipeline.self) { group in
            for number in 0..<6 {
                let line = "\(source("n\(number)")) retries=1 ! fakesink name=sink"
                group.addTask { try await TestPipeline.run(line, engine: engine, limit: .seconds(60)) }
            }
            return try await group.reduce(into: [TestPipeline]()) { $0.append($1) }
        }
        #expect(runs.allSatisfy { $0.error == nil && $0.arrived().bytes == [1, 2, 3, 4] })
        let retries = runs.flatMap { $0.fields(of: StreamMessage.retry) }
        #expect(!retries.isEmpty)
        #expect(retries.allSatisfy { $0["reason"]?.string?.contains("too_many_concurrent_requests") == true })
        await server.stop()
    }

    @Test func aRunsRetriesAreCountedTogetherAndTheErrorSaysSo() async throws {
        let server = try await SpeechServer([.init(status: 503, body: Array("later".utf8))])
        let engine = try server.engine.with(RetryBudget(3))
        let run = try await TestPipeline.run("\(source("anna")) retries=20 ! fakesink name=sink", engine: engine)
        #expect(server.requests.count == 4)
        #expect(run.fields(of: StreamMessage.retry).count == 3)
        let message = try #require(run.error?.message)
        #expect(message.contains("tried 4 times") && message.contains("all 3 retries of the run"), "\(message)")
        await server.stop()
    }
}

/// A socket that is connected to and never says a word, so that a TLS handshake does not end.
private final class SilentListener: Sendable {
    private let descriptor: Int32
    let port: Int

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutableBytes(of: &address) { bytes in
            listen(descriptor, 16)
                + getsockname(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        try #require(result == 0)
    }

    deinit { close(descriptor) }
}
