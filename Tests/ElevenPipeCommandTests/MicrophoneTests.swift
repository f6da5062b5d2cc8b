import Foundation
import Testing

/// Speech into a microphone, and another voice out of the loudspeaker.
@Suite(.serialized, .inTurns) struct `A microphone` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [false, true])
    func `is answered aloud, a sentence later, until Ctrl-C`(isExpanded: Bool) async throws {
        let server = try await SoundServer(in: scratch, sinks: ["test", "microphone"])
        let sentence = try await scratch.speak("This is a test of elevenpipe.", to: "sentence.wav")
        var graph = Project.pipeline("microphone-to-speaker.yaml")
        if isExpanded {
            graph = try scratch.write(try await scratch.elevenpipe(["expand", graph]).output, to: "expanded.yaml")
        }
        let recorder = try await server.record(in: scratch)
        let child = try scratch.start(
            ["run", "--offline", "-v", "--require-audio", graph],
            environment: server.environment.filter { $0.key != "HOME" }, limit: 60)
        try await eventually("it did not start: \(child.errorText)") {
            child.errorText.contains("started") || !child.isRunning
        }
        // The device is open by then; what is spoken before is nobody's to hear.
        try await Task.sleep(for: .seconds(1))
        try await scratch.tool(
            "paplay", ["--device=microphone", scratch.path("sentence.wav")], environment: server.environment)
        try await eventually("nothing was answered: \(child.errorText)") {
            child.errorText.contains("all received") || !child.isRunning
        }
        // The monitor is behind by a second or two.
        try await Task.sleep(for: .seconds(sentence.length + 3))
        let stopped = ContinuousClock.now
        child.signal(SIGINT)
        let finished = await child.finish()
        #expect(ContinuousClock.now - stopped < .seconds(3))
        #expect(finished.status == 130, "\(finished.errorText)")
        #expect(!finished.errorText.contains("error"), "\(finished.errorText)")
        recorder.signal(SIGTERM)
        _ = await recorder.finish()

        // How much of it depends on a busy machine: two null sinks have clocks of their own, and both devices drop what comes
        // late. All of the words are looked for in files.
        let heard = Sound(rate: 24000, samples: samples(try scratch.bytes("heard.raw")))
        let spoken = Double(heard.envelope.count { $0 > 0.01 }) / 100
        #expect(spoken > sentence.length / 5, "\(spoken) s are heard: \(finished.errorText)")
    }
}
