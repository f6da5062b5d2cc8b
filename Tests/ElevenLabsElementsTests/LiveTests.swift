import ElevenLabs
import GLib
import GStreamer
import HTTP
import Testing

@testable import ElevenLabsElements

@Suite(.serialized) struct LiveTests {
    private static let speech = 24000
    /// 1.5 s at a level that a bed of silence does not have.
    private static let pcm = [UInt8]((0..<speech).flatMap { _ in [UInt8](arrayLiteral: 0x40, 0x1f) })

    private static let mixer = """
        audiotestsrc is-live=true wave=silence num-buffers=75 samplesperbuffer=1600 \
        ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! queue ! mixer. \
        audiomixer name=mixer ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! fakesink name=sink sync=true
        """

    private static func lateServer(_ body: [UInt8], after delay: Duration) async throws -> SpeechServer {
        try await SpeechServer { _, _ in
            try? await Task.sleep(for: delay)
            return SpeechServer.Answer(body: body, chunkSize: 4001)
        }
    }

    private static let square = """
        audiotestsrc wave=square freq=100 volume=0.5 num-buffers=15 samplesperbuffer=4410 ! audio/x-raw,rate=44100,channels=1
        """

    static func mp3(_ source: String) async throws -> [UInt8] {
        let server = try await SpeechServer([])
        let run = try await TestPipeline.run(
            "\(source) ! lamemp3enc target=bitrate bitrate=128 cbr=true ! fakesink name=sink", engine: server.engine)
        await server.stop()
        return run.arrived().bytes
    }

    /// A live bed of silence, into which an element of ours speaks by way of what stands between. The margin is long, since the
    /// machine may be busy with other tests.
    private static func mix(_ element: String, _ way: String, _ server: SpeechServer) async throws -> [Int16] {
        let run = try await TestPipeline.run(
            """
            \(mixer) \(element) live-margin=1.5 ! \(way) audioconvert ! audioresample \
            ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! queue ! mixer.
            """, engine: server.engine)
        #expect(run.error == nil)
        return run.arrived().samples
    }

    private static func loud(_ samples: [Int16]) -> Int { samples.count { abs(Int($0)) > 4000 } }

    @Test func speechThatComesLateIsWhollyInALiveMix() async throws {
        let server = try await Self.lateServer(Self.pcm, after: .seconds(1))
        let heard = try await Self.mix("elevenlabstts text=Hello voice-id=abc output-format=pcm_16000", "", server)
        #expect(heard.count { $0 == 8000 } == Self.speech)
        let first = heard.firstIndex(of: 8000) ?? 0
        #expect(first >= 40000, "\(first)")
        await server.stop()
    }

    @Test func mp3ThatComesLateIsWhollyInALiveMix() async throws {
        let body = try await Self.mp3(Self.square)
        let server = try await Self.lateServer(body, after: .seconds(1))
        let heard = try await Self.mix("elevenlabstts text=Hello voice-id=abc", "decodebin !", server)
        #expect(abs(Self.loud(heard) - Self.speech) < 320, "\(Self.loud(heard))")
        await server.stop()
    }

    @Test(arguments: ["pcm_16000", "mp3_44100_128"])
    func aStallInTheMiddleIsAGapAndNoLoss(format: String) async throws {
        let body = format == "pcm_16000" ? Self.pcm : try await Self.mp3(Self.square)
        let server = try await SpeechServer { _, _ in
            SpeechServer.Answer(body: body, chunkSize: body.count / 2 + 1, pause: .seconds(3))
        }
        let heard = try await Self.mix(
            "elevenlabstts text=Hello voice-id=abc output-format=\(format)",
            format == "pcm_16000" ? "" : "decodebin !", server)
        #expect(abs(Self.loud(heard) - Self.speech) < 800, "\(Self.loud(heard))")
        let (first, last) = (heard.firstIndex { abs($0) > 4000 } ?? 0, heard.lastIndex { abs($0) > 4000 } ?? 0)
        #expect(last - first > Self.speech + 2000)
        await server.stop()
    }

    @Test func whatCannotBeTimedInALivePipelineIsWarnedOf() async throws {
        let server = try await SpeechServer([.init(body: OutputFormat.opusAt48000Hz64k.silence(seconds: 1))])
        let run = try await TestPipeline.run(
            """
            audiotestsrc is-live=true num-buffers=20 ! fakesink \
            elevenlabstts text=Hello voice-id=abc output-format=opus_48000_64 ! fakesink name=sink
            """, engine: server.engine)
        let warnings = run.messages.compactMap { if case .warning(let report) = $0 { report.message } else { nil } }
        #expect(warnings.count == 1 && warnings[0].contains("opus_48000_64"), "\(warnings)")
        await server.stop()
    }
}
