import Foundation
import GLib
import GStreamer
import Testing

@testable import ElevenPipe

/// What comes out of a sink that plays against the clock, and drops what is late, while the network is slow.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["ELEVENPIPE_ALONE"] != nil,
        "they are held against the clock, so nothing may run beside them: ELEVENPIPE_ALONE=1 swift test --filter StallTests"
    ))
struct `A network slower than playback` {
    enum Format: String, CaseIterable, Sendable {
        case pcm = "pcm_24000"
        case mp3 = "mp3_24000_48"

        var bytesPerSecond: Int { self == .pcm ? 48000 : 6000 }

        func body(seconds: Double, seed: UInt64 = 1) async throws -> [UInt8] {
            let samples = noise(seconds: seconds, seed: seed)
            guard self == .mp3 else { return samples }
            let encoder = try AudioTranscoder(
                samplesAt: 24000,
                launch: "lamemp3enc target=bitrate bitrate=48 cbr=true")
            await onThread { encoder.start() }
            async let isWritten = encoder.write(Bytes(samples))
            var encoded: [UInt8] = []
            guard await isWritten else { return [] }
            encoder.finish()
            while let bytes = try await encoder.read() { encoded += bytes.array }
            await onThread { encoder.stop() }
            return encoded
        }

        /// 100 ms a chunk.
        func answer(
            _ body: [UInt8], pace: Double? = nil, stalls: [(after: Double, length: Duration)] = []
        ) -> PacedServer.Answer {
            PacedServer.Answer(
                body: body, chunkSize: bytesPerSecond / 10, bytesPerSecond: pace.map { $0 * Double(bytesPerSecond) },
                stalls: stalls.map { (Int($0.after * Double(bytesPerSecond)), $0.length) })
        }
    }

    /// A run whose speaker is a file that drops what comes later than 300 ms, as a device drops what comes late at all.
    struct Played {
        var bytes: [UInt8]
        var record: RunRecord

        var stalls: [PipelineSummary.Stall] { record.summary?.stalls ?? [] }
    }

    private func play(_ graph: (String) -> String, _ answers: [String: PacedServer.Answer]) async throws -> Played {
        let server = try await PacedServer(answers)
        defer { Task { await server.stop() } }
        return try await play(graph, server)
    }

    private func play(_ graph: (String) -> String, _ server: PacedServer) async throws -> Played {
        let folder = try TemporaryFolder()
        let descriptor = open(folder.file("heard"), O_CREAT | O_WRONLY, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let pipeline = try makePipeline(
            graph("fdsink: {fd: \(descriptor), sync: true, max-lateness: 300000000}"), port: server.port)
        let record = await record(pipeline)
        return Played(bytes: folder.contents(of: "heard") ?? [], record: record)
    }

    private func speech(_ format: Format, _ playback: String = "") -> (String) -> String {
        { sink in
            """
            elevenpipe: 1
            \(playback)
            graph:
              speech:
                - elevenlabstts: {name: speech-source, text: hi, voice-id: voice, output-format: \(format.rawValue)}
                \(format == .pcm ? "" : "- decodebin")
                - audioconvert
                - "audio/x-raw,format=S16LE"
                - \(sink)
            """
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: Format.allCases)
    func `is heard as a pause, and every sample once and in order`(format: Format) async throws {
        let body = try await format.body(seconds: 3)
        let whole = try await play(speech(format), ["": format.answer(body)])
        #expect(whole.stalls.isEmpty)
        #expect(format == .mp3 || whole.bytes == body)
        #expect(whole.bytes.count >= 3 * 48000)
        // 1.2 s are there after 0.8 s, so that the network falls silent for 2 s more than what is queued.
        let stalled = try await play(
            speech(format), ["": format.answer(body, pace: 1.5, stalls: [(1.2, .milliseconds(2400))])])
        #expect(stalled.record.summary?.ending == .completed)
        #expect(stalled.stalls.count == 1)
        #expect(stalled.stalls.first.map { $0.length > .seconds(1) && $0.element == "speech-source" } == true)
        let isTheSame = stalled.bytes == whole.bytes
        #expect(isTheSame, "\(stalled.bytes.count) bytes of \(whole.bytes.count)")
        let told = stalled.record.events.compactMap { event -> String? in
            switch event {
            case .starved(let element): element
            case .resumed(let length): length == stalled.stalls.first?.length ? "resumed" : "another length"
            default: nil
            }
        }
        #expect(told == ["speech-source", "resumed"])
    }

    @Test(.timeLimit(.minutes(5)), arguments: Format.allCases, [1.5, 1.1])
    func `is not one that gives more than real time, in chunks of 100 ms`(format: Format, pace: Double) async throws {
        let body = try await format.body(seconds: 1.5)
        let whole = try await play(speech(format), ["": format.answer(body)]).bytes
        var runs = 0
        for _ in 0..<30 where runs < 20 {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let server = try await PacedServer(["": format.answer(body, pace: pace)])
                        let played = try await play(speech(format), server)
                        let isKept = server.worstLateness < .milliseconds(8)
                        await server.stop()
                        // A machine that is busy with other things is a slow network.
                        let isTheSame = played.bytes == whole
                        #expect(isTheSame)
                        if isKept { #expect(played.stalls.isEmpty) }
                        return isKept
                    }
                }
                for try await isKept in group where isKept { runs += 1 }
            }
        }
        #expect(runs > 0, "this machine is too busy to keep a pace")
    }

