import ElevenLabs
import HTTP
import Testing

@testable import ElevenLabsSimulator

@Suite(.serialized, .timeLimit(.minutes(5))) struct UploadAccountTests {
    private let audio = Field.file("audio", [UInt8](repeating: 0, count: 320))

    @Test func `formats and voices are those of the plan`() async throws {
        for (plan, format, status) in [
            (Plan.free, "mp3_44100_192", 403), (.free, "pcm_44100", 403), (.free, "mp3_44100_128", 200),
            (.creator, "mp3_44100_192", 200), (.creator, "wav_44100", 403), (.pro, "wav_44100", 200),
        ] {
            try await Bench.with {
                $0.plan = plan
            } _: { bench in
                let path = "/v1/voice-changer/\(Bench.sarah)?output_format=\(format)"
                let outcome = await bench.upload(path, [Bench.isPCM, audio])
                #expect(outcome.status == status, "\(plan) \(format)")
                if status == 403 { #expect(outcome.refusal.code == "output_format_not_allowed") }
                let legacy = await bench.upload("/v1/voice-changer/21m00Tcm4TlvDq8ikWAM", [Bench.isPCM, audio])
                #expect(legacy.status == (plan == .free ? 402 : 200))
            }
        }
    }

    @Test func `credits are charged by the minute until none are left`() async throws {
        try await Bench.with {
            $0.credits = 1500
        } _: { bench in
            let minute = Field.file("audio", [UInt8](repeating: 0, count: 60 * 32000))
            let first = await bench.upload(Bench.isolationPath, [Bench.isPCM, minute])
            #expect(first.status == 200 && first.headers["character-cost"] == "1000")
            let second = await bench.upload(Bench.changerPath, [Bench.isPCM, minute])
            #expect(second.status == 401 && second.refusal.kind == .quota)
        }
    }

    @Test func `uploads count among the requests that run at once`() async throws {
        try await Bench.with {
            $0.concurrencyLimit = 2
            $0.faults = [Fault(.stall(afterChunk: 0, seconds: 2), requests: .first(2))]
        } _: { bench in
            let fields = [Bench.isPCM, audio]
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { await bench.upload(Bench.changerPath, fields).status }
                group.addTask { await bench.upload(Bench.isolationPath, fields).status }
                while bench.simulator.requests.count(where: { $0.status == 200 }) < 2 {
                    try await Task.sleep(for: .milliseconds(10))
                }
                let third = await bench.upload(Bench.isolationPath, fields)
                #expect(third.status == 429 && third.refusal.code == "concurrent_limit_exceeded")
                for try await status in group { #expect(status == 200) }
            }
            #expect(await bench.upload(Bench.changerPath, fields).status == 200)
        }
    }

    @Test func `many uploads at once are all answered, each with its own`() async throws {
        try await Bench.with {
            $0.concurrencyLimit = 20
        } _: { bench in
            let speech = try await bench.speak("The quick brown fox jumps over the lazy dog.").body
            let lengths = (1...12).map { $0 * 8000 }
            try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for length in lengths {
                    group.addTask { (length, await bench.change(Array(speech.prefix(length))).body.count) }
                }
                for try await (length, count) in group { #expect(count == min(length, speech.count)) }
            }
        }
    }

    @Test(arguments: [
        Bench.changerPath, "/v1/voice-changer/\(Bench.sarah)", Bench.isolationPath, "/v1/audio-isolation",
    ])
    func `a client that goes away ends the work on its upload`(target: String) async throws {
        try await Bench.with {
            $0.concurrencyLimit = 1
            $0.pace = 1
        } _: { bench in
            let long = Field.file("audio", [UInt8](repeating: 9, count: 240 * 32000))
            let upload = Task { await bench.upload(target, [Bench.isPCM, long]) }
            while bench.simulator.requests.first?.parts.isEmpty != false {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await Task.sleep(for: .milliseconds(150))
            upload.cancel()
            #expect(await upload.value.error != nil)
            // The one place is free again.
            var status = 429
            let deadline = ContinuousClock.now + .seconds(5)
            while status == 429, ContinuousClock.now < deadline {
                status = await bench.upload(target, [Bench.isPCM, audio]).status
            }
            #expect(status == 200)
        }
    }

    @Test(arguments: [Bench.changerPath, "/v1/audio-isolation"])
    func `it stops at once, also in the middle of an upload's work`(target: String) async throws {
        let simulator = Simulator.offline()
        let bench = Bench(simulator: simulator, port: try await simulator.start())
        let long = Field.file("audio", [UInt8](repeating: 9, count: 240 * 32000))
        async let outcome = bench.upload(target, [Bench.isPCM, long])
        while simulator.requests.first?.parts.isEmpty != false { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(150))
        let stopped = await ContinuousClock().measure { await simulator.stop() }
        #expect(stopped < .seconds(1))
        #expect(await outcome.error != nil)
    }

    @Test func `an element that is not installed is a 500 that names its package`() throws {
        let missing = RequiredElement(name: "nosuchelement", package: "gstreamer1.0-plugins-bad")
        let refusal = try #require(throws: Refusal.self) { try missing.check() }
        let answer = refusal.answer(traceID: "0")
        #expect(answer.status == 500)
        #expect(answer.text.contains("install the Debian package gstreamer1.0-plugins-bad"))
        for element in [NoiseSuppression.requirement] + OutputFormat.allCases.compactMap(\.requirement) {
            try element.check()
        }
        for format in UploadFormat.allCases { try format.requirement?.check() }
    }

    @Test func `a voice's factors are far enough from 1 to be heard, and near enough to be speech`() {
        let ids = CatalogueVoice.all.map(\.id) + (0..<500).map { StableHash.identifier("voice \($0)") }
        for id in ids {
            let voice = VoiceConversion(voiceID: id)
            #expect((0.7...1.5).contains(voice.pitch) && abs(voice.pitch - 1) > 0.05, "\(id) \(voice)")
            #expect((0.85...1.2).contains(voice.formants) && abs(voice.formants - 1) > 0.02, "\(id) \(voice)")
        }
        #expect(Set(CatalogueVoice.all.map { VoiceConversion(voiceID: $0.id).pitch }).count == CatalogueVoice.all.count)
    }
}
