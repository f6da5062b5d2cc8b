import ElevenLabsSimulator
import Foundation
import GLib
import Testing

@testable import ElevenLabs
@testable import ElevenPipe

/// What is in the file at the end, where every answer is cut at a random place, up to three times: held against what the
/// simulator knows of the words that it spoke, not against what the elements say of them.
@Suite(.serialized, .timeLimit(.minutes(15))) struct CutSpeechTests {
    enum Format: String, CaseIterable, Sendable {
        case pcm = "pcm_16000"
        case mp3 = "mp3_44100_128"

        /// Samples at an answer's beginning that a join changes: the fade, or what a decoder needs to get going.
        var lead: Int { self == .pcm ? 160 : 3 * 1152 }
        /// By how much the same sample may differ.
        var rounding: Int { self == .pcm ? 0 : 1 }
        /// How near to a word's end a join may come, in samples: one for rounding, or the frame that a join is rounded to.
        var slack: Int { self == .pcm ? 1 : 1152 }
    }

    private static let texts = [
        "The quick brown fox jumps over the lazy dog, again and again. Nobody \"knows\" why: it was 1984, and foxes were young.",
        "Wait... what? No, no, no! Call 555 0199 at half past seven; ask for Dr. Brown, the one with the old grey dog.",
    ]

    private struct Run {
        let record: RunRecord
        let requests: [RecordedRequest]
        let heard: [Int16]
    }

    private func run(_ text: String, _ format: Format, cut faults: [Fault]) async throws -> Run {
        var configuration = Simulator.Configuration()
        configuration.firstByteDelay = .milliseconds(1)
        configuration.pace = nil
        configuration.keepsAudio = true
        configuration.faults = faults
        // Nothing goes on before the broken request has given its place back.
        configuration.concurrencyLimit = 1
        let simulator = Simulator(configuration)
        let port = try await simulator.start()
        let folder = try TemporaryFolder()
        let source = """
            elevenlabstts: {text: "\(text.replacing("\"", with: "\\\""))", voice-id: JBFqnCBsd6RMkjVDRZzb, \
            resume: word, output-format: \(format.rawValue)}
            """
        let record = await record(try makePipeline(graph(source, format, into: folder.file("heard")), port: port))
        let requests = simulator.requests
        await simulator.stop()
        return Run(record: record, requests: requests, heard: samples(folder.contents(of: "heard") ?? []))
    }

    private func graph(_ source: String, _ format: Format, into path: String) -> String {
        """
        elevenpipe: 1
        insert: nothing
        graph:
          speech:
            - \(source)\(format == .mp3 ? "\n    - decodebin" : "")
            - audioconvert: {dithering: none}
            - "audio/x-raw,format=S16LE,channels=1"
            - filesink: {location: "\(path)"}
        """
    }

    private func samples(_ bytes: [UInt8]) -> [Int16] {
        stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)
        }
    }

    /// The sound of what was sent of an answer.
    private func sound(_ request: RecordedRequest, _ format: Format) async throws -> [Int16] {
        var reader = TimedAudioReader()
        let audio = try reader.read(request.audio).flatMap(\.audio)
        guard format == .mp3, !audio.isEmpty else { return samples(audio) }
        let folder = try TemporaryFolder()
        try Data(audio).write(to: URL(fileURLWithPath: folder.file("sent")))
        let source = "filesrc: {location: \"\(folder.file("sent"))\"}"
        _ = await record(try makePipeline(graph(source, format, into: folder.file("heard")), port: 1))
        return samples(folder.contents(of: "heard") ?? [])
    }

    /// Where an answer begins in what was heard, and how much of it was.
    private struct Part {
        var answer: Int
        var start: Int
        var length: Int
    }

    /// Finds each answer by its samples. One of which nothing was heard stands where the next does, which says the same.
    private func parts(of heard: [Int16], _ answers: [[Int16]], _ format: Format) -> [Part] {
        var parts: [Part] = []
        for (number, answer) in answers.enumerated() {
            let lead = parts.isEmpty ? 0 : format.lead
            var best = Part(answer: number, start: 0, length: 0)
            heard.withUnsafeBufferPointer { heard in
                answer.withUnsafeBufferPointer { answer in
                    for start in (parts.last?.start ?? 0)..<max(heard.count - lead, (parts.last?.start ?? 0) + 1) {
                        var end = lead
                        // A decoder rounds by where in its own count a frame stands.
                        while end < answer.count, start + end < heard.count,
                            abs(Int(answer[end]) - Int(heard[start + end])) <= format.rounding
                        { end += 1 }
                        if end - lead > best.length - (best.length == 0 ? 0 : lead) {
                            (best.start, best.length) = (start, end)
                        }
                    }
                }
            }
            guard best.length > 2 * format.lead else { continue }
            if let last = parts.last, best.start - last.start <= format.slack { parts.removeLast() }
            parts.append(best)
        }
        return parts
    }

    /// Every word of which all was heard, in order; one of which only a part was is in brackets.
    private func transcript(
        _ parts: [Part], _ requests: [RecordedRequest], _ format: Format
    ) -> [String] {
        zip(parts, parts.dropFirst().map(\.start) + [.max]).flatMap { part, next in
            let end = min(part.length, next - part.start) + format.slack
            return requests[part.answer].words.filter { $0.samples.lowerBound < end - 2 * format.slack }.map {
                $0.samples.upperBound <= end ? $0.text : "[\($0.text)]"
            }
        }
    }

    @Test(.timeLimit(.minutes(10)), arguments: Format.allCases)
    func `the transcript of what was heard is the text, each word once`(format: Format) async throws {
        var resumptions = 0
        for (number, text) in Self.texts.enumerated() {
            let words = text.split(separator: " ").map(String.init)
            let whole = try await run(text, format, cut: [])
            let sent = try #require(whole.requests.first)
            for seed in 1...10 {
                var random = Seeded(seed: UInt64(seed + 100 * number))
                let faults = (1...3).map { request in
                    Fault(
                        .cutAtByte(Int.random(in: 1..<sent.audio.count / (request == 1 ? 1 : 2), using: &random)),
                        requests: .only(request))
                }
                let cut = try await run(text, format, cut: faults)
                #expect(cut.record.error == nil, "\(seed)")
                var answers: [[Int16]] = []
                for request in cut.requests { answers.append(try await sound(request, format)) }
                let parts = parts(of: cut.heard, answers, format)
                #expect(transcript(parts, cut.requests, format) == words, "\(seed): \(parts)")
                let request = try #require(cut.record.summary?.requests.first)
                #expect(cut.requests.count { $0.status == 200 } == 1 + request.resumptions, "\(seed)")
                let retries = cut.record.events.count { if case .retrying = $0 { true } else { false } }
                #expect(cut.requests.count == 1 + request.resumptions + retries, "\(seed)")
                #expect(
                    format == .mp3 || request.bytes == 2 * cut.heard.count, "what is dropped at a join is not counted")
                resumptions += request.resumptions
            }
        }
        #expect(resumptions > 30)
    }

    @Test(.timeLimit(.minutes(1)))
    func `all that came of a cut answer goes to the file and to the speaker, however large its pieces`() async throws {
        let folder = try TemporaryFolder()
        let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 2 * 7) }
        // The last pieces are a second and a half, and another second is in the queues behind the tee.
        let server = try await PacedServer(["": .init(body: body, chunkSize: 32768, cut: 131_072)])
        let pipeline = try makePipeline(
            speech("tee: {name: all}", properties: ", output-format: pcm_16000")
                + """

                  speaker: [from: speech, fakesink: {sync: true}]
                  file: [from: speech, filesink: {location: "\(folder.file("a.raw"))"}]
                """, port: server.port)
        let record = await record(pipeline)
        await server.stop()
        let error = try #require(record.error)
        #expect(error.code == .incompleteAnswer, "\(error)")
        let isWhole = folder.contents(of: "a.raw") == Array(body.prefix(131_072))
        #expect(isWhole)
        let isFinalised = error.files.map(\.isFinalised)
        #expect(isFinalised == [true], "\(error.files)")
    }

    @Test(arguments: [("pcm_16000", "1.3", true), ("mp3_44100_128", "2.5", true), ("opus_48000_64", "", false)])
    func `without resume a cut answer is 76, and tells how much of it came`(
        format: String, length: String, joins: Bool
    ) async throws {
        let record = try await ElevenPipeTests.run(
            speech("fakesink", text: Self.texts[1], properties: ", output-format: \(format)"),
            faults: ["cut-at-byte=\(length.isEmpty ? 10000 : 40000)"])
        let error = try #require(record.error)
        #expect(error.code == .incompleteAnswer && error.exitCode == 76)
        #expect(error.message.contains("; about \(length)"), "\(error.message)")
        #expect(error.message.contains(" s of audio came before"), "\(error.message)")
        #expect(error.message.contains("set 'resume' to word") == joins, "\(error.message)")
        #expect(!record.events.contains { if case .resuming = $0 { true } else { false } })
    }
}