    @Test(.timeLimit(.minutes(2)), arguments: Format.allCases)
    func `pauses now and then at four fifths of real time, and all is heard`(format: Format) async throws {
        let body = try await format.body(seconds: 6)
        let whole = try await play(speech(format), ["": format.answer(body)]).bytes
        let server = try await PacedServer(["": format.answer(body, pace: 0.8)])
        let played = try await play(speech(format), server)
        await server.stop()
        let isTheSame = played.bytes == whole
        #expect(isTheSame, "\(played.bytes.count) bytes of \(whole.count)")
        #expect(!played.stalls.isEmpty)
        for (stall, next) in zip(played.stalls, played.stalls.dropFirst()) {
            // A machine that is busy with other things is a slower network still.
            let isRare = next.start - stall.start > .seconds(2) || server.worstLateness > .milliseconds(50)
            #expect(isRare, "\(played.stalls), chunks up to \(server.worstLateness) late")
        }
    }

    @Test(.timeLimit(.minutes(2))) func `needs no pause where enough is there before the first sound`() async throws {
        let body = try await Format.pcm.body(seconds: 3)
        let answer = Format.pcm.answer(body, pace: 0.8)
        let without = try await play(speech(.pcm), ["": answer])
        #expect(!without.stalls.isEmpty)
        let with = try await play(speech(.pcm, "playback: {prebuffer: 1500ms}"), ["": answer])
        #expect(with.stalls.isEmpty)
        let isTheSame = with.bytes == body && without.bytes == body
        #expect(isTheSame)
    }

    @Test(.timeLimit(.minutes(2))) func `holds up both of two voices that are mixed`() async throws {
        func graph(_ sink: String) -> String {
            """
            elevenpipe: 1
            graph:
              one:
                - elevenlabstts: {text: hi, voice-id: one, output-format: pcm_24000}
              two:
                - elevenlabstts: {text: hi, voice-id: two, output-format: pcm_24000}
              speaker:
                - from: [one, two]
                - audiomixer
                - "audio/x-raw,format=S16LE,rate=24000,channels=1"
                - \(sink)
            """
        }
        let (one, two) = (noise(seconds: 2.5), noise(seconds: 2.5, seed: 7))
        let whole = try await play(graph, ["one": Format.pcm.answer(one), "two": Format.pcm.answer(two)])
        #expect(whole.bytes.count >= one.count)
        let stalled = try await play(
            graph,
            [
                "one": Format.pcm.answer(one, stalls: [(0.5, .milliseconds(1500)), (1.5, .milliseconds(1800))]),
                "two": Format.pcm.answer(two),
            ])
        #expect(stalled.stalls.count == 2)
        let isTheSame = stalled.bytes == whole.bytes
        #expect(isTheSame, "\(stalled.bytes.count) bytes of \(whole.bytes.count)")
    }

