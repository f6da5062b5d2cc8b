import Foundation
import Testing

/// Input of no size, of three gigabytes, and input that is not there.
@Suite(.inTurns) struct `An input` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    static let raw = "rawaudioparse: {format: pcm, pcm-format: s16le, sample-rate: 16000, num-channels: 1}"
    static let isolation = "elevenlabsisolation: {split: none}"
    static let changer = "elevenlabsvoicechanger: {voice-id: JBFqnCBsd6RMkjVDRZzb, split: none}"

    private func graph(_ steps: [String]) throws -> String {
        let lines = steps.map { "  - \($0)" }.joined(separator: "\n")
        return try scratch.graph("a:\n  - filesrc: {location: input}\n\(lines)\n  - filesink: {location: out}")
    }

    static let readers = [[isolation], [changer], [raw, isolation], ["decodebin", changer], ["wavparse", isolation]]

    @Test(arguments: readers)
    func `that is empty, missing or a folder ends with 66, and no output is touched`(steps: [String]) async throws {
        let graph = try graph(steps)
        let server = try await scratch.serve([])
        try scratch.write("kept", to: "out")
        for (words, prepare) in [
            ("cannot be read: there is no such file", {}),
            ("is empty: name a file that holds audio", { try scratch.write("", to: "input") }),
            (
                "cannot be read: it is a folder",
                {
                    try FileManager.default.removeItem(atPath: scratch.path("input"))
                    try FileManager.default.createDirectory(
                        atPath: scratch.path("input"), withIntermediateDirectories: true)
                }
            ),
        ] as [(String, () throws -> Void)] {
            try prepare()
            let finished = try await scratch.elevenpipe(server.run(graph), environment: Server.keyEnvironment)
            #expect(finished.status == 66, "\(finished.errorText)")
            #expect(finished.lines == ["\(graph):4:7: error: 'input' \(words)"])
            #expect(try scratch.bytes("out") == Array("kept".utf8))
        }
        #expect(try server.requests.isEmpty)
    }

    @Test func `that is empty may be copied`() async throws {
        try scratch.write("", to: "input")
        let finished = try await scratch.elevenpipe(["run", try graph(["queue"])])
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try scratch.bytes("out") == [])
    }

    /// Behind what a file of 3 GiB ends how; of silence, which takes no place on the disk.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let isWAV: Bool
        let steps: [String]
        let status: Int32
        let words: [String]
    }

    static let large = [
        Case(
            testDescription: "WAV, as it is, isolation", isWAV: true, steps: [isolation], status: 65,
            words: ["3221.2 MB", "500.0 MB", "put 'decodebin' before"]),
        Case(
            testDescription: "WAV, as it is, voice changer", isWAV: true, steps: [changer], status: 65,
            words: ["MB", "50.0 MB", "put 'decodebin' before"]),
        Case(
            testDescription: "PCM, isolation", isWAV: false, steps: [raw, isolation], status: 65,
            words: ["the input is 1677 min", "60 min at most", "set 'split'"]),
        Case(
            testDescription: "PCM, voice changer", isWAV: false, steps: [raw, changer], status: 65,
            words: ["the input is 1677 min", "5 min at most", "set 'split'"]),
        Case(
            testDescription: "WAV, decoded", isWAV: true, steps: ["decodebin", isolation], status: 66,
            words: ["more than 2 GiB", "FLAC", "smaller files"]),
        Case(
            testDescription: "WAV, parsed", isWAV: true, steps: ["wavparse", changer], status: 66,
            words: ["more than 2 GiB", "FLAC", "smaller files"]),
    ]

    @Test(arguments: large)
    func `of three gigabytes is told to be too long before anything is sent, in little memory`(
        _ large: Case
    ) async throws {
        try sparse(3 << 30, isWAV: large.isWAV, to: "input")
        let server = try await scratch.serve([])
        let child = try scratch.start(
            server.run(try graph(large.steps)), environment: Server.keyEnvironment, limit: 120)
        let (most, finished) = await peak(of: child)
        #expect(finished.status == large.status, "\(finished.errorText)")
        let line = try finished.theError()
        for word in large.words { #expect(line.contains(word), "\(line)") }
        #expect(try server.requests.isEmpty)
        #expect(most < 150, "\(most) MB")
    }

    static let places: [([String], Int32)] = [
        (["run", "input"], 65), (["validate", "input"], 65), (["expand", "input"], 65),
        (["run", "--offline", Project.pipeline("tts-to-mp3.yaml"), "--set-file", "text=input"], 65),
        (["run", Project.pipeline("tts-to-mp3.yaml"), "--api-key-file", "input"], 78),
    ]

    @Test(arguments: places)
    func `of three gigabytes is no graph, no text and no key`(arguments: [String], status: Int32) async throws {
        try sparse(3 << 30, isWAV: false, to: "input")
        let (most, finished) = await peak(of: try scratch.start(arguments))
        #expect(finished.status == status, "\(finished.errorText)")
        #expect(try finished.theError().contains("the file is larger than "), "\(finished.errorText)")
        #expect(try finished.theError().contains("input"), "\(finished.errorText)")
        #expect(most < 150, "\(most) MB")
    }

    @Test func `of three gigabytes on standard input is not read to its end`() async throws {
        try sparse(3 << 30, isWAV: false, to: "input")
        let child = try scratch.start(["validate", "-"], input: scratch.path("input"))
        let (most, finished) = await peak(of: child)
        #expect(finished.status == 65 && most < 150, "\(finished.errorText)")
        #expect(try finished.theError().hasPrefix("standard input: error: the file is larger than "))
    }

    /// A file of silence.
    private func sparse(_ size: Int, isWAV: Bool, to name: String) throws {
        var head: [UInt8] = []
        if isWAV {
            let number = { (value: Int) in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
            head += Array("RIFF".utf8) + number(size - 8) + Array("WAVEfmt ".utf8) + number(16)
            head += [1, 0, 2, 0] + number(44100) + number(176_400) + [4, 0, 16, 0]
            head += Array("data".utf8) + number(size - 44)
        }
        try scratch.write(head, to: name)
        let result = truncate(scratch.path(name), size)
        #expect(result == 0)
    }

    /// What a process had in memory at most, in megabytes, and what it came to.
    private func peak(of child: Child) async -> (Double, Child.Finished) {
        var most = 0.0
        while child.isRunning {
            let status = (try? String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)) ?? ""
            let kilobytes = status.firstMatch(of: /VmHWM:\s*(\d+) kB/).flatMap { Double($0.1) } ?? 0
            most = max(most, kilobytes / 1024)
            try? await Task.sleep(for: .milliseconds(20))
        }
        return (most, await child.finish())
    }

    /// Each of what decodes MP3 and AAC, switched off.
    static let withoutDecoders = [
        "GST_PLUGIN_FEATURE_RANK":
            "mpg123audiodec:0,avdec_mp3:0,avdec_mp3float:0,flump3dec:0,faad:0,fdkaacdec:0,avdec_aac:0,avdec_aac_fixed:0,"
            + "avdec_aac_latm:0"
    ]

    @Test(arguments: ["tts-to-speaker.yaml", "tts-to-speaker-and-file.yaml", "isolation-to-flac.yaml"])
    func `that nothing decodes ends with 65 and a package, before anything is sent`(pipeline: String) async throws {
        try await scratch.speak("Yes.")
        let server = try await scratch.serve([])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline(pipeline)),
            environment: Server.keyEnvironment.merging(Self.withoutDecoders) { $1 })
        #expect(finished.status == 65, "\(finished.errorText)")
        #expect(
            try finished.onlyError().hasSuffix(
                "no installed decoder takes audio/mpeg: there is one in the Debian package gstreamer1.0-plugins-good"))
        #expect(try server.requests.isEmpty)
        #expect(!scratch.exists("speech.mp3") && !scratch.exists("clean.flac"))
    }

    @Test(arguments: [("libmp3lame", "mp3", "gstreamer1.0-plugins-good"), ("aac", "m4a", "gstreamer1.0-libav")])
    func `file that nothing decodes is told when its kind is known, with a package`(
        encoder: String, ending: String, package: String
    ) async throws {
        try await scratch.tool(
            "ffmpeg",
            [
                "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", encoder, "-f",
                ending == "m4a" ? "mp4" : ending,
                scratch.path("input"),
            ])
        let server = try await scratch.serve([])
        let finished = try await scratch.elevenpipe(
            server.run(try graph(["decodebin", Self.isolation])),
            environment: Server.keyEnvironment.merging(Self.withoutDecoders) { $1 })
        #expect(finished.status == 65, "\(finished.errorText)")
        let line = try finished.theError()
        #expect(line.contains("no installed decoder takes MPEG-") && line.contains("(audio/mpeg): "), "\(line)")
        #expect(line.contains(package), "\(line)")
        #expect(try server.requests.isEmpty)
    }
}
