import GLib
import GStreamer
import Synchronization
import Testing

@Suite struct AppSourceTests {
    @Test func theWriterWaitsForAReaderThatDoesNotRead() async throws {
        try GStreamer.initialize()
        let source = try AppSource(
            named: "source", limits: AppSource.Limits(bytes: 1000, buffers: 100, time: .seconds(100)))
        let pipeline = Element.pipeline(named: "test")
        let sink = try Element.make("fakesink", named: "sink")
        #expect(pipeline.add(source.element) && pipeline.add(sink) && source.element.link(to: sink))
        source.setCaps("audio/mpeg,mpegversion=1", timed: false)

        let written = Mutex(0)
        let writer = Task {
            for _ in 0..<100 {
                await source.waitForRoom()
                guard !Task.isCancelled, source.push(Buffer(wrapping: Bytes(Array(repeating: 1, count: 100)))) else {
                    return
                }
                written.withLock { $0 += 1 }
            }
            source.endOfStream()
        }
        await onThread { pipeline.setState(.paused) }
        // Prerolled: one buffer is in the sink, the queue is full, and there it stays.
        for _ in 0..<100 where written.withLock({ $0 }) < 10 { try await Task.sleep(for: .milliseconds(10)) }
        try await Task.sleep(for: .milliseconds(100))
        #expect((10...12).contains(written.withLock { $0 }))
        #expect(source.queuedBytes <= 1100)

        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let bus = Bus(of: pipeline) { if case .endOfStream = $0 { end.finish() } }
        await onThread { pipeline.setState(.playing) }
        for await _ in ended {}
        #expect(written.withLock { $0 } == 100)
        await writer.value
        await onThread { pipeline.setState(.null) }
        bus.close()
    }

    @Test func aCancelledWriterDoesNotWaitForEver() async throws {
        try GStreamer.initialize()
        let source = try AppSource(named: "source", limits: AppSource.Limits(bytes: 10, buffers: 1, time: .seconds(1)))
        let pipeline = Element.pipeline(named: "test")
        let sink = try Element.make("fakesink", named: "sink")
        #expect(pipeline.add(source.element) && pipeline.add(sink) && source.element.link(to: sink))
        await onThread { pipeline.setState(.paused) }
        let writer = Task {
            for _ in 0..<10 {
                _ = source.push(Buffer(wrapping: Bytes(Array(repeating: 1, count: 10))))
                await source.waitForRoom()
                if Task.isCancelled { return true }
            }
            return false
        }
        try await Task.sleep(for: .milliseconds(50))
        writer.cancel()
        #expect(await writer.value)
        await onThread { pipeline.setState(.null) }
    }

    @Test(.timeLimit(.minutes(1))) func whoWaitsForEmptinessWaitsWhileSomethingLeavesAndNotForEver() async throws {
        try GStreamer.initialize()
        let source = try AppSource(
            named: "source", limits: AppSource.Limits(bytes: 1000, buffers: 100, time: .seconds(100)))
        let pipeline = Element.pipeline(named: "test")
        let (slow, sink) = (try Element.make("identity", named: "slow"), try Element.make("fakesink", named: "sink"))
        // 50 ms a buffer.
        slow.set("sleep-time", Value(UInt32(50_000)))
        #expect(pipeline.add(source.element) && pipeline.add(slow) && pipeline.add(sink))
        #expect(source.element.link(to: slow) && slow.link(to: sink))
        source.setCaps("audio/mpeg,mpegversion=1", timed: false)
        await onThread { pipeline.setState(.playing) }
        for _ in 0..<20 { _ = source.push(Buffer(wrapping: Bytes(Array(repeating: 1, count: 10)))) }
        await source.waitForEmptiness(patience: .milliseconds(500))
        #expect(source.queuedBytes == 0)
        await onThread { pipeline.setState(.paused) }
        for _ in 0..<20 { _ = source.push(Buffer(wrapping: Bytes(Array(repeating: 1, count: 10)))) }
        await source.waitForEmptiness(patience: .milliseconds(100))
        #expect(source.queuedBytes > 0)
        await onThread { pipeline.setState(.null) }
    }

    /// The end lies in the queue, is on its way, or has come to the sink when the flush begins.
    @Test(.timeLimit(.minutes(1)), arguments: [0, 1, 20])
    func aFlushTakesTheEndOfTheStreamAway(_ delay: Int) async throws {
        try GStreamer.initialize()
        let source = try AppSource(
            named: "source", limits: AppSource.Limits(bytes: 1000, buffers: 100, time: .seconds(100)))
        let pipeline = Element.pipeline(named: "test")
        let sink = try Element.make("fakesink", named: "sink")
        #expect(pipeline.add(source.element) && pipeline.add(sink) && source.element.link(to: sink))
        source.setCaps("audio/mpeg,mpegversion=1", timed: false)
        let arrived = Mutex<[UInt8]>([])
        try #require(sink.pad(named: "sink")).probeBuffers { buffer in
            _ = buffer.withUnsafeBytes { bytes in arrived.withLock { $0.append(bytes[0]) } }
            return .keep
        }
        await onThread { pipeline.setState(.playing) }
        for number in UInt8(1)...50 {
            _ = source.push(Buffer(wrapping: Bytes([0])))
            source.endOfStream()
            try await Task.sleep(for: .milliseconds(delay))
            await onThread {
                source.startFlushing()
                source.stopFlushing()
            }
            let isTaken = source.push(Buffer(wrapping: Bytes([number])))
            #expect(isTaken)
            for _ in 0..<2000 where arrived.withLock({ $0.last }) != number {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(arrived.withLock { $0.last } == number)
        }
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let bus = Bus(of: pipeline) { if case .endOfStream = $0 { end.finish() } }
        source.endOfStream()
        for await _ in ended {}
        await onThread { pipeline.setState(.null) }
        bus.close()
    }
}
