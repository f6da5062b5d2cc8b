import GLib
import GStreamer
import Synchronization
import Testing

@Suite(.serialized) struct InputPadTests {
    @Test func buffersAndEventsComeInOrderWithTheirTimes() async throws {
        let result = try await Collector.run(
            "audiotestsrc num-buffers=3 samplesperbuffer=800 ! audio/x-raw,format=S16LE,rate=8000,channels=1 ! testcollector name=end"
        )
        #expect(result.bytes.count == 4800)
        #expect(
            result.log.compactMap {
                if case .event(let name) = $0 { name.split(separator: ",").first.map(String.init) } else { nil }
            }
            .filter { !$0.hasPrefix("taglist") } == ["stream-start", "audio/x-raw", "segment time", "eos"])
        let times = result.log.compactMap {
            if case .buffer(let time, let duration, _) = $0 { [time, duration] } else { nil }
        }
        #expect(times == (0..<3).map { [.milliseconds(100 * $0), .milliseconds(100)] })
        guard case .buffer(_, _, let flags)? = result.log.first(where: { if case .buffer = $0 { true } else { false } })
        else { return }
        #expect(flags.contains(.discontinuity))
    }

    @Test func buffersInListsComeOneByOne() async throws {
        let result = try await Collector.run(
            """
            audiotestsrc num-buffers=2 samplesperbuffer=4000 ! audio/x-raw,format=S16BE,rate=8000,channels=1 \
            ! rtpL16pay buffer-list=true mtu=1012 ! testcollector name=end
            """)
        // A header of 12 bytes each.
        #expect(result.buffers == 16 && result.bytes.count == 16 * 1012)
    }

    @Test func capsOutsideTheTemplateAreNotNegotiated() async throws {
        try ElementType.register(Collector.self)
        let pipeline = try Element.parse(
            launch: "fakesrc num-buffers=3 ! capsfilter name=filter ! testcollector name=end")
        #expect(
            pipeline.child(named: "end")?.pad(named: "sink")?.possibleCaps == "audio/x-raw; application/x-rtp; test/any"
        )
        #expect(throws: (any Error).self) {
            try Element.parse(launch: "fakesrc ! video/x-raw ! testcollector")
        }
    }

    @Test func stoppingEndsAChainThatBlocksAHundredTimes() async throws {
        try ElementType.register(Collector.self)
        for _ in 0..<100 {
            let pipeline = try Element.parse(launch: "fakesrc ! test/any ! testcollector name=end")
            let end = try #require(pipeline.child(named: "end")?.implementation as? Collector)
            end.state.withLock { $0.isBlocking = true }
            await onThread { pipeline.setState(.playing) }
            for _ in 0..<1000 where end.state.withLock({ $0.log.count < 3 }) {
                try await Task.sleep(for: .milliseconds(1))
            }
            await onThread { pipeline.setState(.null) }
        }
    }

    @Test func anAnswerOtherThanOkStopsTheSource() async throws {
        try ElementType.register(Collector.self)
        let pipeline = try Element.parse(launch: "fakesrc name=source ! test/any ! testcollector name=end")
        let end = try #require(pipeline.child(named: "end")?.implementation as? Collector)
        end.state.withLock { $0.answer = .endOfStream }
        await onThread { pipeline.setState(.playing) }
        for _ in 0..<1000 where end.state.withLock({ !$0.isEnded }) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(end.state.withLock { $0.isEnded && $0.buffers == 1 })
        await onThread { pipeline.setState(.null) }
    }

    @Test func theHandlerGoesWithItsElement() async throws {
        try ElementType.register(Collector.self)
        // Those of the tests before go with the last of their threads.
        for _ in 0..<1000 where Collector.alive.withLock({ $0 > 0 }) { try await Task.sleep(for: .milliseconds(5)) }
        let before = Collector.alive.withLock { $0 }
        var pads: [Pad] = []
        do {
            let elements = try (0..<10).map { _ in try Element.make("testcollector") }
            pads = elements.compactMap { $0.pad(named: "sink") }
            #expect(Collector.alive.withLock { $0 } == before + 10)
        }
        #expect(Collector.alive.withLock { $0 } == before && pads.count == 10)
    }
}
