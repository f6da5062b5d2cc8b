import Foundation
import Testing

/// A sound server with a sink that nobody hears but the test.
struct SoundServer {
    let environment: [String: String]

    /// Starts one in a folder of its own.
    init(in scratch: Scratch) async throws {
        let runtime = scratch.path("sound")
        try FileManager.default.createDirectory(
            atPath: runtime, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let environment = [
            "XDG_RUNTIME_DIR": runtime, "HOME": runtime, "PULSE_SERVER": "unix:\(runtime)/native",
            "PULSE_COOKIE": "\(runtime)/cookie",
        ]
        self.environment = environment
        let child = try scratch.companion(
            "pulseaudio",
            [
                "-n", "--load=module-null-sink sink_name=test", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no",
                "--load=module-native-protocol-unix auth-anonymous=1 socket=\(runtime)/native",
            ], environment: environment)
        for _ in 0..<300 {
            if try await scratch.tool("pactl", ["info"], environment: environment, mayFail: true).status == 0 { return }
            try #require(child.isRunning, "pulseaudio ended: \(child.errorText)")
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("pulseaudio did not start: \(child.errorText)")
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

        let recorder = try scratch.companion(
            "parec",
            [
                "--device=test.monitor", "--format=s16le", "--rate=24000", "--channels=1", "--raw",
                "--file-format=", scratch.path("heard.raw"),
            ].filter { $0 != "--file-format=" }, environment: server.environment)
        try await eventually("parec records nothing: \(recorder.errorText)") {
            try scratch.exists("heard.raw") && !scratch.bytes("heard.raw").isEmpty
        }
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
}

/// Formats that are known are not guessed.
@Suite(.inTurns) struct `A format that the service was asked for` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["mp3_44100_128", "mp3_22050_32", "pcm_16000", "ulaw_8000", "alaw_8000"])
    func `is decoded without a look at its bytes`(format: String) async throws {
        let graph = try scratch.graph(
            """
            a: [elevenlabstts: {text: "Yes.", voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: \(format)}, decodebin]
            b: [from: a, wavenc, filesink: {location: out.wav}]
            """)
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", graph],
            environment: ["GST_DEBUG": "typefind:6,typefindfunctions:6", "GST_DEBUG_FILE": scratch.path("log")])
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try await scratch.decode("out.wav").level > 0.01)
        let log = String(decoding: try scratch.bytes("log"), as: UTF8.self)
        #expect(log.contains("Skipping typefinding"), "\(log)")
        // 1 is the mode in which bytes are looked at.
        #expect(!log.contains("handling buffer in mode 1") && !log.contains("gsttypefindfunctions.c"), "\(log)")
    }
}
