import ElevenLabsSimulator
import GLib
import GStreamer
import Synchronization
import Testing

@testable import ElevenPipe

private let tenSeconds = ramp(160_000)

@Suite(.serialized, .timeLimit(.minutes(2))) struct AudioInputTests {
    @Test(arguments: [1, 7, 1600, 100_000])
    func theFileHoldsTheSamplesThatWereWritten(piece: Int) async throws {
        let folder = try TemporaryFolder()
        let pipeline = try makeOpenPipeline(
            "a: [appsrc: {name: voice}, wavenc, filesink: {location: \"\(folder.file("a.wav"))\"}]")
        let input = try pipeline.input("voice", as: Int16.self, rate: 16000, channels: 1)
        let samples = ramp(piece == 1 ? 3000 : 100_000)
        async let run = pipeline.run()
        for start in stride(from: 0, to: samples.count, by: piece) {
            try await input.write(Array(samples[start..<min(samples.count, start + piece)]))
        }
        input.finish()
        #expect(try await run.files.first?.isFinalised == true)
        let isTheSame = samples16(inWAV: try #require(folder.contents(of: "a.wav"))) == samples
        #expect(isTheSame)
    }

    @Test func whoWritesFasterThanTheReaderReadsWaitsAndNothingIsLost() async throws {
        let pipeline = try makeOpenPipeline("a: [appsrc: {name: voice}, audioconvert]")
        let input = try pipeline.input("voice", as: Int16.self, rate: 16000, channels: 1)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        // Ten minutes, at once.
        let samples = ramp(16000 * 600)
        let isWritten = Mutex(false)
        let reader = Task {
            var place = 0
            var isTheSame = true
            var mostTaken = Duration.zero
            for try await chunk in output {
                chunk.withSamples { span in
                    for index in span.indices where span[index] != samples[place + index] { isTheSame = false }
                    place += span.count
                }
                if place % (1600 * 100) == 0 {
                    try await Task.sleep(for: .milliseconds(10))
                    let made = await pipeline.progress().audioLength ?? .zero
                    mostTaken = max(mostTaken, made - .seconds(place) / 16000)
                    if place < samples.count / 2 { #expect(!isWritten.withLock { $0 }) }
                }
            }
            return (place, isTheSame, mostTaken)
        }
        let run = Task { try await pipeline.run() }
        try await input.write(samples)
        isWritten.withLock { $0 = true }
        input.finish()
        #expect(try await run.value.ending == .completed)
        let (place, isTheSame, mostTaken) = try await reader.value
        #expect(place == samples.count && isTheSame)
        #expect(mostTaken < .seconds(2), "\(mostTaken)")
    }

    @Test func encodedBytesGoAsTheyAre() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator(keepsAudio: true)
        let port = try await simulator.start()
        let speaking = try makeOpenPipeline(
            "a: [elevenlabstts: {text: \"One two three.\", voice-id: JBFqnCBsd6RMkjVDRZzb}]", port: port)
        let speech = try speaking.bytes(from: "a")
        let decoding = try makeOpenPipeline(
            """
            a: [appsrc: {name: file}, tee]
            copy: [from: a, filesink: {location: "\(folder.file("a.mp3"))"}]
            pcm: [from: a, decodebin]
            """)
        let input = try decoding.input("file")
        let pcm = try decoding.audio(from: "pcm", as: Int16.self)
        async let heard = hear(pcm)
        async let first = speaking.run()
        async let second = decoding.run()
        for try await chunk in speech { try await input.write(chunk) }
        input.finish()
        _ = try await (first, second)
        let isTheSame = folder.contents(of: "a.mp3") == simulator.requests.first?.audio
        #expect(isTheSame)
        #expect(await heard.samples.count > 20000)
        await simulator.stop()
    }

    @Test func samplesAreEncodedInMemory() async throws {
        let pipeline = try makeOpenPipeline(
            """
            voice: [appsrc]
            opus: [from: voice, opusenc, oggmux]
            flac: [from: voice, flacenc]
            """)
        let input = try pipeline.input("voice", as: Float.self, rate: 22050, channels: 2)
        let opus = try pipeline.bytes(from: "opus")
        let flac = try pipeline.bytes(from: "flac")
        let collect = { @Sendable (output: ByteOutput) async throws -> (count: Int, type: String?) in
            var result = (0, String?.none)
            for try await chunk in output { result = (result.0 + chunk.bytes.count, chunk.mediaType) }
            return result
        }
        async let first = collect(opus)
        async let second = collect(flac)
        async let run = pipeline.run()
        for _ in 0..<10 { try await input.write((0..<44100).map { _ in Float.random(in: -0.5...0.5) }) }
        input.finish()
        _ = try await run
        let (opusEnd, flacEnd) = try await (first, second)
        #expect(opusEnd.type == "audio/ogg" && flacEnd.type == "audio/flac")
        // Ten seconds of noise: a coder for speech at its 64 kbit/s, and one without loss.
        #expect((40_000...200_000).contains(opusEnd.count) && flacEnd.count > 400_000, "\(opusEnd) \(flacEnd)")
    }

    @Test func aVoiceChangerIsFedFromMemory() async throws {
        let simulator = try fastSimulator()
        let port = try await simulator.start()
        let pipeline = try makeOpenPipeline(
            """
            changed:
              - appsrc: {name: voice}
              - elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL, output-format: pcm_16000}
            """, port: port)
        let input = try pipeline.input("voice", as: Float.self, rate: 44100, channels: 1)
        let output = try pipeline.audio(from: "changed", as: Int16.self)
        async let heard = hear(output)
        async let run = pipeline.run()
        let tone = (0..<88200).map { Float.random(in: -0.1...0.1) + ($0 / 200 % 2 == 0 ? 0.3 : -0.3) }
        try await input.write(tone)
        input.finish()
        let summary = try await run
        await simulator.stop()
        #expect(summary.requests.first?.attempts == 1)
        // Two seconds, as long as what went in.
        #expect(await abs(heard.samples.count - 32000) < 3200)
        #expect(await heard.error == nil)
    }

    /// The speaker, and with it the clock, starts only when the program gives something.
    @Test(arguments: [true, false])
    func whatComesOutCanGoInAgainWhileASpeakerWaitsForIt(allAtOnce: Bool) async throws {
        let folder = try TemporaryFolder()
        let pipeline = try makeOpenPipeline(
            """
            sound:
              - audiotestsrc: {num-buffers: 20, wave: pink-noise}
              - "audio/x-raw,format=S16LE,rate=16000,channels=1"
            \(allAtOnce ? "" : "direct: [from: sound, fakesink]")
            echo: [appsrc]
            speaker: [from: echo, fakesink: {sync: true}]
            file: [from: echo, wavenc, filesink: {location: "\(folder.file("a.wav"))"}]
            """)
        let output = try pipeline.audio(from: "sound", as: Int16.self)
        let input = try pipeline.input("echo", as: Int16.self, rate: 16000, channels: 1)
        async let run = pipeline.run()
        var samples: [Int16] = []
        var waiting: [AudioChunk<Int16>] = []
        for try await chunk in output {
            samples += chunk.samples
            if allAtOnce { waiting.append(chunk) } else { try await input.write(chunk) }
        }
        for chunk in waiting { try await input.write(chunk) }
        input.finish()
        #expect(try await run.ending == .completed)
        let areTheSame = samples == samples16(inWAV: try #require(folder.contents(of: "a.wav")))
        #expect(areTheSame && samples.count == 20 * 1024)
    }

    @Test func severalInputsMeetInAMixer() async throws {
        let pipeline = try makeOpenPipeline(
            """
            a: [appsrc: {name: left}]
            b: [appsrc: {name: right}]
            mix: [from: [a, b], audiomixer, "audio/x-raw,rate=16000,channels=1"]
            """)
        let left = try pipeline.input("left", as: Int16.self, rate: 16000, channels: 1)
        let right = try pipeline.input("right", as: Float.self, rate: 16000, channels: 1)
        let output = try pipeline.audio(from: "mix", as: Int16.self)
        async let heard = hear(output)
        async let run = pipeline.run()
        async let first: Void = {
            try await left.write(Array(repeating: 1000, count: 32000))
            left.finish()
        }()
        try await right.write(Array(repeating: 0.25, count: 32000))
        right.finish()
        _ = try await (run, first)
        #expect(await abs(heard.samples.count - 32000) < 1000)
        #expect(await heard.samples.prefix(30000).allSatisfy { abs(Int($0) - 9192) < 3 })
    }

    @Test(arguments: [true, false])
    func nothingIsLeftOfARun(isStopped: Bool) async throws {
        let parts = Mutex<[WeakElement]>([])
        do {
            let pipeline = try makeOpenPipeline("a: [appsrc, audioconvert]\nb: [from: a, fakesink]")
            let input = try pipeline.input("a", as: Int16.self, rate: 16000, channels: 1)
            let output = try pipeline.audio(from: "a", as: Int16.self)
            let bytes = try pipeline.bytes(from: "a")
            async let run = pipeline.run()
            async let heard = hear(output)
            async let rest: Void = { for try await _ in bytes {} }()
            try await input.write(Array(repeating: 7, count: 16000))
            let built = try #require(pipeline.built.withLock { $0 })
            parts.withLock { $0 = ([built.pipeline] + built.elements.values).map { WeakElement($0) } }
            if isStopped { pipeline.stop() } else { input.finish() }
            _ = try await (run, heard, rest)
        }
        #expect(parts.withLock { $0.count } > 6)
        for _ in 0..<400 where parts.withLock({ $0.contains { $0.element != nil } }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(parts.withLock { $0.compactMap { $0.element?.name } } == [])
    }

    // MARK: Mistakes

    @Test func inputsThatAreNotThereOrNotAsTheGraphSaysAreTold() throws {
        let pipeline = try makeOpenPipeline(
            """
            a: [appsrc: {name: voice, caps: "audio/x-raw,format=S16LE,rate=16000,channels=1"}, fakesink]
            b: [appsrc: {name: other}, fakesink]
            c: [audiotestsrc: {name: tone}, fakesink]
            """)
        let mistakes: [(String, String, () throws -> Void)] = [
            ("voce", "'voice', 'other'", { _ = try pipeline.input("voce", as: Int16.self, rate: 1, channels: 1) }),
            ("tone", "'audiotestsrc'", { _ = try pipeline.input("tone") }),
            ("other", "not known", { _ = try pipeline.input("other", as: Int16.self) }),
            ("other", "no format", { _ = try pipeline.input("other", as: Int16.self, rate: -1, channels: 1) }),
            ("voice", "int32", { _ = try pipeline.input("voice", as: Int32.self) }),
            ("voice", "8000 Hz", { _ = try pipeline.input("voice", as: Int16.self, rate: 8000) }),
        ]
        for (name, words, body) in mistakes {
            let error = #expect(throws: GraphError.self, performing: body)
            #expect(error?.description.contains(words) == true, "\(name): \(String(describing: error))")
        }
        let input = try pipeline.input("voice", as: Int16.self)
        #expect(input.format == AudioFormat(.int16, rate: 16000, channels: 1))
        #expect(throws: GraphError.self) { try pipeline.input("voice", as: Int16.self) }
    }

    @Test func whatAnInputFeedsIsChecked() throws {
        let pipeline = try makeOpenPipeline("a: [appsrc: {name: voice}, flacparse, fakesink]")
        let error = #expect(throws: GraphError.self) {
            try pipeline.input("voice", as: Int16.self, rate: 16000, channels: 1)
        }
        #expect(error?.description.contains("flacparse") == true)
    }

    @Test func anInputThatNobodyFeedsIsAnErrorOfTheRun() async throws {
        let pipeline = try makeOpenPipeline("a: [appsrc: {name: voice}, fakesink]")
        let error = await #expect(throws: PipelineError.self) { try await pipeline.run() }
        #expect(error?.code == .invalidGraph && error?.message.contains("voice") == true)
        #expect(error?.location?.line == 3)
    }

    @Test func anInputWithoutANameHasThatOfItsBranch() async throws {
        let pipeline = try makeOpenPipeline("first: [appsrc]\nsecond: [appsrc]\nboth: [from: [first, second], concat]")
        let output = try pipeline.audio(from: "both", as: Int16.self)
        let first = try pipeline.input("first", as: Int16.self, rate: 16000, channels: 1)
        let second = try pipeline.input("second", as: Int16.self, rate: 16000, channels: 1)
        async let heard = hear(output)
        async let run = pipeline.run()
        async let later: Void = {
            try await second.write([4, 5])
            second.finish()
        }()
        try await first.write([1, 2, 3])
        first.finish()
        _ = try await (run, later)
        #expect(await heard.samples == [1, 2, 3, 4, 5])
    }

    @Test func aSinkForAProgramInTheGraphIsTold() throws {
        let error = #expect(throws: GraphError.self) { try makeOpenPipeline("a: [audiotestsrc, appsink]") }
        #expect(error?.description.contains("audio(from:)") == true, "\(String(describing: error))")
    }

    @Test func mistakesOfAWriterAreToldAndTheRunGoesOn() async throws {
        let pipeline = try makeOpenPipeline("a: [appsrc: {name: voice}]")
        let input = try pipeline.input("voice", as: Int16.self, rate: 16000, channels: 2)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        async let heard = hear(output)
        async let run = pipeline.run()
        await #expect(throws: PipelineError.self) { try await input.write([1, 2, 3]) }
        try await input.write([1, 2, 3, 4])
        input.finish()
        await #expect(throws: PipelineError.self) { try await input.write([1, 2]) }
        #expect(try await run.ending == .completed)
        #expect(await heard.samples == [1, 2, 3, 4])
        await #expect(throws: PipelineError.self) { try await input.write([1, 2]) }
    }

    // MARK: Ends

    @Test func aWriterThatIsLetGoOfHasFinished() async throws {
        let pipeline = try makeOpenPipeline("a: [appsrc: {name: voice}]")
        var input: AudioInput<Int16>? = try pipeline.input("voice", as: Int16.self, rate: 8000, channels: 1)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        async let heard = hear(output)
        async let run = pipeline.run()
        try await input?.write([1, 2, 3])
        input = nil
        #expect(try await run.ending == .completed)
        #expect(await heard.samples == [1, 2, 3])
    }

    @Test func anInputThatIsFinishedBeforeTheRunIsEmpty() async throws {
        let pipeline = try makeOpenPipeline("a: [appsrc: {name: voice}]")
        let input = try pipeline.input("voice", as: Int16.self, rate: 8000, channels: 1)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        input.finish()
        async let heard = hear(output)
        #expect(try await pipeline.run().ending == .completed)
        let result = await heard
        #expect(result.samples.isEmpty && result.error == nil)
    }

    @Test func aFailureIsTheWritersToo() async throws {
        let simulator = try fastSimulator(["status=401"])
        let port = try await simulator.start()
        let pipeline = try makeOpenPipeline(
            """
            a: [appsrc: {name: voice}, fakesink: {sync: true}]
            b: [elevenlabstts: {text: a, voice-id: JBFqnCBsd6RMkjVDRZzb}, fakesink]
            """, port: port)
        let input = try pipeline.input("voice", as: Int16.self, rate: 16000, channels: 1)
        let writer = Task { for _ in 0..<360 { try await input.write(tenSeconds) } }
        let error = await #expect(throws: PipelineError.self) { try await pipeline.run() }
        let told = await #expect(throws: PipelineError.self) { try await writer.value }
        #expect(error?.code == .refused && told == error)
        await simulator.stop()
    }

    @Test(arguments: 0..<60)
    func aStopAtAnyMomentEndsWriterAndReader(round: Int) async throws {
        let folder = try TemporaryFolder()
        let pipeline = try makeOpenPipeline(
            """
            a: [appsrc: {name: voice}]
            file: [from: a, wavenc, filesink: {location: "\(folder.file("a.wav"))"}]
            speaker: [from: a, fakesink: {sync: true}]
            """)
        let input = try pipeline.input("voice", as: Int16.self, rate: 16000, channels: 1)
        let output = try pipeline.audio(from: "a", as: Int16.self)
        let reader = Task {
            await hear(output) { _ in if round % 2 == 0 { try? await Task.sleep(for: .milliseconds(3)) } }
        }
        let writer = Task { () -> (any Error)? in
            if round % 5 == 1 { try? await Task.sleep(for: .seconds(3600)) }
            do {
                for _ in 0..<360 { try await input.write(tenSeconds) }
                return nil
            } catch { return error }
        }
        let run = Task { try await pipeline.run() }
        try await Task.sleep(for: .milliseconds(round * 5))
        switch round % 3 {
        case 0: pipeline.stop()
        case 1: run.cancel()
        default:
            reader.cancel()
            writer.cancel()
            _ = await reader.value
            _ = await writer.value
            pipeline.stop()
        }
        let summary = try await run.value
        #expect(summary.ending == .stopped)
        writer.cancel()
        #expect(await reader.value.error == nil)
        if round % 5 != 1 { #expect(await writer.value != nil) }
        if let file = summary.files.first, (file.size ?? 0) > 0 { #expect(file.isFinalised) }
    }
}
