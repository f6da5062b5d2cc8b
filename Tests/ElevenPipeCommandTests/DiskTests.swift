import Foundation
import Testing

/// A disk that takes no more, or nothing at all.
@Suite(.inTurns, .onSmallDisk) struct `A disk` {
    static let text =
        "text=This sentence fills a disk of sixty four kilobytes with its sound, and then there is some more of it."

    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [
        "tts-to-mp3.yaml", "tts-to-wav.yaml", "tts-to-mkv.yaml", "tts-to-mp4.yaml", "tts-to-speaker-and-file.yaml",
        "isolation-to-flac.yaml", "voice-changer.yaml",
    ])
    func `that is full ends with 74, its cure, and the name of the partial file`(pipeline: String) async throws {
        var arguments = ["run", "--offline", Project.pipeline(pipeline), "--set", "output=disk/out"]
        if pipeline.hasPrefix("tts") {
            arguments += ["--set", Self.text]
        } else {
            try await scratch.speak(String(Self.text.dropFirst(5)))
        }
        let finished = try await SmallDisk.elevenpipe(arguments, in: scratch)
        #expect(finished.status == 74, "\(finished.errorText)")
        let line = try finished.theError()
        #expect(line.hasPrefix(Project.pipeline(pipeline) + ":"), "\(line)")
        #expect(line.contains("no space is left on the disk for 'disk/out': make room there"), "\(line)")
        let size = try scratch.bytes("kept/out").count
        #expect(size > 32768 && size <= 65536)
        #expect(finished.lines.last == "disk/out is partial and was not finalised: it holds \(size) bytes")
    }

    @Test func `that is full from the start leaves an empty file and says so`() async throws {
        let finished = try await SmallDisk.elevenpipe(
            ["run", "--offline", "--json", Project.pipeline("tts-to-wav.yaml"), "--set", "output=disk/out"],
            in: scratch,
            fill: 65536)
        #expect(finished.status == 74 && finished.errorText.isEmpty, "\(finished.errorText)")
        let failed = try #require(try events(finished.outputText, named: "failed").first)
        #expect(failed["code"] as? String == "output-failed" && failed["exit-code"] as? Int == 74)
        let file = try #require((failed["files"] as? [[String: Any]])?.first)
        #expect(file["path"] as? String == "disk/out" && file["bytes"] as? Int == 0)
        #expect(file["partial"] as? Bool == true && file["finalised"] as? Bool == false)
    }

    @Test func `that is full under a pattern of files names the pattern`() async throws {
        let finished = try await SmallDisk.elevenpipe(
            ["run", "--offline", Project.pipeline("hls.yaml"), "--set", Self.text, "--set", "folder=disk/folder"],
            in: scratch)
        #expect(finished.status == 74, "\(finished.errorText)")
        let line = try finished.theError()
        #expect(line.contains("no space is left on the disk for 'disk/folder/segment-%05d.ts'"), "\(line)")
    }

    @Test func `that is full under one file leaves the other one readable`() async throws {
        let graph = try scratch.graph(
            """
            speech:
              - elevenlabstts: {text: "\(Self.text)", voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: pcm_24000}
            full: [from: speech, wavenc, filesink: {location: disk/full.wav}]
            other: [from: speech, flacenc, filesink: {location: other.flac}]
            """)
        let finished = try await SmallDisk.elevenpipe(["run", "--offline", graph], in: scratch)
        #expect(finished.status == 74, "\(finished.errorText)")
        #expect(try finished.theError().contains("'disk/full.wav'"))
        #expect(finished.lines.contains { $0.hasPrefix("disk/full.wav is partial") }, "\(finished.lines)")
        #expect(finished.lines.contains { $0.hasPrefix("other.flac is partial: it holds the first ") })
        #expect(try await scratch.decode("other.flac").length > 0.5)
    }

    @Test func `that is full where input waits to be sent names TMPDIR, and nothing is sent`() async throws {
        try scratch.write(Data(count: 20 << 20), to: "long.raw")
        let server = try await scratch.serve([])
        let graph = try scratch.graph(
            """
            a:
              - filesrc: {location: long.raw}
              - rawaudioparse: {format: pcm, pcm-format: s16le, sample-rate: 16000, num-channels: 1}
              - elevenlabsisolation
              - filesink: {location: out.mp3}
            """)
        let finished = try await SmallDisk.elevenpipe(
            server.run(graph), in: scratch,
            environment: Server.keyEnvironment.merging(["TMPDIR": scratch.path("disk")]) { $1 })
        #expect(finished.status == 74, "\(finished.errorText)")
        let line = try finished.theError()
        for word in ["the disk is full", "make room", "TMPDIR", scratch.path("disk")] { #expect(line.contains(word)) }
        #expect(finished.lines.last == "out.mp3 is empty")
        #expect(try server.requests.isEmpty)
    }

    @Test(arguments: ["tts-to-mp3.yaml", "isolation-to-flac.yaml"])
    func `that may only be read ends with 74 before anything is sent`(pipeline: String) async throws {
        if !pipeline.hasPrefix("tts") { try await scratch.speak("Yes.") }
        let server = try await scratch.serve([])
        let finished = try await SmallDisk.elevenpipe(
            server.run(Project.pipeline(pipeline), ["--set", "output=disk/out"]), in: scratch, remount: "ro",
            environment: Server.keyEnvironment)
        #expect(finished.status == 74, "\(finished.errorText)")
        let line = try finished.theError()
        #expect(line.contains("\"disk/out\" for writing: Read-only file system; choose a folder"), "\(line)")
        #expect(finished.lines.last == "disk/out was not written")
        #expect(try server.requests.isEmpty)
    }
}
