import ElevenLabs
import GLib
import GStreamer
import HTTP
import Synchronization
import Testing

@testable import ElevenLabsElements

/// Long inputs, which go to the service in pieces.
@Suite(.serialized) struct PieceTests {
    private let changer = "elevenlabsvoicechanger voice-id=abc output-format=pcm_16000"
    private let twelveMinutes = """
        audiotestsrc num-buffers=720 samplesperbuffer=16000 freq=330 ! audio/x-raw,format=S16LE,rate=16000,channels=1
        """

    /// An echo that counts how many requests it works on at once.
    private final class BusyEcho: Sendable {
        let busy = Mutex((now: 0, most: 0))

        func answer(_ request: HTTPServerRequest, after delay: Duration) async -> SpeechServer.Answer {
            busy.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            defer { busy.withLock { $0.now -= 1 } }
            try? await Task.sleep(for: delay)
            return SpeechServer.Answer(body: request.uploadedAudio, chunkSize: 65536)
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    /// Whether what was sent, in the order of the cuts, is what came back. Two requests under way at once may reach the server in
    /// either order.
    private func sameSamples(_ run: TestPipeline, _ requests: [HTTPServerRequest]) -> Bool {
        let places = run.fields(of: StreamMessage.cut).map { Int(($0["at"]?.double ?? 0) * 16000 + 0.5) * 2 }
        let bytes = run.arrived().bytes
        return zip([0] + places, places + [bytes.count]).allSatisfy { start, end in
            requests.contains { $0.uploadedAudio == Array(bytes[start..<max(start, end)]) }
        }
    }

    /// The last of the three pieces that twelve minutes make is the shortest.
    private static func isThird(_ request: HTTPServerRequest) -> Bool { request.uploadedAudio.count < 200 * 32000 }

    @Test func twelveMinutesComeBackInOneStream() async throws {
        let echo = BusyEcho()
        let server = try await SpeechServer { request, _ in await echo.answer(request, after: .milliseconds(50)) }
        let run = try await TestPipeline.run(
            "\(twelveMinutes) ! \(changer) ! fakesink name=sink", engine: server.engine)
        #expect(run.error == nil)
        let requests = server.requests
        #expect(requests.count == 3)
        #expect(requests.allSatisfy { $0.uploadedAudio.count <= 300 * 32000 })
        #expect(run.arrived().bytes.count == 720 * 32000)
        let isTheSame = sameSamples(run, requests)
        #expect(isTheSame)
        #expect(echo.busy.withLock(\.most) <= 2)

        let cuts = run.fields(of: StreamMessage.cut)
        #expect(cuts.map { $0["piece"]?.integer } == [1, 2])
        #expect(cuts.allSatisfy { $0["reason"] == .string("limit") })
        let place = try #require(cuts.first?["at"]?.double)
        #expect(place > 269 && place <= 300)
        #expect(requests.contains { $0.uploadedAudio.count == Int((place * 16000).rounded()) * 2 })
        for name in [StreamMessage.request, StreamMessage.response, StreamMessage.firstByte, StreamMessage.end] {
            #expect(run.fields(of: name).compactMap { $0["piece"]?.integer }.sorted() == [1, 2, 3], "\(name)")
        }
        #expect(run.fields(of: StreamMessage.end).map { $0["piece"]?.integer } == [1, 2, 3])
        // One time line, without a gap.
        let arrived = run.arrived()
        for index in 1..<arrived.starts.count {
            guard let before = arrived.starts[index - 1], let duration = arrived.durations[index - 1] else { continue }
            #expect(arrived.starts[index] == before + duration)
        }
        await server.stop()
    }

    @Test func answersComeInOrderWhateverTheirPace() async throws {
        let server = try await SpeechServer { request, number in
            try? await Task.sleep(for: .milliseconds(number == 1 ? 500 : 0))
            return SpeechServer.Answer(body: request.uploadedAudio, chunkSize: 65536)
        }
        let run = try await TestPipeline.run(
            "\(twelveMinutes) ! \(changer) ! fakesink name=sink", engine: server.engine)
        #expect(run.error == nil)
        #expect(server.requests.count == 3)
        let isTheSame = sameSamples(run, server.requests)
        #expect(isTheSame)
        await server.stop()
    }

    @Test func aPieceThatIsRefusedForAMomentIsSentAgain() async throws {
        let thirds = Counter()
        let server = try await SpeechServer { request, _ in
            if Self.isThird(request), thirds.next() == 1 { return SpeechServer.Answer(status: 503) }
            return SpeechServer.Answer(body: request.uploadedAudio, chunkSize: 65536)
        }
        let run = try await TestPipeline.run(
            "\(twelveMinutes) ! \(changer) ! fakesink name=sink", engine: server.engine)
        #expect(run.error == nil)
        #expect(run.arrived().bytes.count == 720 * 32000)
        #expect(run.fields(of: StreamMessage.retry).map { $0["piece"]?.integer } == [3])
        await server.stop()
    }

    @Test func anAnswerThatIsLostWhileItWaitsIsAskedForAgain() async throws {
        let seconds = Counter()
        let server = try await SpeechServer { request, _ in
            let isSecond = request.uploadedAudio.count < 200 * 32000
            guard isSecond, seconds.next() == 1 else {
                return SpeechServer.Answer(
                    body: request.uploadedAudio, chunkSize: 1 << 20, pause: .milliseconds(isSecond ? 0 : 200))
            }
            return SpeechServer.Answer(
                body: Array(request.uploadedAudio.prefix(1_000_000)), chunkSize: 65536, abort: .reset)
        }
        let run = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=420 samplesperbuffer=16000 freq=330 ! audio/x-raw,format=S16LE,rate=16000,channels=1 \
            ! \(changer) ! fakesink name=sink
            """, engine: server.engine)
        #expect(run.error == nil)
        #expect(run.arrived().bytes.count == 420 * 32000)
        #expect(run.fields(of: StreamMessage.retry).map { $0["piece"]?.integer } == [2])
        await server.stop()
    }

    @Test func aPieceThatFailsIsNamedAndWhatWasBeforeItIsHeard() async throws {
        let server = try await SpeechServer { request, _ in
            if Self.isThird(request) { return SpeechServer.Answer(status: 401) }
            return SpeechServer.Answer(body: request.uploadedAudio, chunkSize: 65536)
        }
        let pipeline = try TestPipeline(
            "\(twelveMinutes) ! \(changer) ! fakesink name=sink", engine: server.engine)
        await pipeline.set(.playing)
        try await pipeline.wait { $0.error != nil }
        #expect(pipeline.error?.message.hasPrefix("piece 3: ") == true, "\(pipeline.error?.message ?? "")")
        #expect(StreamFailure.Category(rawValue: pipeline.error?.code ?? 0) == .refused)
        let before = server.requests.filter { !Self.isThird($0) }.map(\.uploadedAudio.count).reduce(0, +)
        // All but what is kept back for the join.
        try await pipeline.wait { $0.arrived().bytes.count > before - 400 }
        await pipeline.stop()
        await server.stop()
    }

    @Test func aLiveInputIsAnsweredInItsPausesWhileItGoesOn() async throws {
        let server = try await echoServer()
        // A second of tone, a second of silence, and so on, for eight seconds at the clock's pace.
        let pipeline = try TestPipeline(
            """
            audiotestsrc is-live=true num-buffers=80 samplesperbuffer=1600 wave=ticks sine-periods-per-tick=400 freq=400 \
            tick-interval=2000000000 ! audio/x-raw,format=S16LE,rate=16000,channels=1 \
            ! \(changer) split=silence split-minimum=1 split-pause=0.3 ! fakesink name=sink
            """, engine: server.engine)
        let result = await pipeline.set(.playing)
        #expect(result != .failure)
        let begun = MonotonicTime.now
        try await pipeline.wait { $0.isOver }
        #expect(pipeline.error == nil)
        let requests = server.requests
        #expect(requests.count == 4 || requests.count == 5, "\(requests.count)")
        let first = try #require(pipeline.arrived().first)
        #expect(first - begun < .seconds(3), "\(first - begun)")
        #expect(pipeline.fields(of: StreamMessage.cut).allSatisfy { $0["reason"] == .string("silence") })
        let sent = requests.map(\.uploadedAudio.count).reduce(0, +)
        #expect(sent == 8 * 32000)
        let isTheSame = sameSamples(pipeline, requests)
        #expect(isTheSame)
        // Each answer is due after it came, and none before the one before is over.
        let arrived = pipeline.arrived()
        for index in 1..<arrived.starts.count {
            guard let start = arrived.starts[index], let before = arrived.starts[index - 1],
                let duration = arrived.durations[index - 1]
            else { continue }
            #expect(start >= before + duration)
        }
        await pipeline.stop()
        await server.stop()
    }

    @Test func whatCannotBeJoinedIsNotCut() async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run(
            "\(twelveMinutes) ! elevenlabsvoicechanger voice-id=abc output-format=opus_48000_64 ! fakesink name=sink",
            engine: server.engine)
        #expect(
            run.error?.message
                == "the input is 12 min long, but the service takes 5 min at most; set 'output-format' to mp3 or pcm, then it "
                + "goes in pieces (answers in opus_48000_64 cannot be joined)", "\(run.error?.message ?? "")")
        #expect(server.requests.isEmpty)
        await server.stop()
    }

    @Test(arguments: [22050, 44100, 48000])
    func isolatedPiecesAreJoinedWhateverTheirRate(rate: Int) async throws {
        // An hour and ten minutes, answered with 20 s and what is left of it with 10 s: the second piece is far shorter.
        let tone = "samplesperbuffer=\(rate / 10) ! audio/x-raw,rate=\(rate),channels=1"
        let long = try await LiveTests.mp3("audiotestsrc num-buffers=200 \(tone)")
        let short = try await LiveTests.mp3("audiotestsrc num-buffers=100 \(tone)")
        let server = try await SpeechServer { request, _ in
            SpeechServer.Answer(
                body: request.uploadedAudio.count > 60_000_000 ? long : short, chunkSize: 4001)
        }
        let run = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=4200 samplesperbuffer=8000 wave=silence \
            ! audio/x-raw,format=S16LE,rate=8000,channels=1 ! elevenlabsisolation ! decodebin \
            ! audioconvert ! audioresample ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! fakesink name=sink
            """, engine: server.engine)
        #expect(run.error == nil)
        #expect(server.requests.count == 2)
        let seconds = Double(run.arrived().samples.count) / 16000
        #expect(abs(seconds - 30) < 0.2, "\(seconds)")
        await server.stop()
    }
}