    /// The speech on the left, what goes on without it on the right.
    private func besides() -> (String) -> String {
        { sink in
            """
            elevenpipe: 1
            graph:
              speech:
                - elevenlabstts: {name: speech-source, text: hi, voice-id: speech, output-format: pcm_24000}
              bed:
                - elevenlabstts: {text: hi, voice-id: bed, output-format: pcm_24000}
              speaker:
                - from: {speech: {stall: continue}, bed: {}}
                - audiointerleave
                - "audio/x-raw,format=S16LE,rate=24000,channels=2"
                - \(sink)
            """
        }
    }

    private func channel(_ index: Int, of bytes: [UInt8]) -> [UInt8] {
        stride(from: index * 2, to: bytes.count - bytes.count % 4, by: 4).flatMap { bytes[$0..<$0 + 2] }
    }

    @Test(.timeLimit(.minutes(2))) func `shifts one that may stall alone, and the other goes on`() async throws {
        let (speech, bed) = (noise(seconds: 2.5), noise(seconds: 6, seed: 7))
        let played = try await play(
            besides(),
            [
                "speech": Format.pcm.answer(speech, stalls: [(1, .milliseconds(2000)), (1.8, .milliseconds(900))]),
                "bed": Format.pcm.answer(bed),
            ])
        #expect(played.stalls.isEmpty)
        let isBedWhole = channel(1, of: played.bytes).starts(with: bed)
        #expect(isBedWhole)
        let shifts = try #require(played.record.summary?.shifts)
        #expect(shifts.allSatisfy { $0.element == "speech-source" })
        #expect(
            played.record.events.compactMap { if case .shifted(_, let length) = $0 { length } else { nil } }
                == shifts.map(\.length))
        // What was heard is the speech with silence of these lengths in it, and nothing else.
        let heard = channel(0, of: played.bytes)
        let silence = shifts.reduce(Duration.zero) { $0 + $1.length }
        #expect(silence > .milliseconds(500))
        var rest = heard[...]
        var said = speech[...]
        for shift in shifts {
            let start = Int(shift.start.seconds * 24000) * 2 - (heard.count - rest.count)
            let length = Int((shift.length.seconds * 24000).rounded()) * 2
            let isSaid = rest.prefix(start) == said.prefix(start)
            #expect(isSaid && start > 0)
            let isSilent = rest.dropFirst(start).prefix(length).allSatisfy { $0 == 0 }
            #expect(isSilent, "\(shifts)")
            rest = rest.dropFirst(start + length)
            said = said.dropFirst(start)
        }
        let isSaidToTheEnd = rest.starts(with: said)
        #expect(isSaidToTheEnd, "\(shifts)")
    }

    @Test(.timeLimit(.minutes(2))) func `puts no silence in where enough is there, nor into a file`() async throws {
        let (speech, bed) = (noise(seconds: 2), noise(seconds: 2, seed: 7))
        let whole = try await play(besides(), ["speech": Format.pcm.answer(speech), "bed": Format.pcm.answer(bed)])
        let paced = try await play(
            besides(), ["speech": Format.pcm.answer(speech, pace: 1.5), "bed": Format.pcm.answer(bed)])
        for played in [whole, paced] {
            #expect(played.record.summary?.shifts == [])
            let isSpeech = channel(0, of: played.bytes) == speech
            #expect(isSpeech)
        }
        let folder = try TemporaryFolder()
        let server = try await PacedServer([
            "speech": Format.pcm.answer(speech, stalls: [(1, .milliseconds(1800))]), "bed": Format.pcm.answer(bed),
        ])
        let record = await record(
            try makePipeline(besides()("filesink: {location: \"\(folder.file("a"))\"}"), port: server.port))
        await server.stop()
        #expect(record.summary?.shifts == [])
        let isWritten = channel(0, of: try #require(folder.contents(of: "a"))) == speech
        #expect(isWritten)
    }

    @Test(.timeLimit(.minutes(2))) func `does not pause what plays beside a live source`() async throws {
        func graph(_ sink: String) -> String {
            """
            elevenpipe: 1
            graph:
              speech:
                - elevenlabstts: {text: hi, voice-id: one, output-format: pcm_24000}
              hum:
                - audiotestsrc: {is-live: true, num-buffers: 120}
              speaker:
                - from: [speech, hum]
                - audiomixer
                - "audio/x-raw,format=S16LE,rate=24000,channels=1"
                - \(sink)
            """
        }
        let answer = Format.pcm.answer(noise(seconds: 1), stalls: [(0.3, .milliseconds(1200))])
        let played = try await play(graph, ["": answer])
        #expect(played.record.summary?.ending == .completed)
        #expect(played.stalls.isEmpty)
        #expect(!played.record.events.contains { if case .starved = $0 { true } else { false } })
    }

    // MARK: The end

    /// A speaker that plays against the clock, and a file.
    private func speakerAndFile(_ folder: TemporaryFolder) -> String {
        """
        elevenpipe: 1
        graph:
          speech:
            - elevenlabstts: {text: hi, voice-id: one, output-format: pcm_24000}
          speaker:
            - from: speech
            - fakesink: {sync: true}
          file:
            - from: speech
            - wavenc
            - filesink: {location: "\(folder.file("a.wav"))"}
        """
    }

    @Test(.timeLimit(.minutes(1)), arguments: 0..<40)
    func `does not hold up a stop, at any moment`(round: Int) async throws {
        let folder = try TemporaryFolder()
        let stalls = [(after: 0.3, length: Duration.seconds(1)), (after: 0.9, length: .seconds(60))]
        let server = try await PacedServer(["": Format.pcm.answer(noise(seconds: 2), stalls: stalls)])
        let pipeline = try makePipeline(speakerAndFile(folder), port: server.port)
        let stopping = Task {
            try? await Task.sleep(for: .milliseconds(Int.random(in: 250...2500)))
            pipeline.stop()
        }
        let record = await record(pipeline)
        await stopping.value
        await server.stop()
        let summary = try #require(record.summary)
        #expect(summary.ending == .stopped)
        let file = try #require(summary.files.first)
        // A second after the stop everything is given up, whole or not: what is finalised was in time.
        #expect(file.isPartial && file.isFinalised)
        let written = try #require(folder.contents(of: "a.wav"))
        #expect(written[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) } == written.count - 8)
        let stallsAreWhole = summary.stalls.allSatisfy { $0.length > .zero && $0.start + $0.length <= summary.elapsed }
        #expect(stallsAreWhole)
    }

    @Test(.timeLimit(.minutes(1))) func `that breaks off while playback waits is an error, with all of it in the file`()
        async throws
    {
        let folder = try TemporaryFolder()
        var answer = Format.pcm.answer(noise(seconds: 2), stalls: [(0.5, .milliseconds(1500))])
        answer.cut = 28800
        let server = try await PacedServer(["": answer])
        let record = await record(try makePipeline(speakerAndFile(folder), port: server.port))
        await server.stop()
        #expect(record.error?.code == .incompleteAnswer)
        #expect(record.error?.files.first?.isFinalised == true)
        let written = try #require(folder.contents(of: "a.wav"))
        let isAllThere = Array(written.dropFirst(44)) == Array(answer.body.prefix(28800))
        #expect(isAllThere, "\(written.count - 44) bytes of 28800")
    }
}
