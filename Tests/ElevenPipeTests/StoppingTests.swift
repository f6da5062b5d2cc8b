import ElevenLabsSimulator
import GLib
import Testing

@testable import ElevenPipe

@Suite(.serialized, .timeLimit(.minutes(5))) struct StoppingTests {
    /// A speaker that plays against the clock, and a file, at once.
    private func both(_ folder: TemporaryFolder) -> String {
        """
        elevenpipe: 1
        graph:
          speech:
            - elevenlabstts:
                text: "This is a text that takes a while to say, and then it goes on for a bit, and on, and on."
                voice-id: JBFqnCBsd6RMkjVDRZzb
            - decodebin
          speaker:
            - from: speech
            - fakesink: {sync: true}
          file:
            - from: speech
            - wavenc
            - filesink: {location: "\(folder.file("a.wav"))"}
        """
    }

    @Test(arguments: 0..<40)
    func aStopAtAnyMomentFinalisesTheFile(round: Int) async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator()
        let port = try await simulator.start()
        let pipeline = try makePipeline(both(folder), port: port)
        let stopping = Task {
            try? await Task.sleep(for: .milliseconds(round * 7))
            pipeline.stop()
        }
        let started = ContinuousClock.now
        let record = await record(pipeline)
        await stopping.value
        await simulator.stop()
        // No figure of speed, only proof that nothing waited for the rest of the text.
        #expect(ContinuousClock.now - started < .seconds(30))
        let summary = try #require(record.summary)
        #expect(summary.ending == .stopped)
        guard let file = summary.files.first, let written = folder.contents(of: "a.wav"), !written.isEmpty else {
            return
        }
        #expect(file.isPartial && file.isFinalised)
        // The RIFF header was written again at the end, with the right length.
        #expect(written[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } == written.count - 8)
    }

    @Test(arguments: ["silent", "stall=2", "status=503"])
    func aServerThatNoLongerAnswersHoldsNothingUp(fault: String) async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator([fault])
        let port = try await simulator.start()
        let pipeline = try makePipeline(both(folder), port: port)
        let stopping = Task {
            try? await Task.sleep(for: .milliseconds(300))
            pipeline.stop()
        }
        let started = ContinuousClock.now
        let record = await record(pipeline)
        await stopping.value
        #expect(ContinuousClock.now - started < .seconds(30))
        #expect(record.summary?.ending == .stopped || record.error?.code == .temporary)
        await simulator.stop()
    }

    @Test func aFileWrittenAtTheClocksPaceIsFinalisedToo() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator()
        let port = try await simulator.start()
        let pipeline = try makePipeline(
            speech(
                "wavenc\nfilesink: {sync: true, location: \"\(folder.file("a.wav"))\"}",
                text: "This is a text that takes a while to say, and then it goes on for a bit.",
                properties: ", output-format: pcm_16000"), port: port)
        let stopping = Task {
            // From the first sample on: a busy machine may take its time until then.
            for _ in 0..<1000 where await pipeline.progress().audioLength == nil {
                try? await Task.sleep(for: .milliseconds(10))
            }
            try? await Task.sleep(for: .milliseconds(600))
            pipeline.stop()
        }
        let record = await record(pipeline)
        await stopping.value
        await simulator.stop()
        #expect(record.summary?.files.first?.isFinalised == true)
        let written = try #require(folder.contents(of: "a.wav"))
        try #require(written.count > 44)
        #expect(written[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } == written.count - 8)
    }

    @Test func cancellingTheTaskStopsThePipeline() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator(["silent"])
        let port = try await simulator.start()
        let pipeline = try makePipeline(both(folder), port: port)
        let task = Task { try await pipeline.run() }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        #expect(try await task.value.ending == .stopped)
        await simulator.stop()
    }

    @Test func anErrorBesideASpeakerEndsTheRunAndKeepsTheFile() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator(["cut-at-chunk=12"])
        let port = try await simulator.start()
        let started = ContinuousClock.now
        let record = await record(try makePipeline(both(folder), port: port))
        #expect(ContinuousClock.now - started < .seconds(30))
        let error = try #require(record.error)
        #expect(error.code == .incompleteAnswer)
        #expect(error.files.first?.isPartial == true)
        #expect(error.files.first?.isFinalised == true)
        #expect(try #require(folder.contents(of: "a.wav")).count > 10000)
        await simulator.stop()
    }

    /// Minutes of sound wait in a spool for the voice changer's answer, at the mixer beside it.
    private func mixed(_ folder: TemporaryFolder, buffers: Int) -> String {
        """
        elevenpipe: 1
        graph:
          sound:
            - audiotestsrc: {num-buffers: \(buffers)}
            - "audio/x-raw,rate=48000,channels=2"
          changed:
            - from: sound
            - elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL, output-format: pcm_16000}
          file:
            - from: [sound, changed]
            - audiomixer
            - wavenc
            - filesink: {location: "\(folder.file("a.wav"))"}
        """
    }

    @Test(arguments: 0..<10)
    func whatIsSpooledDoesNotHoldAStopUp(round: Int) async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator(["silent"])
        let port = try await simulator.start()
        let pipeline = try makePipeline(mixed(folder, buffers: -1), port: port)
        let stopping = Task {
            try? await Task.sleep(for: .milliseconds(300 + round * 100))
            pipeline.stop()
        }
        let record = await record(pipeline)
        await stopping.value
        await simulator.stop()
        let summary = try #require(record.summary)
        let areFinalised = summary.files.allSatisfy(\.isFinalised)
        #expect(areFinalised)
        guard let written = folder.contents(of: "a.wav"), !written.isEmpty else { return }
        #expect(written[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } == written.count - 8)
    }

    @Test func whatIsSpooledDoesNotHoldTheEndAfterAnErrorUp() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator(["status=404"])
        let port = try await simulator.start()
        let record = await record(try makePipeline(mixed(folder, buffers: 10000), port: port))
        await simulator.stop()
        let error = try #require(record.error)
        #expect(error.httpStatus == 404)
        #expect(error.files.map(\.isFinalised) == [true])
    }
}
