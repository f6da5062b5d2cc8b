import GLib
import GStreamer
import Synchronization
import Testing

@Suite struct BusTests {
    /// Runs a launch line to its end or its first error on a thread that may block.
    private func run(_ line: String) async throws -> [BusEvent] {
        let pipeline = try Element.parse(launch: line)
        let (events, continuation) = AsyncStream.makeStream(of: BusEvent.self)
        let bus = Bus(of: pipeline) { continuation.yield($0) }
        await onThread { pipeline.setState(.playing) }
        var seen: [BusEvent] = []
        loop: for await event in events {
            seen.append(event)
            switch event {
            case .endOfStream, .error: break loop
            default: continue
            }
        }
        await onThread { pipeline.setState(.null) }
        bus.close()
        return seen
    }

    @Test func aRunTellsItsStatesInOrderAndItsEndLast() async throws {
        let events = try await run("audiotestsrc num-buffers=5 ! fakesink")
        let states = events.compactMap { event -> State? in
            if case .stateChanged(_, let to, _) = event { to } else { nil }
        }
        #expect(states == [.ready, .paused, .playing])
        guard case .endOfStream? = events.last else {
            Issue.record("no end of stream")
            return
        }
    }

    @Test func anErrorNamesItsElementAndTheBinsAroundIt() async throws {
        let events = try await run("bin. ( name=inner filesrc name=reader location=/no/such/file ) ! fakesink")
        guard case .error(let report)? = events.last else {
            Issue.record("no error")
            return
        }
        #expect(report.element == "reader")
        #expect(report.ancestry.first == "reader")
        #expect(report.domain == "gst-resource-error-quark")
        #expect(report.debug?.contains("/no/such/file") == true)
    }

    @Test func elementMessagesArriveWithTheirPlainFields() async throws {
        let pipeline = try Element.parse(launch: "fakesrc ! fakesink name=sink")
        let seen = Mutex<BusEvent?>(nil)
        let bus = Bus(of: pipeline) { event in seen.withLock { $0 = event } }
        let sink = try #require(pipeline.child(named: "sink"))
        sink.post(
            "made-up",
            ["text": .string("Grüße"), "number": .integer(-7), "part": .double(0.5), "flag": .bool(true)])
        guard case .element("sink", "made-up", let fields)? = seen.withLock({ $0 }) else {
            Issue.record("no element message")
            return
        }
        #expect(
            fields == ["text": .string("Grüße"), "number": .integer(-7), "part": .double(0.5), "flag": .bool(true)])
        bus.close()
        sink.post("after", [:])
        guard case .element(_, "made-up", _)? = seen.withLock({ $0 }) else {
            Issue.record("a closed bus still tells")
            return
        }
    }

    @Test func hundredsOfPipelinesOneAfterTheOtherAllEnd() async throws {
        for _ in 0..<300 {
            let events = try await run("fakesrc num-buffers=3 ! fakesink")
            guard case .endOfStream? = events.last else {
                Issue.record("no end of stream")
                return
            }
        }
    }
}
