import Foundation
import Testing

/// A sound server with sinks that nobody hears but the test. The first is the default, and what goes into the last one, where
/// there are several, is what the microphone hears.
struct SoundServer {
    let environment: [String: String]
    let child: Child

    /// Starts one in a folder of its own. - Parameter format: of the sinks, as their module takes it.
    init(in scratch: Scratch, sinks: [String] = ["test"], format: String = "") async throws {
        let runtime = scratch.path("sound")
        try FileManager.default.createDirectory(
            atPath: runtime, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let environment = [
            "XDG_RUNTIME_DIR": runtime, "HOME": runtime, "PULSE_SERVER": "unix:\(runtime)/native",
            "PULSE_COOKIE": "\(runtime)/cookie",
        ]
        self.environment = environment
        child = try scratch.companion(
            "pulseaudio",
            [
                "-n", "--exit-idle-time=60", "--daemonize=no", "--use-pid-file=no",
                "--load=module-native-protocol-unix auth-anonymous=1 socket=\(runtime)/native",
            ] + sinks.map { "--load=module-null-sink sink_name=\($0) \(format)" }, environment: environment)
        for _ in 0..<300 {
            if try await scratch.tool("pactl", ["info"], environment: environment, mayFail: true).status == 0 {
                let defaults = [
                    ("set-default-sink", sinks[0]), ("set-default-source", sinks[sinks.count - 1] + ".monitor"),
                ]
                for (command, name) in defaults {
                    try await scratch.tool("pactl", [command, name], environment: environment)
                }
                return
            }
            try #require(child.isRunning, "pulseaudio ended: \(child.errorText)")
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("pulseaudio did not start: \(child.errorText)")
    }

    /// Records what the first sink plays, as `heard.raw`: 24 kHz, mono.
    func record(_ sink: String = "test", in scratch: Scratch) async throws -> Child {
        let recorder = try scratch.companion(
            "parec",
            [
                "--device=\(sink).monitor", "--format=s16le", "--rate=24000", "--channels=1", "--raw",
                scratch.path("heard.raw"),
            ], environment: environment)
        try await eventually("parec records nothing: \(recorder.errorText)") {
            try scratch.exists("heard.raw") && !scratch.bytes("heard.raw").isEmpty
        }
        return recorder
    }
}

/// What comes out of the loudspeaker.
@Suite(.serialized, .inTurns) struct `It can be heard` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["tts-to-speaker.yaml", "tts-to-speaker-and-file.yaml"])
    func `and is the speech that the same text gives in a file`(name: String) async throws {
        let server = try await SoundServer(in: scratch)
        let text = "text=This is a test of elevenpipe. All of it can be heard."
        let written = try await scratch.elevenpipe(
            ["run", "--offline", "-q", Project.pipeline("tts-to-wav.yaml"), "--set", text])
        #expect(written.status == 0)
        let expected = try await scratch.decode("speech.wav").trimmed()

        let recorder = try await server.record(in: scratch)
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", "--require-audio", Project.pipeline(name), "--set", text],
            environment: server.environment.filter { $0.key != "HOME" })
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(!finished.errorText.contains("warning"), "\(finished.errorText)")
        // The monitor is behind by a second or two.
        try await Task.sleep(for: .seconds(3))
        recorder.signal(SIGTERM)
        _ = await recorder.finish()

        let heard = Sound(rate: 24000, samples: samples(try scratch.bytes("heard.raw"))).trimmed()
        #expect(abs(heard.length - expected.length) < 0.15, "\(heard.length) s heard of \(expected.length) s")
        let likeness = heard.likeness(at: 4000, to: expected)
        #expect(likeness > 0.7, "\(likeness)")
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `and falls silent at once when it is stopped, with the file named for what it is`(
        signal: Int32, status: Int32
    ) async throws {
        let sound = try await SoundServer(in: scratch)
        let body = try await scratch.mp3(seconds: 60)
        let server = try await scratch.serve(body)
        let child = try scratch.start(
            server.run(Project.pipeline("tts-to-speaker-and-file.yaml"), ["-v", "--require-audio"]),
            environment: sound.environment.merging(Server.keyEnvironment) { $1 })
        try await eventually("no audio came") { child.errorText.contains("first audio") || !child.isRunning }
        try await Task.sleep(for: .seconds(1))
        let stopped = ContinuousClock.now
        child.signal(signal)
        let finished = await child.finish()
        #expect(ContinuousClock.now - stopped < .seconds(3))
        #expect(finished.status == status, "\(finished.errorText)")
        let written = try scratch.bytes("speech.mp3")
        #expect(body.starts(with: written) && !written.isEmpty)
        #expect(finished.errorText.contains("speech.mp3 is partial: it holds the first \(written.count) bytes"))
    }
}
