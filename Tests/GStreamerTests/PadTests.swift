import GLib
import GStreamer
import Synchronization
import Testing

@Suite struct PadTests {
    @Test func aProbeSeesTheBuffersOfAListOneByOne() async throws {
        // This payloader sends a whole picture as one list.
        let pipeline = try Element.parse(
            launch: "videotestsrc num-buffers=3 ! video/x-raw,format=UYVY,width=320,height=240 ! rtpvrawpay name=pay"
                + " ! identity name=one ! fakesink")
        let counts = Mutex((payloader: [0, 0], identity: [0, 0]))
        let (payloader, identity) = (pipeline.child(named: "pay"), pipeline.child(named: "one"))
        try #require(payloader?.pad(named: "src")).probeBuffers { buffer in
            let bytes = buffer.count
            counts.withLock { $0.payloader = [$0.payloader[0] + 1, $0.payloader[1] + bytes] }
            return .keep
        }
        // What identity gives on comes one by one.
        try #require(identity?.pad(named: "src")).probeBuffers { buffer in
            let bytes = buffer.count
            counts.withLock { $0.identity = [$0.identity[0] + 1, $0.identity[1] + bytes] }
            return .keep
        }
        let (events, continuation) = AsyncStream.makeStream(of: BusEvent.self)
        let bus = Bus(of: pipeline) { continuation.yield($0) }
        await onThread { pipeline.setState(.playing) }
        for await event in events {
            if case .endOfStream = event { break }
            if case .error = event { break }
        }
        await onThread { pipeline.setState(.null) }
        bus.close()
        let (payloaded, passed) = counts.withLock { ($0.payloader, $0.identity) }
        #expect(payloaded == passed)
        #expect(payloaded[1] > 3 * 320 * 240 * 2)
    }

    @Test(arguments: ["", " ! capsfilter caps=audio/x-raw", " ! wavenc"])
    func theFirstCapsOrTheFirstDataWithoutAnyAreSeenInTimeToLinkThePad(steps: String) async throws {
        let source = steps.isEmpty ? "fakesrc num-buffers=3 sizetype=fixed" : "audiotestsrc num-buffers=3"
        let pipeline = try Element.parse(
            launch: "\(source)\(steps) ! identity name=last identity name=next ! fakesink name=sink")
        let seen = Mutex<[String?]>([])
        let (last, next) = (pipeline.child(named: "last"), pipeline.child(named: "next"))
        let target = try #require(next?.pad(named: "sink"))
        try #require(last?.pad(named: "src")).probeFirstCaps { pad, caps in
            seen.withLock { $0.append(caps) }
            _ = pad.link(to: target)
        }
        let (events, continuation) = AsyncStream.makeStream(of: BusEvent.self)
        let bus = Bus(of: pipeline) { continuation.yield($0) }
        await onThread { pipeline.setState(.playing) }
        var hasEnded = false
        for await event in events {
            if case .endOfStream = event {
                hasEnded = true
                break
            }
            if case .error = event { break }
        }
        await onThread { pipeline.setState(.null) }
        bus.close()
        #expect(hasEnded)
        let caps = seen.withLock { $0 }
        #expect(caps.count == 1 && (caps[0] == nil) == steps.isEmpty, "\(caps)")
    }
}
