import ElevenLabsSimulator
import Foundation
import GLib
import Testing

@testable import ElevenPipe

@Suite struct PipelineTests {
    @Test func theFileHoldsWhatTheServiceSentAndTheSummarySaysSo() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator(keepsAudio: true)
        let port = try await simulator.start()
        let pipeline = try makePipeline(speech("filesink: {location: \"\(folder.file("a.mp3"))\"}"), port: port)
        let record = await record(pipeline)
        let sent = try #require(simulator.requests.first)
        await simulator.stop()
        let isTheSame = folder.contents(of: "a.mp3") == sent.audio
        #expect(isTheSame)
        let summary = try #require(record.summary)
        #expect(summary.ending == .completed)
        let request = try #require(summary.requests.first)
        #expect(request.bytes == sent.audio.count)
        #expect(request.attempts == 1)
        #expect(request.answer.credits == 14)
        #expect(request.answer.requestID?.count == 20)
        #expect(request.timeToFirstByte.map { $0 > .zero } == true)
        let file = try #require(summary.files.first)
        #expect(file.size == sent.audio.count && !file.isPartial && file.isFinalised)
    }

    /// The first has its input pad as soon as the profile is set and gives no other; the second makes one when it is asked.
    @Test(arguments: ["audio/mpeg,mpegversion=1,layer=3", "application/ogg:audio/x-vorbis"])
    func encodebinEncodesToItsProfile(profile: String) async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("encoded")
        let written = try await run(
            speech("decodebin\nencodebin: {profile: \"\(profile)\"}\nfilesink: {location: \"\(file)\"}"))
        let length = try #require(written.summary?.audioLength)
        let read = try await run("elevenpipe: 1\ngraph:\n  a: [filesrc: {location: \"\(file)\"}, decodebin, fakesink]")
        // An encoder's delay and its last frame are in an MP3.
        let decoded = try #require(read.summary?.audioLength)
        #expect(decoded > .milliseconds(500) && decoded - length < .milliseconds(120), "\(decoded), \(length)")
    }

    @Test func eventsComeInTheOrderOfTheRun() async throws {
        let record = try await run(speech("decodebin\nfakesink"))
        let names = record.events.map { event in
            switch event {
            case .started: "started"
            case .requested: "requested"
            case .answered: "answered"
            case .firstByte: "firstByte"
            case .received: "received"
            case .firstAudio: "firstAudio"
            default: "other"
            }
        }
        #expect(names.filter { $0 != "firstAudio" } == ["started", "requested", "answered", "firstByte", "received"])
        #expect(names.contains("firstAudio"))
        let summary = try #require(record.summary)
        #expect(try #require(summary.audioLength) > .milliseconds(500))
        #expect(try #require(summary.decodingDelay) >= .zero)
    }

    @Test(arguments: [
        ("status=401", PipelineError.Code.refused), ("status=404", .invalidGraph), ("status=422", .invalidGraph),
        ("status=429", .temporary), ("status=503", .temporary), ("cut-at-chunk=2", .incompleteAnswer),
        ("cut-inside-chunk=2", .incompleteAnswer), ("reset=2", .incompleteAnswer), ("empty", .incompleteAnswer),
        ("json", .incompleteAnswer), ("html", .temporary),
    ])
    func everyFaultEndsInItsOwnErrorAtTheStepOfTheFile(fault: String, code: PipelineError.Code) async throws {
        let record = try await run(speech("decodebin\nfakesink"), faults: [fault])
        let error = try #require(record.error)
        #expect(error.code == code, "\(error)")
        #expect(error.location == SourceLocation(file: "test.yaml", line: 4, column: 7))
        #expect(!"\(error)".contains("made-up"))
    }

    @Test func whatArrivedBeforeACutIsInTheFileAndNamedPartial() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator(["cut-at-chunk=5"], keepsAudio: true)
        let port = try await simulator.start()
        let pipeline = try makePipeline(
            speech(
                "wavenc\nfilesink: {location: \"\(folder.file("a.wav"))\"}", text: "This is a longer sentence to cut.",
                properties: ", output-format: pcm_16000"), port: port)
        let record = await record(pipeline)
        let sent = try #require(simulator.requests.first).audio
        await simulator.stop()
        let error = try #require(record.error)
        let file = try #require(error.files.first)
        #expect(file.isPartial && file.isFinalised)
        let written = try #require(folder.contents(of: "a.wav"))
        let whole = sent.count - sent.count % 2
        let isAllThere = Array(written.dropFirst(44)) == Array(sent.prefix(whole))
        #expect(isAllThere && whole > 0)
        // The RIFF header was written again at the end, with the right length.
        #expect(written.count > 8 && written[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } == written.count - 8)
    }

    @Test func aStreamThatDoesNotFitNamesWhatItHas() async throws {
        let record = try await run(speech("decodebin\nvideoconvert\nfakesink"))
        let error = try #require(record.error)
        #expect(error.message.contains("audio/x-raw"), "\(error)")
        #expect(error.location?.line == 5 || error.location?.line == 6)
    }

    @Test func anUnwritableFileIsToldBeforeAnythingIsAsked() async throws {
        let simulator = try fastSimulator()
        let port = try await simulator.start()
        let record = await record(
            try makePipeline(speech("filesink: {location: /no/such/folder/a.mp3}"), port: port))
        let error = try #require(record.error)
        #expect(error.code == .outputFailed)
        #expect(error.message.contains("No such file or directory"), "\(error)")
        #expect(simulator.requests.isEmpty)
        await simulator.stop()
    }

    @Test func aMissingKeyIsToldBeforeAFileIsEmptied() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.mp3")
        try "kept".write(toFile: path, atomically: true, encoding: .utf8)
        let engine = try Engine(baseURL: "http://127.0.0.1:1", apiKey: .provider { nil })
        let graph = try Graph(yaml: speech("filesink: {location: \"\(path)\"}"), fileName: "test.yaml")
        let record = await record(Pipeline(try graph.checked(), engine: engine))
        #expect(record.error?.code == .configuration)
        #expect(record.error?.files.isEmpty == true)
        #expect(folder.contents(of: "a.mp3") == Array("kept".utf8))
    }

    @Test func aRunHappensOnceAndASecondLeavesTheFileAlone() async throws {
        let folder = try TemporaryFolder()
        let simulator = try fastSimulator()
        let port = try await simulator.start()
        let pipeline = try makePipeline(speech("filesink: {location: \"\(folder.file("a.mp3"))\"}"), port: port)
        let size = try await pipeline.run().files.first?.size
        await #expect(throws: PipelineError.self) { try await pipeline.run() }
        #expect(try #require(size) > 1000)
        #expect(folder.contents(of: "a.mp3")?.count == size)
        await simulator.stop()
    }

    @Test func aFilesSizeIsThatOfWhatALinkLeadsTo() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.mp3"), withDestinationPath: folder.file("real.mp3"))
        let record = try await run(speech("filesink: {location: \"\(folder.file("link.mp3"))\"}"))
        #expect(record.summary?.files.first?.size == folder.contents(of: "real.mp3")?.count)
    }

    @Test func severalPipelinesRunSideBySideAndFailAlone() async throws {
        let simulator = try fastSimulator(["cut-at-chunk=1,request=3"])
        let port = try await simulator.start()
        let results = try await withThrowingTaskGroup(of: RunRecord.self) { group in
            for _ in 0..<8 {
                let pipeline = try makePipeline(speech("decodebin\nfakesink"), port: port)
                group.addTask { await record(pipeline) }
            }
            return try await group.reduce(into: [RunRecord]()) { $0.append($1) }
        }
        await simulator.stop()
        #expect(results.count { $0.error != nil } == 1)
        #expect(results.count { $0.summary?.ending == .completed } == 7)
    }
}
