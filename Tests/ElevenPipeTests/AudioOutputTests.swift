import ElevenLabsSimulator
import GLib
import Synchronization
import Testing

@testable import ElevenPipe

@Suite(.serialized, .timeLimit(.minutes(2))) struct AudioOutputTests {
    private static let tone =
        "- audiotestsrc: {wave: pink-noise, num-buffers: 200}\n    - \"audio/x-raw,format=S16LE,rate=24000,channels=1\""

    @Test func theSamplesAreThoseOfAFileOfTheSameBranch() async throws {
        let folder = try TemporaryFolder()
        let pipeline = try makeOpenPipeline(
            """
            a:
                \(Self.tone)
            file: [from: a, wavenc, filesink: {location: "\(folder.file("a.wav"))"}]
            """)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        async let heard = hear(output)
        let summary = try await pipeline.run()
        let result = await heard
        #expect(summary.ending == .completed && result.error == nil)
        #expect(result.format == AudioFormat(.int16, rate: 24000, channels: 1))
        #expect(result.isContinuous)
        let isTheSame = result.samples == samples16(inWAV: try #require(folder.contents(of: "a.wav")))
        #expect(isTheSame && result.samples.count == 200 * 1024)
    }

    @Test(arguments: ["mp3_44100_128", "pcm_24000", "ulaw_8000", "opus_48000_64"])
    func speechIsThatOfAFileOfTheSameBranch(format: String) async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator()
        let port = try await simulator.start()
        let pipeline = try makeOpenPipeline(
            """
            speech: [elevenlabstts: {text: "One two three.", voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: \(format)}, decodebin]
            file: [from: speech, "audio/x-raw,format=S16LE,rate=16000,channels=1", wavenc, filesink: {location: "\(folder.file("a.wav"))"}]
            """, port: port)
        let output = try pipeline.audio(from: "speech", as: Int16.self, rate: 16000, channels: 1)
        async let heard = hear(output)
        _ = try await pipeline.run()
        let result = await heard
        await simulator.stop()
        let isTheSame = result.samples == samples16(inWAV: try #require(folder.contents(of: "a.wav")))
        #expect(isTheSame && result.samples.count > 8000 && result.error == nil)
    }

    @Test func aBranchThatOnlyTheProgramTakesNeedsNoSink() async throws {
        let pipeline = try makeOpenPipeline("a:\n    \(Self.tone)")
        let output = try pipeline.audio(from: "a")
        async let heard = hear(output)
        #expect(try await pipeline.run().ending == .completed)
        let result = await heard
        #expect(result.samples.count == 200 * 1024)
        #expect(result.format == AudioFormat(.float32, rate: 24000, channels: 1))
        #expect(result.samples.contains { abs($0) > 0.1 } && result.samples.allSatisfy { abs($0) <= 1 })
    }

    @Test func aNamedPadIsTakenFromToo() async throws {
        let pipeline = try makeOpenPipeline(
            """
            tone: [audiotestsrc: {num-buffers: 20, wave: square}, "audio/x-raw,format=S16LE,rate=8000,channels=1"]
            quiet: [from: tone, volume: {volume: 0}]
            both: [from: [quiet, tone], audiointerleave, "audio/x-raw,rate=8000", deinterleave: {name: parts}]
            """)
        let left = try pipeline.audio(from: "parts.src_0", as: Int16.self)
        let right = try pipeline.audio(from: "both.src_1", as: Int16.self)
        async let leftHeard = hear(left)
        async let rightHeard = hear(right)
        _ = try await pipeline.run()
        let (first, second) = await (leftHeard.samples, rightHeard.samples)
        #expect(first.count == 20 * 1024 && first.allSatisfy { $0 == 0 })
        #expect(second.count == 20 * 1024 && second.allSatisfy { abs(Int($0)) > 20000 })
    }

    @Test func aGraphThatIsWholeGivesToAProgramBesides() async throws {
        let engine = try Engine(baseURL: "http://127.0.0.1:1", apiKey: .provider { nil })
        let graph = try Graph(
            yaml: "elevenpipe: 1\ngraph:\n  a: [audiotestsrc: {num-buffers: 7}]\n  b: [from: a, fakesink]")
        let pipeline = Pipeline(try graph.checked(), engine: engine)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        async let heard = hear(output)
        _ = try await pipeline.run()
        #expect(await heard.samples.count == 7 * 1024)
        // For whom nobody takes anything, an open end is a mistake.
        let open = try Graph(yaml: "elevenpipe: 1\ngraph:\n  a: [audiotestsrc]")
        #expect(throws: GraphError.self) { try open.checked() }
    }

    @Test func severalOutputsEachGetAllInTheirOwnFormats() async throws {
        let pipeline = try makeOpenPipeline("a:\n    \(Self.tone)")
        let first = try pipeline.audio(from: "a", as: Int16.self)
        let second = try pipeline.audio(from: "a", as: Int16.self)
        let stereo = try pipeline.audio(from: "a", as: Double.self, rate: 48000, channels: 2)
        let wide = try pipeline.audio(from: "a", as: Int32.self, channels: 6)
        async let firstHeard = hear(first)
        async let secondHeard = hear(second)
        async let stereoHeard = hear(stereo)
        async let wideHeard = hear(wide)
        _ = try await pipeline.run()
        let areTheSame = await firstHeard.samples == secondHeard.samples
        #expect(areTheSame)
        #expect(await firstHeard.samples.count == 200 * 1024)
        #expect(await stereoHeard.format == AudioFormat(.float64, rate: 48000, channels: 2))
        // The resampler's delay is a few dozen frames, of which the last may be missing.
        #expect(await abs(stereoHeard.samples.count / 2 - 400 * 1024) < 200)
        #expect(await wideHeard.format == AudioFormat(.int32, rate: 24000, channels: 6))
        #expect(await wideHeard.samples.count == 200 * 1024 * 6)
    }

    @Test func encodedSpeechCanBeStreamed() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator()
        let port = try await simulator.start()
        let pipeline = try makeOpenPipeline(
            """
            speech: [elevenlabstts: {text: "One two three four five six.", voice-id: JBFqnCBsd6RMkjVDRZzb}]
            opus: [from: speech, decodebin, opusenc, oggmux]
            """, port: port)
        let mp3 = try pipeline.bytes(from: "speech")
        let opus = try pipeline.bytes(from: "opus")
        let collect = { @Sendable (output: ByteOutput) async throws -> (bytes: [UInt8], types: Set<String>) in
            var bytes: [UInt8] = []
            var types: Set<String> = []
            for try await chunk in output {
                chunk.withBytes { span in
                    for index in span.byteOffsets {
                        bytes.append(span.unsafeLoad(fromByteOffset: index, as: UInt8.self))
                    }
                }
                types.insert(chunk.mediaType)
            }
            return (bytes, types)
        }
        async let first = collect(mp3)
        async let second = collect(opus)
        _ = try await pipeline.run()
        let (mp3Bytes, mp3Types) = try await first
        let (opusBytes, opusTypes) = try await second
        await simulator.stop()
        #expect(mp3Types == ["audio/mpeg"])
        let isWhatWasSent = mp3Bytes.count > 1000
        #expect(isWhatWasSent)
        #expect(opusTypes == ["audio/ogg"])
        #expect(opusBytes.starts(with: "OggS".utf8))
        // A decoder takes it, to its end: read back through a file.
        try opusBytes.withUnsafeBytes { bytes in try folder.write(bytes, to: "a.opus") }
        let back = try makeOpenPipeline("a: [filesrc: {location: \"\(folder.file("a.opus"))\"}, decodebin]")
        let output = try back.audio(from: "a", as: Int16.self)
        async let heard = hear(output)
        _ = try await back.run()
        #expect(await heard.samples.count > 48000)
        #expect(await heard.samples.contains { abs(Int($0)) > 1000 })
    }

    @Test func anUnknownBranchIsToldWithThoseThereAre() async throws {
        let pipeline = try makeOpenPipeline("speech:\n    \(Self.tone)\nfile: [from: speech, fakesink]")
        for (name, words) in [
            ("spech", "speech"), ("speech.nothing", "no output pad"), ("a.b.c", "BRANCH.PAD"), ("", "BRANCH.PAD"),
            ("file", "gives nothing on"),
        ] {
            let error = #expect(throws: GraphError.self) { try pipeline.audio(from: name) }
            #expect(error?.description.contains(words) == true, "\(name): \(String(describing: error))")
        }
        // None of these has left a trace.
        #expect(try await pipeline.run().ending == .completed)
        #expect(throws: GraphError.self) { try pipeline.audio(from: "speech") }
    }

    @Test func encodedAudioIsNoPCM() throws {
        let pipeline = try makeOpenPipeline("speech: [elevenlabstts: {text: a, voice-id: JBFqnCBsd6RMkjVDRZzb}]")
        let error = #expect(throws: GraphError.self) { try pipeline.audio(from: "speech") }
        #expect(error?.description.contains("decodebin") == true, "\(String(describing: error))")
    }

    @Test func anEndThatNobodyTakesIsAnErrorOfTheRun() async throws {
        let pipeline = try makeOpenPipeline("a:\n    \(Self.tone)\nb: [audiotestsrc]")
        let output = try pipeline.audio(from: "a")
        async let heard = hear(output)
        let error = await #expect(throws: PipelineError.self) { try await pipeline.run() }
        #expect(error?.code == .invalidGraph && error?.location?.line == 6, "\(String(describing: error))")
        #expect(await heard.error == error)
    }

    @Test func aSecondReaderIsTold() async throws {
        let pipeline = try makeOpenPipeline("a:\n    \(Self.tone)")
        let output = try pipeline.audio(from: "a")
        async let heard = hear(output)
        let run = Task { try await pipeline.run() }
        _ = try await run.value
        #expect(await heard.samples.count == 200 * 1024)
        await #expect(throws: PipelineError.self) { for try await _ in output {} }
    }

    @Test func aPipelineThatNeverRunsLeavesNoReaderWaiting() async throws {
        var pipeline: Pipeline? = try makeOpenPipeline("a:\n    \(Self.tone)")
        let output = try #require(try pipeline?.audio(from: "a"))
        let heard = Task { await hear(output) }
        try await Task.sleep(for: .milliseconds(20))
        pipeline = nil
        #expect(await heard.value.error?.code == .internalFault)
    }

    // MARK: Slow, gone and cancelled readers

    @Test func thePipelineWaitsForASlowReaderAndLosesNothing() async throws {
        // Ten minutes at 48 kHz stereo: 115 MB, were it held anywhere.
        let pipeline = try makeOpenPipeline(
            """
            a:
              - audiotestsrc: {num-buffers: 28125, wave: saw}
              - "audio/x-raw,format=S16LE,rate=48000,channels=2"
            """)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        let reader = Task {
            var frames = 0
            var end = Duration.zero
            var most = Duration.zero
            var isContinuous = true
            for try await chunk in output {
                frames += chunk.frameCount
                if abs((chunk.timestamp - end).seconds) > 1e-6 { isContinuous = false }
                end = chunk.timestamp + chunk.duration
                if frames % (1024 * 500) == 0 {
                    try await Task.sleep(for: .milliseconds(20))
                    // What has been made, and was not read.
                    most = max(most, (await pipeline.progress().audioLength ?? .zero) - end)
                }
            }
            return (frames, isContinuous, most)
        }
        #expect(try await pipeline.run().ending == .completed)
        let (frames, isContinuous, most) = try await reader.value
        #expect(frames == 28125 * 1024 && isContinuous)
        // Eight buffers and the one that waits, of 21 ms each.
        #expect(most > .zero && most < .milliseconds(250), "\(most)")
    }

    @Test func aReaderThatNeverReadsHoldsNeitherTheStartNorAStopUp() async throws {
        let folder = try TemporaryFolder()
        let pipeline = try makeOpenPipeline(
            """
            a: [audiotestsrc]
            file: [from: a, wavenc, filesink: {location: "\(folder.file("a.wav"))"}]
            """)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        var reader = output.makeAsyncIterator()
        let run = Task { try await pipeline.run() }
        for _ in 0..<1000 where await pipeline.progress().audioLength == nil {
            try await Task.sleep(for: .milliseconds(5))
        }
        try await Task.sleep(for: .milliseconds(200))
        let started = ContinuousClock.now
        pipeline.stop()
        let summary = try await run.value
        #expect(ContinuousClock.now - started < .seconds(30))
        #expect(summary.ending == .stopped && summary.files.first?.isFinalised == true)
        #expect(try await reader.next() == nil)
    }

    @Test(arguments: [true, false])
    func whoStopsReadingLetsTheOthersGoOn(reads: Bool) async throws {
        let folder = try TemporaryFolder()
        let pipeline = try makeOpenPipeline(
            """
            a:
              - audiotestsrc: {num-buffers: 5000}
              - "audio/x-raw,format=S16LE,rate=48000,channels=1"
            file: [from: a, wavenc, filesink: {location: "\(folder.file("a.wav"))"}]
            """)
        var output: AudioOutput<Int16>? = try pipeline.audio(from: "a", as: Int16.self)
        let whole = try pipeline.audio(from: "a", as: Int16.self)
        async let heard = hear(whole)
        let run = Task { try await pipeline.run() }
        if reads, let output {
            var count = 0
            for try await _ in output {
                count += 1
                if count == 10 { break }
            }
        }
        output = nil
        #expect(try await run.value.ending == .completed)
        let isWhole = await heard.samples == samples16(inWAV: try #require(folder.contents(of: "a.wav")))
        #expect(isWhole)
        #expect(await heard.samples.count == 5000 * 1024)
    }

    @Test func aCancelledReaderEndsAtOnceAndTheRunGoesOn() async throws {
        let pipeline = try makeOpenPipeline(
            "a: [audiotestsrc: {is-live: true, num-buffers: 40}]\nb: [from: a, fakesink]")
        let output = try pipeline.audio(from: "a", as: Int16.self)
        let run = Task { try await pipeline.run() }
        let reader = Task { await hear(output) }
        try await Task.sleep(for: .milliseconds(100))
        reader.cancel()
        #expect(await reader.value.error == nil)
        #expect(try await run.value.ending == .completed)
    }

    enum Dropping: CaseIterable { case oldest, newest }

    @Test(arguments: Dropping.allCases)
    func whatIsDroppedIsCounted(policy: Dropping) async throws {
        let pipeline = try makeOpenPipeline(
            """
            a:
              - audiotestsrc: {num-buffers: 1000}
              - "audio/x-raw,format=S16LE,rate=16000,channels=1"
            """)
        let limit = Duration.seconds(2)
        let output = try pipeline.audio(
            from: "a", as: Int16.self,
            policy: policy == .oldest ? .dropOldest(beyond: limit) : .dropNewest(beyond: limit))
        var reader = output.makeAsyncIterator()
        // Nobody reads, and the run ends all the same.
        #expect(try await pipeline.run().ending == .completed)
        var starts: [Duration] = []
        var frames = 0
        while let chunk = try await reader.next() {
            starts.append(chunk.timestamp)
            frames += chunk.frameCount
        }
        // 31 buffers of 1024 frames are the most that two seconds hold.
        #expect(frames == 31 * 1024)
        #expect(output.dropped == .seconds(1000 * 1024) / 16000 - .seconds(frames) / 16000)
        let first = try #require(starts.first)
        #expect(policy == .oldest ? first == .seconds(969 * 1024) / 16000 : first == .zero)
    }

    @Test func aPacedReaderGetsItAtThePaceOfTheClock() async throws {
        let pipeline = try makeOpenPipeline(
            """
            a:
              - audiotestsrc: {num-buffers: 50}
              - "audio/x-raw,format=S16LE,rate=48000,channels=1"
            """)
        let output = try pipeline.audio(from: "a", as: Int16.self, paced: true)
        async let heard = hear(output)
        let started = ContinuousClock.now
        _ = try await pipeline.run()
        #expect(ContinuousClock.now - started > .seconds(1))
        #expect(await heard.samples.count == 50 * 1024)
    }

    @Test(arguments: [true, false])
    func aPauseHoldsTheReaderToo(fromTheStart: Bool) async throws {
        let pipeline = try makeOpenPipeline(
            """
            a:
              - audiotestsrc: {num-buffers: 2000}
              - "audio/x-raw,format=S16LE,rate=16000,channels=1"
            """)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        let count = Mutex(0)
        let reader = Task {
            await hear(output) { chunks in
                count.withLock { $0 = chunks }
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        if fromTheStart { pipeline.pause() }
        try await pipeline.start()
        if !fromTheStart {
            for _ in 0..<1000 where count.withLock({ $0 < 10 }) { try await Task.sleep(for: .milliseconds(5)) }
            pipeline.pause()
        }
        for _ in 0..<1000 where pipeline.state != .paused { try await Task.sleep(for: .milliseconds(5)) }
        // What has come already may still be read.
        try await Task.sleep(for: .milliseconds(200))
        let before = count.withLock { $0 }
        try await Task.sleep(for: .milliseconds(100))
        #expect(count.withLock { $0 } == before && before < 2000)
        pipeline.resume()
        #expect(try await pipeline.wait().ending == .completed)
        #expect(await reader.value.samples.count == 2000 * 1024)
    }

    // MARK: Ends

    @Test(arguments: ["cut-at-chunk=12", "reset=8", "status=401"])
    func anErrorInMidStreamComesAfterAllThatWasThere(fault: String) async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator([fault])
        let port = try await simulator.start()
        let pipeline = try makeOpenPipeline(
            """
            speech: [elevenlabstts: {text: "This is a longer sentence, to cut in its middle, or so.", voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: pcm_16000}]
            file: [from: speech, wavenc, filesink: {location: "\(folder.file("a.wav"))"}]
            """, port: port)
        let output = try pipeline.audio(from: "speech", as: Int16.self)
        async let heard = hear(output) { _ in try? await Task.sleep(for: .milliseconds(3)) }
        let error = await #expect(throws: PipelineError.self) { try await pipeline.run() }
        let result = await heard
        await simulator.stop()
        #expect(result.error == error && error != nil)
        let isTheSame = result.samples == samples16(inWAV: folder.contents(of: "a.wav") ?? [])
        #expect(isTheSame, "\(result.samples.count)")
        #expect(fault.hasPrefix("status") == result.samples.isEmpty)
    }

    @Test(arguments: 0..<60)
    func aStopAtAnyMomentEndsTheSequence(round: Int) async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator()
        let port = try await simulator.start()
        let pipeline = try makeOpenPipeline(
            """
            speech: [elevenlabstts: {text: "This is a text that takes a while to say, and goes on.", voice-id: JBFqnCBsd6RMkjVDRZzb}, decodebin]
            file: [from: speech, wavenc, filesink: {location: "\(folder.file("a.wav"))"}]
            speaker: [from: speech, fakesink: {sync: true}]
            """, port: port)
        let first = try pipeline.audio(from: "speech", as: Int16.self)
        let second = try pipeline.bytes(from: "speech")
        let third = try pipeline.audio(from: "speech", as: Int16.self, policy: .dropOldest(beyond: .milliseconds(100)))
        let readers = [
            Task { await hear(first).error },
            Task { () -> PipelineError? in
                // Sometimes it stops at once, sometimes it never gets on.
                do throws(PipelineError) {
                    for try await _ in second {
                        if round % 3 == 0 { break } else { try? await Task.sleep(for: .milliseconds(50)) }
                    }
                } catch { return error }
                return nil
            },
            Task { await hear(third).error },
        ]
        let run = Task { try await pipeline.run() }
        try await Task.sleep(for: .milliseconds(round * 5))
        switch round % 4 {
        case 0: pipeline.stop()
        case 1: run.cancel()
        case 2:
            readers[0].cancel()
            readers[1].cancel()
            pipeline.stop()
        default:
            pipeline.stop()
            pipeline.stop()
        }
        let summary = try await run.value
        for reader in readers { #expect(await reader.value == nil) }
        await simulator.stop()
        if summary.ending == .stopped, round % 4 != 3, let file = summary.files.first, (file.size ?? 0) > 0 {
            #expect(file.isFinalised)
        }
    }
}
