import ElevenLabsSimulator
import Testing

@testable import ElevenPipe

@Suite(.timeLimit(.minutes(10))) struct ResumeTests {
    private static let text = "The quick brown fox jumps over the lazy dog, again and again."

    @Test func `a run tells of each answer that was cut, and adds up what all of them cost`() async throws {
        let record = try await run(
            speech("fakesink", text: Self.text, properties: ", resume: word, output-format: pcm_16000"),
            faults: ["cut-at-byte=60000,request=1", "cut-at-byte=60000,request=2"])
        let resumptions = record.events.compactMap { event -> (Int, String, Int?)? in
            if case .resuming(_, let characters, let words, let credits, _) = event {
                (characters, words, credits)
            } else {
                nil
            }
        }
        try #require(resumptions.count == 2)
        let count = Self.text.unicodeScalars.count
        #expect(resumptions[0].2 == count && resumptions[1].2 == count - resumptions[0].0)
        #expect(resumptions[0].0 > 0 && resumptions[1].0 > resumptions[0].0)
        for (characters, words, _) in resumptions {
            #expect(Self.text.prefix(characters).hasSuffix(words + " "))
        }
        let request = try #require(record.summary?.requests.first)
        #expect(record.summary?.requests.count == 1 && request.resumptions == 2)
        #expect(request.answer.credits == 3 * count - resumptions[0].0 - resumptions[1].0)
    }

    @Test func `where nothing helps, it is an incomplete answer that says what was spoken`() async throws {
        let text = Self.text + " " + Self.text
        let record = try await run(
            speech("fakesink", text: text, properties: ", resume: word"), faults: ["cut-at-byte=30000"])
        let error = try #require(record.error)
        #expect(error.code == .incompleteAnswer && error.exitCode == 76)
        #expect(error.message.contains("the text was spoken up to '") && error.message.hasSuffix(" of 123 characters"))
        #expect(record.events.count { if case .resuming = $0 { true } else { false } } == 3)
    }

    @Test func `asking for the rest is a retry of the run, of which it has so many`() async throws {
        let simulator = try fastSimulator(["cut-at-byte=30000"])
        let port = try await simulator.start()
        var options = Pipeline.Options()
        options.maximumRetries = 1
        let text = Self.text + " " + Self.text
        let record = await record(
            try makePipeline(speech("fakesink", text: text, properties: ", resume: word"), port: port, options))
        #expect(simulator.requests.count == 2)
        await simulator.stop()
        let error = try #require(record.error)
        #expect(error.exitCode == 76)
        #expect(error.message.contains("; all 1 retries of the run are used up; the text was spoken up to '"))
    }

    @Test(arguments: [
        ("status=401", 77, 2), ("status=422", 65, 2), ("status=503", 75, 4), ("empty", 76, 2), ("json", 76, 2),
        ("garbage", 76, 2),
    ])
    func `where the rest is refused, the error says why and what was spoken`(
        fault: String, exitCode: Int32, requests: Int
    ) async throws {
        // The first request is cut, all others fail.
        let simulator = try fastSimulator(["cut-at-byte=60000,request=1", fault])
        let port = try await simulator.start()
        let record = await record(
            try makePipeline(speech("fakesink", text: Self.text, properties: ", resume: word"), port: port))
        let sent = simulator.requests
        await simulator.stop()
        let error = try #require(record.error)
        #expect(error.exitCode == exitCode, "\(error.message)")
        #expect(error.message.contains("; the text was spoken up to 'The quick"), "\(error.message)")
        #expect(sent.count == requests)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["silent", "stall=1", "status=503,retry-after=30"])
    func `a run is stopped at once while it waits for the rest`(fault: String) async throws {
        let simulator = try fastSimulator(["cut-at-byte=60000,request=1", fault])
        let port = try await simulator.start()
        let pipeline = try makePipeline(speech("fakesink", text: Self.text, properties: ", resume: word"), port: port)
        let stopping = Task {
            for await event in pipeline.events {
                guard case .resuming = event else { continue }
                try? await Task.sleep(for: .milliseconds(200))
                pipeline.stop()
            }
        }
        let summary = try await pipeline.run()
        await stopping.value
        await simulator.stop()
        #expect(summary.ending == .stopped && summary.requests.first?.resumptions == 1)
    }

    @Test func `Opus with resume is refused before anything is sent`() async throws {
        let record = try await run(
            speech("decodebin\nfakesink", properties: ", resume: word, output-format: opus_48000_64"))
        #expect(record.error?.code == .invalidGraph)
        #expect(!record.events.contains { if case .requested = $0 { true } else { false } })
    }
}
