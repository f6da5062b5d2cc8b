import ElevenLabs
import Foundation
import GLib
import GStreamer
import HTTP
import Testing

@testable import ElevenLabsElements

/// What comes in at a filter, and what of it is uploaded.
@Suite struct FilterInputTests {
    private let changer = "elevenlabsvoicechanger voice-id=abc output-format=pcm_16000"

    /// What stands beside a filter that holds everything until its input ends.
    private static let unboundedQueue = "queue max-size-buffers=0 max-size-bytes=0 max-size-time=0"

    private static func samples(_ bytes: [UInt8]) -> [Int] {
        stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8))
        }
    }

    private static let inputs = [
        "format=S16LE,rate=16000,channels=1", "format=S16LE,rate=8000,channels=1", "format=U8,rate=11025,channels=2",
        "format=S24LE,rate=48000,channels=2", "format=F32LE,rate=44100,channels=2",
        "format=F64LE,rate=96000,channels=1", "format=S32BE,rate=192000,channels=2,layout=non-interleaved",
        "format=F32LE,rate=48000,channels=6,channel-mask=(bitmask)0x3f",
    ]

    @Test(arguments: inputs)
    func theUploadIsTheResampledAudio(caps: String) async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=50 samplesperbuffer=331 freq=330 ! audio/x-raw,\(caps) ! tee name=tee \
            tee. ! queue ! \(changer) ! fakesink name=sink \
            tee. ! \(Self.unboundedQueue) ! audioconvert dithering=none ! audioresample \
            ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! fakesink name=reference
            """, engine: server.engine, sinks: ["sink", "reference"])
        #expect(run.error == nil)
        let request = try #require(server.requests.first)
        let (sent, reference) = (Self.samples(request.uploadedAudio), Self.samples(run.arrived(at: "reference").bytes))
        #expect(abs(sent.count - reference.count) <= 1, "\(sent.count), not \(reference.count)")
        // audioresample fills its last two milliseconds with what is not there in another way; where nothing is resampled,
        // nothing differs.
        let difference = zip(sent, reference).dropLast(32).map { abs($0 - $1) }.max() ?? .max
        #expect(difference <= (caps.contains("rate=16000") ? 0 : caps.contains("U8") ? 160 : 4), "\(difference)")
        await server.stop()
    }

    static let encoders = [
        ("lamemp3enc", "audio/mpeg"), ("flacenc", "audio/x-flac"), ("opusenc ! oggmux", "application/ogg"),
    ]

    @Test(arguments: encoders)
    func whatIsEncodedIsUploadedAsItIs(encoder: String, type: String) async throws {
        let server = try await SpeechServer([.init(body: OutputFormat.standard.silence(seconds: 1))])
        let run = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=50 ! audio/x-raw,rate=48000,channels=2 ! \(encoder) ! tee name=tee \
            tee. ! queue ! elevenlabsisolation name=filter ! fakesink name=sink \
            tee. ! \(Self.unboundedQueue) ! fakesink name=reference
            """, engine: server.engine, sinks: ["filter", "sink", "reference"])
        #expect(run.error == nil)
        let request = try #require(server.requests.first)
        #expect(request.rawPath == "/v1/audio-isolation/stream")
        #expect(request.formFields == ["file_format=other", "audio"])
        let isTheSame = request.uploadedAudio == run.arrived(at: "reference").bytes
        #expect(isTheSame && !request.uploadedAudio.isEmpty)
        await server.stop()
    }

    /// They write their headers again at the end.
    @Test(arguments: ["wavenc", "lamemp3enc ! qtmux", "matroskamux"])
    func whatAMuxerWritesAgainStandsInItsPlace(muxer: String) async throws {
        let server = try await SpeechServer([.init(body: OutputFormat.standard.silence(seconds: 1))])
        let file = FileManager.default.temporaryDirectory.appending(path: "filter-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let run = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=50 ! audio/x-raw,format=S16LE,rate=48000,channels=2 ! \(muxer) ! tee name=tee \
            tee. ! queue ! elevenlabsisolation ! fakesink name=sink \
            tee. ! \(Self.unboundedQueue) ! filesink location=\(file.path)
            """, engine: server.engine)
        #expect(run.error == nil)
        let isTheSame = try #require(server.requests.first).uploadedAudio == [UInt8](try Data(contentsOf: file))
        #expect(isTheSame)
        await server.stop()
    }

    @Test func aFileIsUploadedByteForByte() async throws {
        let server = try await SpeechServer([.init(body: OutputFormat.standard.silence(seconds: 1))])
        let file = FileManager.default.temporaryDirectory.appending(path: "filter-\(UUID().uuidString).mp3")
        let bytes = [UInt8]((0..<200_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let run = try await TestPipeline.run(
            "filesrc location=\(file.path) ! elevenlabsisolation ! fakesink name=sink", engine: server.engine)
        #expect(run.error == nil)
        #expect(try #require(server.requests.first).formFields == ["file_format=other", "audio"])
        let isTheSame = server.requests[0].uploadedAudio == bytes
        #expect(isTheSame)
        await server.stop()
    }

    @Test func aSetPropertyIsSentAndNoOther() async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=1 ! elevenlabsvoicechanger voice-id=a/b model-id=eleven_multilingual_sts_v2 \
            output-format=pcm_16000 enable-logging=true optimize-streaming-latency=0 stability=0.5 similarity-boost=0.75 \
            style=0 use-speaker-boost=true speed=1 seed=0 remove-background-noise=false file-format=pcm_s16le_16 \
            ! fakesink name=sink
            """, engine: server.engine)
        #expect(run.error == nil)
        let request = try #require(server.requests.first)
        #expect(request.rawPath == "/v1/speech-to-speech/a%2Fb/stream")
        #expect(
            request.query.map { "\($0.0)=\($0.1)" }
                == ["output_format=pcm_16000", "enable_logging=true", "optimize_streaming_latency=0"])
        #expect(
            request.formFields == [
                "model_id=eleven_multilingual_sts_v2",
                #"voice_settings={"similarity_boost":0.75,"speed":1,"stability":0.5,"style":0,"use_speaker_boost":true}"#,
                "seed=0", "remove_background_noise=false", "file_format=pcm_s16le_16", "audio",
            ])
        await server.stop()
    }

    struct Refusal: Sendable, CustomStringConvertible {
        let description: String
        let line: String
        let words: String
    }

    private static let refusals = [
        Refusal(
            description: "no voice", line: "audiotestsrc num-buffers=1 ! elevenlabsvoicechanger",
            words: "'voice-id' is not set"),
        Refusal(
            description: "raw audio as other",
            line: "audiotestsrc num-buffers=1 ! elevenlabsisolation file-format=other",
            words: "'file-format' is other, but raw audio comes in"),
        Refusal(
            description: "encoded audio as PCM",
            line: "audiotestsrc num-buffers=1 ! flacenc ! elevenlabsisolation file-format=pcm_s16le_16",
            words: "audio/x-flac comes in"),
        Refusal(
            description: "too long, in one piece",
            line: """
                audiotestsrc wave=silence num-buffers=3100 samplesperbuffer=1600 ! audio/x-raw,rate=16000 \
                ! elevenlabsvoicechanger voice-id=abc split=none
                """, words: "the input is 5 min 10 s long, but the service takes 5 min at most; set 'split'"),
        Refusal(
            description: "too many bytes",
            line: """
                fakesrc sizetype=fixed sizemax=1000000 filltype=zero num-buffers=52 can-activate-pull=false \
                ! elevenlabsvoicechanger voice-id=abc
                """, words: "the input has 52.0 MB, but the service takes 50.0 MB at most"),
        Refusal(
            description: "too long, as MP3, whose frames are counted",
            line: """
                audiotestsrc wave=silence num-buffers=311 samplesperbuffer=8000 ! audio/x-raw,rate=8000,channels=1 \
                ! lamemp3enc ! elevenlabsvoicechanger voice-id=abc
                """,
            words: "the input is 5 min 11.2 s long, but the service takes 5 min at most; put 'decodebin' before the "
                + "element, then it goes in pieces"),
        Refusal(
            description: "too long, as FLAC, whose buffers have durations",
            line: """
                audiotestsrc wave=silence num-buffers=310 samplesperbuffer=8000 ! audio/x-raw,rate=8000,channels=1 \
                ! flacenc ! elevenlabsvoicechanger voice-id=abc split=none
                """,
            words: "the input is 5 min 10 s long, but the service takes 5 min at most; put 'decodebin' before the "
                + "element and set 'split' to limit or silence"),
        Refusal(
            description: "far too long, in one piece, and without an end",
            line: """
                audiotestsrc wave=silence samplesperbuffer=16000 ! audio/x-raw,rate=16000 \
                ! elevenlabsvoicechanger voice-id=abc split=none
                """, words: "the input is more than 60 min 1 s long, but the service takes 5 min at most"),
        Refusal(
            description: "two kinds one after the other",
            line: """
                concat name=join ! elevenlabsisolation \
                ! fakesink name=sink audiotestsrc num-buffers=1 ! flacenc ! join. audiotestsrc num-buffers=1 ! join.
                """, words: "changes from audio/x-flac to raw audio"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeSentIsToldAndNotSent(refusal: Refusal) async throws {
        let server = try await echoServer()
        let line = refusal.line.contains("name=sink") ? refusal.line : refusal.line + " ! fakesink name=sink"
        let run = try await TestPipeline.run(line, engine: server.engine)
        let error = try #require(run.error)
        #expect(error.message.contains(refusal.words), "\(error.message)")
        #expect(error.domain == StreamFailure.domain)
        #expect(error.element.hasPrefix("uploadfilter") || error.element.hasPrefix("elevenlabs"), "\(error.element)")
        #expect(server.requests.isEmpty)
        await server.stop()
    }

    @Test(arguments: [false, true])
    func anEncodedInputOfJustTheLimitIsSent(isParsed: Bool) async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run(
            """
            audiotestsrc wave=silence num-buffers=300 samplesperbuffer=8000 ! audio/x-raw,rate=8000,channels=1 \
            ! lamemp3enc ! \(isParsed ? "mpegaudioparse !" : "") elevenlabsvoicechanger voice-id=abc ! fakesink name=sink
            """, engine: server.engine)
        #expect(run.error?.message == nil)
        #expect(server.requests.count == 1)
        await server.stop()
    }

    @Test func aStreamAfterTheEndIsAnErrorAndNotLostWithoutAWord() throws {
        try ElevenLabsElements.register()
        var intake = UploadIntake(
            UploadIntake.Demands(VoiceChangerRequest.self, PropertySettings()),
            input: UploadIntake.Input(isLive: { false }, duration: { nil }), onHeldBack: { _ in }, onCut: { _ in })
        try intake.begin("audio/x-flac")
        try intake.checkIsOpen()
        try intake.take(Buffer(wrapping: Bytes([1, 2, 3])))
        intake.close()
        try intake.finish()
        let error = #expect(throws: StreamFailure.self) { try intake.checkIsOpen() }
        #expect(error?.message.contains("after the end of the stream") == true)
    }

    @Test func whatIsLinkedToAFilterMayKnowTheLength() throws {
        try ElevenLabsElements.register()
        for (told, isRefused) in [(Duration.seconds(300), false), (.seconds(301), true), (nil, false)] {
            var intake = UploadIntake(
                UploadIntake.Demands(VoiceChangerRequest.self, PropertySettings()),
                input: UploadIntake.Input(isLive: { false }, duration: { told }), onHeldBack: { _ in }, onCut: { _ in })
            try intake.begin("audio/ogg")
            try intake.take(Buffer(wrapping: Bytes([1, 2, 3])))
            do throws(StreamFailure) {
                try intake.finish()
                #expect(!isRefused)
            } catch {
                #expect(isRefused && error.message.contains("5 min 1 s"), "\(error.message)")
            }
        }
    }

    @Test(arguments: [true, false])
    func aDiskThatCannotBeUsedIsNoFaultOfOurs(isFull: Bool) {
        let failure = StreamFailure(Spool.Failure(description: "a temporary file cannot be made", isOutOfSpace: isFull))
        #expect(failure.category == .storage)
        #expect(failure.message.contains("the disk is full") == isFull && failure.message.contains("TMPDIR"))
    }

    @Test func aLiveInputThatIsHeldBackIsToldOf() async throws {
        let server = try await echoServer()
        for (split, count) in [("limit", 1), ("silence", 0)] {
            let run = try await TestPipeline.run(
                """
                audiotestsrc is-live=true num-buffers=2 samplesperbuffer=1600 ! audio/x-raw,rate=16000,channels=1 \
                ! \(changer) split=\(split) ! fakesink name=sink
                """, engine: server.engine)
            #expect(run.error == nil)
            let warnings = run.messages.filter { if case .warning = $0 { true } else { false } }
            #expect(warnings.count == count, "\(split): \(warnings)")
        }
        await server.stop()
    }

    @Test func aGapIsSilenceOfItsLength() async throws {
        let server = try await echoServer()
        // In place of a buffer that it drops, identity sends a gap.
        let run = try await TestPipeline.run(
            """
            audiotestsrc num-buffers=10 samplesperbuffer=1600 wave=square volume=0.5 ! audio/x-raw,rate=16000,channels=1 \
            ! identity drop-buffer-flags=discont name=drop ! \(changer) ! fakesink name=sink
            """, engine: server.engine)
        #expect(run.error == nil)
        let sent = Self.samples(try #require(server.requests.first).uploadedAudio)
        #expect(sent.count == 16000)
        #expect(sent.prefix(1600).allSatisfy { $0 == 0 } && sent.dropFirst(1600).allSatisfy { $0 != 0 })
        await server.stop()
    }
}
