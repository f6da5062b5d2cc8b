import CGStreamer
import ElevenLabsElements
import GLib
import GStreamer
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite(.serialized) struct SpoolQueueTests {
    init() throws { try ElevenLabsElements.register() }

    private static let noise = "audiotestsrc wave=pink-noise num-buffers=200 ! audio/x-raw,rate=48000,channels=2"

    @Test(
        arguments: [
            noise + ",format=S16LE", noise + ",format=F32LE,layout=non-interleaved",
            // Headers, tags, offsets; other caps in mid-stream; gaps; lists of buffers.
            "audiotestsrc num-buffers=200 ! flacenc ! taginject tags=\"title=one\"",
            """
            concat name=c audiotestsrc num-buffers=9 ! audio/x-raw,rate=8000,channels=1 ! c. \
            audiotestsrc num-buffers=9 ! audio/x-raw,rate=44100,channels=2 ! c. c.
            """,
            "audiotestsrc num-buffers=20 ! audio/x-raw,rate=8000 ! rtpL16pay buffer-list=true mtu=212",
            "fakesrc num-buffers=20 sizetype=empty",
            "fakesrc num-buffers=300 sizetype=random filltype=pattern-span datarate=1000 format=time do-timestamp=false",
        ], [0, 1000, 8 << 20])
    func whatComesOutIsWhatWentIn(source: String, memory: Int) async throws {
        // fakesrc's random sizes are others each time, so one run sees both sides.
        let name = "tee name=t allow-not-linked=false"
        let (both, events) = try await Witness.run(
            """
            \(source) ! \(name) t. ! testwitness name=before \
            t. ! spoolqueue max-memory=\(memory) ! testwitness name=after
            """)
        let (before, after) = (try #require(both["before"]), try #require(both["after"]))
        #expect(!events.contains { if case .error = $0 { true } else { false } })
        #expect(before.isEnded && after.isEnded && before.buffers > 8 && before.lines.count >= before.buffers + 3)
        let isSame = before == after
        #expect(isSame)
    }

    /// A branch that gives nothing until its end, and one in real time.
    private func besideABranchThatHolds(_ queue: String) async throws -> (prerolled: Bool, ended: Bool) {
        let pipeline = try Element.parse(
            launch: """
                audiotestsrc num-buffers=300 samplesperbuffer=480 ! audio/x-raw,rate=48000 ! tee name=t \
                t. ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 min-threshold-bytes=2000000000 ! fakesink \
                t. ! \(queue) ! fakesink sync=true
                """)
        let seen = Mutex((prerolled: false, ended: false))
        let bus = Bus(of: pipeline) { event in
            switch event {
            case .stateChanged(_, .paused, _): seen.withLock { $0.prerolled = true }
            case .endOfStream: seen.withLock { $0.ended = true }
            default: break
            }
        }
        await onThread { pipeline.setState(.playing) }
        for _ in 0..<150 where seen.withLock({ !$0.ended }) {
            // Three seconds of sound; a second and a half without a preroll will not bring one.
            try await Task.sleep(for: .milliseconds(100))
            if queue == "queue", seen.withLock({ !$0.prerolled }) { try await Task.sleep(for: .milliseconds(1500)) }
            if queue == "queue" { break }
        }
        await onThread { pipeline.setState(.null) }
        bus.close()
        return seen.withLock { $0 }
    }

    @Test func besideABranchThatHoldsEverythingAllPlaysToItsEnd() async throws {
        let plain = try await besideABranchThatHolds("queue")
        #expect(plain == (false, false))
        let spooling = try await besideABranchThatHolds("spoolqueue max-memory=4000")
        #expect(spooling == (true, true))
    }

    private static let answers: [(FlowReturn, Int)] = [
        (.endOfStream, 0), (.endOfStream, 5), (.error, 5), (.notNegotiated, 5), (.notLinked, 5),
    ]

    @Test(arguments: answers)
    func whatDownstreamAnswersReachesTheSource(answer: FlowReturn, after count: Int) async throws {
        // Without an end on the source's side: it can only stop for the answer.
        let (witnesses, events) = try await Witness.run(
            "audiotestsrc name=source ! spoolqueue max-memory=1000 ! testwitness name=end"
        ) { pipeline in
            let witness = pipeline.child(named: "end")?.implementation as? Witness
            witness?.account.withLock { account in
                account.limit = count
                account.answer = answer
            }
        }
        #expect(witnesses["end"]?.buffers == count)
        let error = events.compactMap { if case .error(let report) = $0 { report } else { nil } }.first
        if answer == .endOfStream {
            #expect(error == nil && witnesses["end"]?.isEnded == true)
        } else {
            #expect(error?.element == "source")
        }
    }

    @Test func anAnswerThatComesAfterTheEndIsAnErrorOfTheQueue() async throws {
        let (_, events) = try await Witness.run(
            "audiotestsrc num-buffers=50 ! spoolqueue name=queue ! identity sleep-time=5000 ! testwitness name=end"
        ) { pipeline in
            let witness = pipeline.child(named: "end")?.implementation as? Witness
            witness?.account.withLock { account in
                account.limit = 20
                account.answer = .notNegotiated
            }
        }
        let errors = events.compactMap { if case .error(let report) = $0 { report } else { nil } }
        #expect(errors.first?.element == "queue" && errors.first?.domain == "gst-stream-error-quark")
    }

    @Test func seeksFlushesAndStatesAtRandomMomentsNeverHang() async throws {
        // A buffer without its caps is a warning of GStreamer's, and of nothing else here.
        let done = Mutex(0)
        let warnings = Warnings()
        Task {
            await onThread {
                for round in 0..<200 {
                    guard let pipeline = try? Element.parse(launch: Self.restless(round)) else { return }
                    for _ in 0..<6 {
                        usleep(UInt32.random(in: 0...3000))
                        switch Int.random(in: 0..<6) {
                        case 0: pipeline.setState(.ready)
                        case 1: pipeline.setState(.paused)
                        case 2: pipeline.setState(.null)
                        case 3:
                            gst_element_seek_simple(
                                pipeline.reference.cast(), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                gint64.random(in: 0...5_000_000_000))
                        default: pipeline.setState(.playing)
                        }
                    }
                    pipeline.setState(.null)
                    done.withLock { $0 += 1 }
                }
            }
        }
        for _ in 0..<600 where done.withLock({ $0 }) < 200 { try await Task.sleep(for: .milliseconds(100)) }
        #expect(done.withLock { $0 } == 200)
        #expect(warnings.texts.filter { $0.contains("spoolqueue") } == [])
    }

    private static func restless(_ round: Int) -> String {
        """
        audiotestsrc ! audio/x-raw,rate=48000 ! spoolqueue max-memory=\(round % 2 * 50000) \
        ! fakesink sync=\(round % 3 != 0)
        """
    }

    /// What GStreamer warns of while this lives.
    private final class Warnings: Sendable {
        private final class Log: Sendable { let texts = Mutex<[String]>([]) }
        private let log = Log()
        private let handler: guint

        init() {
            let box = CallbackBox(log)
            handler = g_log_set_handler_full(
                "GStreamer", GLogLevelFlags(rawValue: G_LOG_LEVEL_WARNING.rawValue | G_LOG_LEVEL_CRITICAL.rawValue),
                { _, _, text, userData in
                    let text = text.map { String(cString: $0) } ?? ""
                    CallbackBox<Log>.payload(at: userData)?.texts.withLock { $0.append(text) }
                }, box.retained(), releaseCallbackBox)
        }

        deinit { g_log_remove_handler("GStreamer", handler) }

        var texts: [String] { log.texts.withLock { $0 } }
    }

    @Test func aSeekGivesWhatLiesThereAndNothingOlder() async throws {
        try ElementType.register(Witness.self)
        let pipeline = try Element.parse(
            launch: """
                audiotestsrc samplesperbuffer=480 ! audio/x-raw,rate=48000 ! spoolqueue name=queue max-memory=10000 \
                ! fakesink name=sink sync=true
                """)
        let times = Mutex<[Duration]>([])
        pipeline.child(named: "sink")?.pad(named: "sink")?.probeBuffers { buffer in
            if let time = buffer.presentationTime { times.withLock { $0.append(time) } }
            return .keep
        }
        await onThread { pipeline.setState(.playing) }
        for _ in 0..<500 where times.withLock({ $0.count < 5 }) { try await Task.sleep(for: .milliseconds(10)) }
        let queue = try #require(pipeline.child(named: "queue"))
        #expect((queue.get("current-level-bytes")?.integer ?? 0) > 10000)
        #expect((queue.get("current-level-buffers")?.integer ?? 0) > 10)
        times.withLock { $0 = [] }
        await onThread {
            gst_element_seek_simple(
                pipeline.reference.cast(), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 3600 * 1_000_000_000)
        }
        for _ in 0..<500 where times.withLock({ $0.last ?? .zero < .seconds(3600) }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        await onThread { pipeline.setState(.null) }
        let seen = times.withLock { $0 }
        let first = seen.firstIndex { $0 >= .seconds(3600) } ?? seen.count
        // At most what was under way when it was asked for.
        #expect(
            seen.count > first && seen[first] == .seconds(3600) && seen[first...].allSatisfy { $0 >= .seconds(3600) })
    }

    @Test func latencyIsWhatTheOthersSay() async throws {
        let pipeline = try Element.parse(
            launch: "audiotestsrc is-live=true ! spoolqueue ! fakesink name=sink")
        await onThread { pipeline.setState(.playing) }
        try await Task.sleep(for: .milliseconds(100))
        let sink = try #require(pipeline.child(named: "sink")?.pad(named: "sink"))
        let (isAnswered, isLive, shortest, longest) = await onThread { () -> (Bool, Bool, UInt64, UInt64) in
            guard let query = gst_query_new_latency() else { return (false, false, 0, 0) }
            defer { gst_query_unref(query) }
            let isAnswered = gst_pad_peer_query(sink.reference.cast(), query) != 0
            var (live, least, most) = (gboolean(0), GstClockTime(0), GstClockTime(0))
            gst_query_parse_latency(query, &live, &least, &most)
            return (isAnswered, live != 0, UInt64(least), UInt64(most))
        }
        #expect(isAnswered && isLive && shortest < 100_000_000 && longest == .max)
        await onThread { pipeline.setState(.null) }
    }
}
