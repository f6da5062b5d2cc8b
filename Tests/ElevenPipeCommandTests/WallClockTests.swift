import Foundation
import Testing

/// The time of day is set while a run plays: libfaketime gives the command another one, and leaves the monotonic clock alone.
@Suite(.serialized, .inTurns, .enabled(if: FakeTime.library != nil, "libfaketime is not installed"))
struct `The time of day` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["+1h", "-10h", "+3650d"])
    func `may be set while a run plays, and nothing comes of it`(step: String) async throws {
        let sound = try await SoundServer(in: scratch)
        let body = try await scratch.mp3(seconds: 4)
        let server = try await scratch.serve(body)
        try scratch.write("+0", to: "offset")
        let arguments = server.run(
            Project.pipeline("tts-to-speaker-and-file.yaml"), ["--json", "--deadline", "600", "--require-audio"])
        let child = try scratch.start(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\"", Project.program] + arguments,
            environment: sound.environment.merging(FakeTime.environment(offset: scratch.path("offset"))) { $1 }
                .merging(Server.keyEnvironment) { $1 }, limit: 90)
        FakeTime.tidy(after: child, scratch)
        try await eventually("no audio came") { child.outputText.contains("first-audio") || !child.isRunning }
        try await Task.sleep(for: .seconds(1))
        try scratch.write(step, to: "offset")
        let finished = await child.finish()
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try scratch.bytes("speech.mp3") == body)
        let end = try #require(try events(finished.outputText, named: "finished").first)
        let (elapsed, length) = (end["elapsed"] as? Double ?? 0, end["audio-length"] as? Double ?? 0)
        #expect(elapsed > 3.5 && elapsed < 60, "\(elapsed)")
        #expect(abs(length - 4) < 0.2, "\(length)")
        #expect((end["stalls"] as? [Any])?.isEmpty == true, "\(end)")
    }

    /// Without this the tests above would pass wherever the library does nothing.
    @Test func `is another one for a program that libfaketime is put before`() async throws {
        try scratch.write("+3650d", to: "offset")
        let child = try scratch.start(
            "/bin/date", ["+%Y"], environment: FakeTime.environment(offset: scratch.path("offset")))
        FakeTime.tidy(after: child, scratch)
        let told = await child.finish()
        let year = try #require(Int(told.outputText.dropLast()))
        #expect(year > Calendar(identifier: .gregorian).component(.year, from: Date()) + 8)
    }
}

/// The library that gives a program another time of day.
enum FakeTime {
    static let library: String? = {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        return folders.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// Removes the shared memory that the library leaves behind.
    static func tidy(after child: Child, _ scratch: Scratch) {
        let pid = child.pid
        scratch.atEnd {
            for name in ["faketime_shm_\(pid)", "sem.faketime_sem_\(pid)"] { unlink("/dev/shm/\(name)") }
        }
    }

    /// For a shell that becomes the program: the library sets variables when it is loaded first, and Swift, which looks for
    /// its arguments before them, would not find any.
    static func environment(offset: String) -> [String: String] {
        [
            "LD_PRELOAD": library ?? "", "FAKETIME_TIMESTAMP_FILE": offset, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        ]
    }
}
