import ElevenLabs
import ElevenLabsSimulator
import HTTP
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct UploadFaultTests {
    private static let targets = [
        "/v1/speech-to-speech/\(Bench.sarah)/stream", "/v1/voice-changer/\(Bench.sarah)", "/v1/audio-isolation/stream",
        "/v1/audio-isolation",
    ]

    /// What an upload meets with a fault, and the same upload's answer without it.
    private func meet(
        _ fault: String, _ target: String, timeouts: HTTPTimeouts = .patient
    ) async throws -> (outcome: Bench.Outcome, entry: RecordedRequest, whole: [UInt8]) {
        var met: (Bench.Outcome, RecordedRequest, [UInt8])?
        let fault = try Fault(parsing: fault + ",request=1")
        try await Bench.with {
            $0.faults = [fault]
            $0.chunkSizes = [1000]
        } _: { bench in
            let audio = AudioLab.pcm(of: AudioLab.noise(.pink, count: 16000).map { $0 * 0.1 })
            let outcome = await bench.upload(target, [Bench.isPCM, .file("audio", audio)], timeouts: timeouts)
            let entry = try #require(bench.simulator.requests.first)
            met = (outcome, entry, await bench.upload(target, [Bench.isPCM, .file("audio", audio)]).body)
        }
        return try #require(met)
    }

    @Test(arguments: targets) func `refusals and other answers come in place of audio`(target: String) async throws {
        for status in [400, 401, 429, 503] {
            let (outcome, entry, whole) = try await meet("status=\(status)", target)
            #expect(outcome.status == status && entry.status == status)
            #expect(outcome.refusal.code != nil)
            #expect(entry.parts.map(\.name) == ["file_format", "audio"])
            #expect(whole.count > 10000)
        }
        let (page, _, _) = try await meet("html=503", target)
        #expect(page.status == 503 && page.headers["content-type"] == "text/html; charset=utf-8")
        let (json, _, _) = try await meet("json", target)
        #expect(json.status == 200 && json.json != nil)
    }

    @Test(arguments: targets) func `bodies that end properly but hold the wrong thing`(target: String) async throws {
        let (empty, _, _) = try await meet("empty", target)
        #expect(empty.status == 200 && empty.body.isEmpty && empty.error == nil)
        let (garbage, _, _) = try await meet("garbage", target)
        #expect(garbage.error == nil && garbage.body.count == 20000 && garbage.body.allSatisfy { $0 < 64 })
        let (typed, _, whole) = try await meet("wrong-type=text/plain", target)
        #expect(typed.headers["content-type"] == "text/plain")
        #expect((typed.body == whole) == true)
        let (short, entry, all) = try await meet("short=3", target)
        #expect(short.error == nil)
        #expect((short.body == Array(all.prefix(3000))) == true)
        #expect(!entry.isComplete)
    }

    @Test(arguments: targets) func `bodies that do not end properly are seen as such`(target: String) async throws {
        let isWhole = !target.hasSuffix("stream")
        for (fault, sent) in [("cut-at-chunk=2", 2000), ("cut-inside-chunk=3", isWhole ? 2000 : 2500), ("reset=2", 0)] {
            let (outcome, entry, whole) = try await meet(fault, target)
            #expect(outcome.status == 200 || fault == "reset=2", "\(fault)")
            #expect(outcome.error != nil, "\(fault)")
            if sent > 0 { #expect((outcome.body == Array(whole.prefix(sent))) == true, "\(fault)") }
            #expect(!entry.isComplete, "\(fault)")
        }
    }

    @Test(arguments: targets) func `waits are as long as they were told to be`(target: String) async throws {
        let (forever, _, whole) = try await meet("stall=2", target, timeouts: .idle(.seconds(2)))
        #expect(forever.error?.kind == .timedOut(.idle))
        #expect((forever.body == Array(whole.prefix(2000))) == true)
        let (late, _, all) = try await meet("stall=2,for=0.3", target)
        #expect(late.error == nil && (late.body == all) == true)
        let (silent, _, _) = try await meet("silent", target, timeouts: .firstByte(.seconds(1)))
        #expect(silent.error?.kind == .timedOut(.firstByte))
    }
}
