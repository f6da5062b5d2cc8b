import Foundation
import Testing

/// A sound server that dies, and a device that is taken away, while a run plays.
@Suite(.serialized, .inTurns) struct `Sound that goes away` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    enum Loss: String, CaseIterable, Sendable { case server, device }

    enum Moment: String, CaseIterable, Sendable {
        case `before the first byte`, `while it plays`, `in a stall`

        var options: [String] {
            switch self {
            case .`before the first byte`: ["--delay", "4"]
            case .`while it plays`: []
            case .`in a stall`: ["--pause", "8000:30"]
            }
        }

        var sign: String {
            switch self {
            case .`before the first byte`: "request sent"
            case .`while it plays`: "first audio"
            case .`in a stall`: "playback waits"
            }
        }
    }

    private func take(_ loss: Loss, from sound: SoundServer) async throws {
        switch loss {
        case .server: sound.child.kill()
        case .device:
            try await scratch.tool("pactl", ["unload-module", "module-null-sink"], environment: sound.environment)
        }
    }

    @Test(arguments: Loss.allCases, Moment.allCases)
    func `ends the run with 74, its cure and the partial file`(loss: Loss, moment: Moment) async throws {
        let sound = try await SoundServer(in: scratch)
        let body = try await scratch.mp3(seconds: 60)
        let server = try await scratch.serve(body, moment.options)
        let child = try scratch.start(
            server.run(Project.pipeline("tts-to-speaker-and-file.yaml"), ["-v", "--require-audio"]),
            environment: sound.environment.merging(Server.keyEnvironment) { $1 })
        try await eventually("\(moment.sign) was not seen") {
            child.errorText.contains(moment.sign) || !child.isRunning
        }
        try await Task.sleep(for: .milliseconds(500))
        try await take(loss, from: sound)
        let lost = ContinuousClock.now
        let finished = await child.finish()
        #expect(ContinuousClock.now - lost < .seconds(15))
        #expect(finished.status == 74, "\(finished.errorText)")
        let line = try finished.theError()
        #expect(line.hasPrefix(Project.pipeline("tts-to-speaker-and-file.yaml") + ":24:7: error: "), "\(line)")
        #expect(line.contains("the sound server or the sound device is gone"), "\(line)")
        #expect(line.hasSuffix("see that it is there, and run again"), "\(line)")
        let written = try scratch.bytes("speech.mp3")
        #expect(body.starts(with: written))
        #expect(finished.lines.last?.hasPrefix("speech.mp3 is ") == true, "\(finished.lines)")
    }

    @Test(arguments: Loss.allCases)
    func `under a microphone ends the run with 66, or with the loudspeaker's 74`(loss: Loss) async throws {
        let sound = try await SoundServer(in: scratch)
        let server = try await scratch.serve([])
        let child = try scratch.start(
            server.run(Project.pipeline("microphone-to-speaker.yaml"), ["-v"]),
            environment: sound.environment.merging(Server.keyEnvironment) { $1 })
        try await eventually("it did not start") { child.errorText.contains("started") || !child.isRunning }
        try await Task.sleep(for: .seconds(1))
        try await take(loss, from: sound)
        let finished = await child.finish()
        #expect(finished.status == 66 || finished.status == 74, "\(finished.errorText)")
        #expect(try finished.theError().contains("the sound server or the sound device is gone"))
    }
}
