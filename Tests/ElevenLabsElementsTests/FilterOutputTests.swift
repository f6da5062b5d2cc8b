import ElevenLabs
import GLib
import GStreamer
import HTTP
import Testing

@testable import ElevenLabsElements

/// What leaves a filter.
@Suite struct FilterOutputTests {
    private let changer = "elevenlabsvoicechanger voice-id=abc output-format=pcm_16000"
    private let tone = "audiotestsrc num-buffers=10 samplesperbuffer=1600 ! audio/x-raw,rate=16000,channels=1"

    struct Fault: Sendable, CustomStringConvertible {
        let description: String
        let answer: SpeechServer.Answer
        let category: StreamFailure.Category
        let words: String
        var requests = 1
    }

    private static let faults = [
        Fault(
            description: "wrong key",
            answer: .init(
                status: 401, headers: [("Content-Type", "application/json")],
                body: Array(#"{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}"#.utf8)),
            category: .refused, words: "Invalid API key"),
        Fault(description: "empty body", answer: .init(), category: .incomplete, words: "no audio"),
        Fault(
            description: "odd last byte", answer: .init(body: [1, 2, 3]), category: .incomplete,
            words: "middle of a sample"),
        Fault(
            description: "cut at a chunk boundary",
            answer: .init(body: [1, 2, 3, 4], chunkSize: 2, abort: .atChunkBoundary), category: .incomplete,
            words: "4 bytes"),
        Fault(
            description: "busy", answer: .init(status: 503, body: Array("later".utf8)), category: .temporary,
            words: "tried 3 times", requests: 3),
    ]

    @Test(arguments: faults)
    func everyFaultIsAnErrorOfTheFilter(fault: Fault) async throws {
        let server = try await SpeechServer([fault.answer])
        let run = try await TestPipeline.run(
            "\(tone) ! \(changer) name=filter ! fakesink name=sink", engine: server.engine)
        let error = try #require(run.error)
        #expect(error.domain == StreamFailure.domain && error.element == "filter")
        #expect(StreamFailure.Category(rawValue: error.code) == fault.category)
        #expect(error.message.contains(fault.words), "\(error.message)")
        #expect(server.requests.count == fault.requests)
        // The whole upload goes out again.
        #expect(Set(server.requests.map(\.uploadedAudio.count)) == [32000])
        await server.stop()
    }

    @Test func whatIsSaidOfTheRequestIsInSeconds() async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run("\(tone) ! \(changer) ! fakesink name=sink", engine: server.engine)
        #expect(
            run.fields(of: StreamMessage.request)
                == [["attempt": .integer(1), "seconds": .double(1), "upload-bytes": .integer(32000)]])
        #expect(run.fields(of: StreamMessage.response).first?["request-id"] == .string("echo"))
        #expect(run.fields(of: StreamMessage.end).first?["bytes"] == .integer(32000))
        await server.stop()
    }

    @Test func isolationIsDecodedWhateverItsRate() async throws {
        for rate in [22050, 44100, 48000] {
            let body = try await LiveTests.mp3(
                "audiotestsrc num-buffers=20 samplesperbuffer=\(rate / 10) ! audio/x-raw,rate=\(rate),channels=1")
            let server = try await SpeechServer([.init(body: body)])
            let run = try await TestPipeline.run(
                """
                \(tone) ! elevenlabsisolation ! decodebin ! audioconvert ! audioresample \
                ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! fakesink name=sink
                """, engine: server.engine)
            #expect(run.error == nil)
            #expect(abs(run.arrived().bytes.count - 2 * 32000) < 3200)
            await server.stop()
        }
    }

    @Test func tagsGoOnButNotThoseOfTheEncoding() async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run(
            """
            \(tone) ! taginject tags="title=Hello,audio-codec=Nothing" ! \(changer) ! flacenc ! fakesink name=sink
            """, engine: server.engine)
        #expect(run.error == nil)
        let header = String(decoding: run.arrived().bytes.prefix(4000), as: UTF8.self)
        #expect(header.contains("Hello") && !header.contains("Nothing"))
        await server.stop()
    }

    @Test func aSecondStreamOfConcatBeginsAtZero() async throws {
        let server = try await SpeechServer { request, _ in
            try? await Task.sleep(for: .milliseconds(400))
            return SpeechServer.Answer(body: request.uploadedAudio, chunkSize: 4001)
        }
        let run = try await TestPipeline.run(
            """
            concat name=join ! fakesink name=sink sync=true \(tone) ! queue ! join. \
            \(tone) ! \(changer) ! identity name=second ! queue ! join.
            """, engine: server.engine, sinks: ["sink", "second"])
        #expect(run.error == nil)
        #expect(run.arrived(at: "second").starts.first == .zero)
        #expect(run.arrived().bytes.count == 2 * 32000)
        await server.stop()
    }

    @Test func theLatencyIsThatOfALiveFilterWhereTheInputIsLive() async throws {
        let server = try await echoServer()
        for isLive in [false, true] {
            let run = try TestPipeline(
                """
                audiotestsrc is-live=\(isLive) num-buffers=10 samplesperbuffer=1600 ! audio/x-raw,rate=16000,channels=1 \
                ! \(changer) name=filter ! fakesink name=sink sync=true
                """, engine: server.engine)
            #expect(await run.set(.paused) == (isLive ? .noPreroll : .async))
            await run.set(.playing)
            try await run.wait { $0.isOver }
            #expect(run.error == nil)
            let sink = try #require(run.pipeline.child(named: "sink")?.pad(named: "sink"))
            #expect(sink.peerLatency == Latency(isLive: isLive, minimum: .zero, maximum: nil))
            let first = try #require(run.arrived().starts.first ?? nil)
            #expect(isLive ? first > .seconds(1) : first == .zero, "\(first)")
            await run.stop()
        }
        await server.stop()
    }

    @Test func inALivePipelineAllOfTheChangedVoiceIsInTheMix() async throws {
        let server = try await SpeechServer { request, _ in
            try? await Task.sleep(for: .milliseconds(500))
            return SpeechServer.Answer(body: request.uploadedAudio, chunkSize: 4001)
        }
        let run = try await TestPipeline.run(
            """
            audiotestsrc is-live=true wave=silence num-buffers=65 samplesperbuffer=1600 \
            ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! queue ! mixer. \
            audiomixer name=mixer ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! fakesink name=sink sync=true \
            audiotestsrc is-live=true wave=square volume=0.5 freq=100 num-buffers=10 samplesperbuffer=1600 \
            ! audio/x-raw,rate=16000,channels=1 ! \(changer) live-margin=1 ! \(changer) live-margin=1 ! queue ! mixer.
            """, engine: server.engine)
        #expect(run.error == nil)
        #expect(run.arrived().samples.count { abs(Int($0)) > 4000 } == 16000)
        await server.stop()
    }
}
