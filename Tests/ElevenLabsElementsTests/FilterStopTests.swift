import ElevenLabs
import Foundation
import GLib
import GStreamer
import HTTP
import Synchronization
import Testing

@testable import ElevenLabsElements

/// Flushes, ends and stops of filters, at any moment.
@Suite(.timeLimit(.minutes(10))) struct FilterStopTests {
    private let changer = "elevenlabsvoicechanger voice-id=abc output-format=pcm_16000"

    /// A server that takes its time everywhere, so that a stop finds every state of a request.
    private static func slowServer() async throws -> SpeechServer {
        try await SpeechServer { request, _ in
            try? await Task.sleep(for: .milliseconds(10))
            return SpeechServer.Answer(body: request.uploadedAudio, chunkSize: 8001, pause: .milliseconds(3))
        }
    }

    @Test func aFlushBeginsTheStreamAnew() async throws {
        let server = try await echoServer()
        let file = FileManager.default.temporaryDirectory.appending(path: "filter-\(UUID().uuidString).wav")
        defer { try? FileManager.default.removeItem(at: file) }
        _ = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=200 samplesperbuffer=1600 freq=330 ! audio/x-raw,format=S16LE,rate=16000,channels=1 \
            ! wavenc ! filesink name=sink location=\(file.path)
            """, engine: server.engine)
        let pipeline = try TestPipeline(
            """
            filesrc location=\(file.path) ! wavparse name=source ! \(changer) name=filter ! fakesink name=sink sync=true
            """, engine: server.engine)
        await pipeline.set(.playing)
        // Somewhere in the middle of the answer, then of the collection.
        try await pipeline.wait { $0.arrived().bytes.count > 16000 }
        for delay in [0, 3, 20] {
            let source = try #require(pipeline.pipeline.child(named: "source"))
            #expect(await onThread { source.seek(to: .seconds(18)) })
            try await Task.sleep(for: .milliseconds(delay))
        }
        try await pipeline.wait { $0.isOver }
        #expect(pipeline.error == nil)
        // What came after the last flush is the rest of the input, from zero again.
        let last = try #require(server.requests.last).uploadedAudio
        #expect(last.count == 2 * 32000)
        let isTheEnd = pipeline.arrived().bytes.suffix(last.count) == last[...]
        #expect(isTheEnd)
        let begin = try #require(pipeline.arrived().starts.lastIndex(of: .zero))
        #expect(begin > 0)
        await pipeline.stop()
        await server.stop()
    }

    @Test func stoppedAtAnyMomentItLetsGo() async throws {
        let server = try await Self.slowServer()
        for round in 0..<200 {
            let pipeline = try TestPipeline(
                """
                audiotestsrc num-buffers=30 samplesperbuffer=1600 ! audio/x-raw,rate=16000,channels=1 \
                ! \(changer) ! \(changer) ! fakesink name=sink
                """, engine: server.engine)
            await pipeline.set(round % 5 == 0 ? .paused : .playing)
            try await Task.sleep(for: .microseconds(Int.random(in: 0...80_000)))
            let begun = MonotonicTime.now
            await pipeline.stop()
            let took = MonotonicTime.now - begun
            // Milliseconds on a machine with nothing else to do; here it is to show that nothing waits for the network.
            #expect(took < .seconds(8), "round \(round): \(took)")
            #expect(pipeline.error == nil)
        }
        await server.stop()
    }

    @Test func endedAtAnyMomentItsEndReachesTheSink() async throws {
        let server = try await Self.slowServer()
        for round in 0..<200 {
            let pipeline = try TestPipeline(
                """
                audiotestsrc is-live=\(round % 3 == 0) num-buffers=30 samplesperbuffer=1600 \
                ! audio/x-raw,rate=16000,channels=1 ! \(changer) name=filter ! fakesink name=sink async=false
                """, engine: server.engine)
            let filter = try #require(
                pipeline.pipeline.child(named: "filter")?.implementation as? any StreamingElement)
            await pipeline.set(.playing)
            try await Task.sleep(for: .microseconds(Int.random(in: 0...80_000)))
            filter.end(dropping: round % 2 == 0)
            try await pipeline.wait(.seconds(5)) { $0.isOver }
            #expect(pipeline.error == nil)
            await pipeline.stop()
        }
        await server.stop()
    }

    @Test func whatStandsBesideAFilterNeverWaits() async throws {
        let server = try await SpeechServer { _, _ in
            try? await Task.sleep(for: .seconds(30))
            return SpeechServer.Answer()
        }
        let pipeline = try TestPipeline(
            """
            audiotestsrc num-buffers=600 samplesperbuffer=16000 ! audio/x-raw,format=S16LE,rate=16000,channels=1 \
            ! tee name=tee tee. ! queue ! \(changer) ! fakesink async=false tee. ! queue ! fakesink name=sink async=false
            """, engine: server.engine)
        await pipeline.set(.playing)
        try await pipeline.wait { $0.arrived().bytes.count == 600 * 32000 }
        #expect(pipeline.error == nil)
        await pipeline.stop()
        await server.stop()
    }

    @Test func nothingOfAFilterIsLeftWhenItsPipelineGoes() async throws {
        let server = try await Self.slowServer()
        for delay in [0, 15, 40, 400] {
            let weak = try await Self.ranFilter(server, delay)
            // The request's task lets go of it a moment after the stop.
            for _ in 0..<2000 where weak.element != nil { try await Task.sleep(for: .milliseconds(5)) }
            #expect(weak.element == nil, "after \(delay) ms")
        }
        await server.stop()
    }

    private static func ranFilter(_ server: SpeechServer, _ delay: Int) async throws -> WeakElement {
        let pipeline = try TestPipeline(
            """
            audiotestsrc num-buffers=30 samplesperbuffer=1600 ! audio/x-raw,rate=16000,channels=1 \
            ! elevenlabsvoicechanger voice-id=abc output-format=pcm_16000 name=filter ! fakesink name=sink
            """, engine: server.engine)
        await pipeline.set(.playing)
        try await Task.sleep(for: .milliseconds(delay))
        await pipeline.stop()
        return WeakElement(try #require(pipeline.pipeline.child(named: "filter")))
    }
}
