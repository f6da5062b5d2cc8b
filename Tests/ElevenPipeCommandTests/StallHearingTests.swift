import Foundation
import Testing

/// What comes out of the loudspeaker when the network falls silent for longer than there is to play.
@Suite(.serialized, .inTurns) struct `A stall is heard` {
    private static let rate = 24000
    /// Samples that the device takes at once: 10 ms.
    private static let devicePeriod = rate / 100

    private struct Stall: Decodable {
        let length: Double
    }

    private struct Finished: Decodable {
        let event: String
        let stalls: [Stall]?
    }

    @Test(.timeLimit(.minutes(4)), arguments: [("pcm_24000", 48000), ("mp3_24000_48", 6000)])
    func `as silence, with nothing missing or doubled beyond what the device takes at once`(
        format: String, bytesPerSecond: Int
    ) async throws {
        var problems: [String] = []
        // A machine that is busy with other things makes holes of its own; ours would be there each time.
        for _ in 0..<4 {
            problems = try await problemsOfOneRun(format: format, bytesPerSecond: bytesPerSecond)
            if problems.isEmpty { return }
        }
        Issue.record("in each of four runs: \(problems.joined(separator: "; "))")
    }

    private func problemsOfOneRun(format: String, bytesPerSecond: Int) async throws -> [String] {
        let scratch = try Scratch()
        let sound = try await SoundServer(in: scratch, format: "rate=\(Self.rate) channels=1 format=s16le")
        // Keeps the sink awake, so that it takes samples at an even pace all the time.
        _ = try scratch.companion(
            "pacat",
            [
                "--playback", "--device=test", "--rate=\(Self.rate)", "--channels=1", "--format=s16le", "--raw",
                "/dev/zero",
            ],
            environment: sound.environment)
        let body = try await signal(format, in: scratch)
        let whole = try await listen(to: scratch.serve(body), format, sound, scratch, "whole.raw")
        let pauses = [2 * bytesPerSecond, 7 * bytesPerSecond / 2].flatMap { ["--pause", "\($0):2.8"] }
        let paced = ["--chunk", "\(bytesPerSecond / 10)", "--pace", "\(bytesPerSecond * 3 / 2)"]
        let stalled = try await listen(to: scratch.serve(body, paced + pauses), format, sound, scratch, "stalled.raw")

        var problems: [String] = []
        if !whole.stalls.isEmpty { problems.append("a pause though all was there") }
        if stalled.stalls.count != 2 { problems.append("\(stalled.stalls.count) pauses for two stalls") }
        let original = Array(whole.heard.drop { $0 == 0 }.reversed().drop { $0 == 0 }.reversed())
        if original.count < 5 * Self.rate { problems.append("\(original.count) samples without a stall") }
        let pieces = HeardPiece.pieces(of: stalled.heard, in: original)
        if pieces.count < 3 { problems.append("\(pieces.count) pieces around two pauses") }
        var next = 0
        for piece in pieces {
            let jump = piece.origin - next
            if abs(jump) > Self.devicePeriod {
                problems.append("\(jump) samples missing before sample \(piece.origin)")
            }
            next = piece.origin + piece.count
        }
        if original.count - next > Self.devicePeriod {
            problems.append("\(original.count - next) samples missing at the end")
        }
        return problems
    }

    /// Six seconds of noise: every place sounds like no other.
    private func signal(_ format: String, in scratch: Scratch) async throws -> [UInt8] {
        let samples = noise(6 * Self.rate * 2).enumerated().map { index, byte in
            // Less loud, so that nothing is clipped on the way.
            index % 2 == 1 ? UInt8(bitPattern: Int8(bitPattern: byte) / 4) : byte
        }
        guard format.hasPrefix("mp3") else { return samples }
        let raw = ["-f", "s16le", "-ar", "\(Self.rate)", "-ac", "1", "-i", try scratch.write(samples, to: "noise.raw")]
        let encoding = ["-c:a", "libmp3lame", "-b:a", "48k", "-write_xing", "0", "-id3v2_version", "0"]
        try await scratch.tool("ffmpeg", ["-v", "error", "-nostdin"] + raw + encoding + [scratch.path("noise.mp3")])
        return try scratch.bytes("noise.mp3")
    }

    private func listen(
        to server: Server, _ format: String, _ sound: SoundServer, _ scratch: Scratch, _ name: String
    ) async throws -> (heard: [Int16], stalls: [Stall]) {
        let recorder = try scratch.companion(
            "parec",
            [
                "--device=test.monitor", "--format=s16le", "--rate=\(Self.rate)", "--channels=1", "--raw",
                scratch.path(name),
            ], environment: sound.environment)
        try await eventually("parec records nothing: \(recorder.errorText)") {
            try scratch.exists(name) && !scratch.bytes(name).isEmpty
        }
        let steps = format.hasPrefix("mp3") ? "- decodebin\n  " : ""
        let graph = try scratch.graph(
            "a:\n  - elevenlabstts: {text: hi, voice-id: x, output-format: \(format)}\n  \(steps)- autoaudiosink")
        let finished = try await scratch.elevenpipe(
            server.run(graph, ["--json", "--require-audio"]),
            environment: sound.environment.filter { $0.key != "HOME" }.merging(Server.keyEnvironment) { $1 })
        #expect(finished.status == 0, "\(finished.errorText)")
        // The monitor is behind by a second or two.
        try await Task.sleep(for: .seconds(2.5))
        recorder.signal(SIGTERM)
        _ = await recorder.finish()
        let events = finished.outputText.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Finished.self, from: Data($0.utf8))
        }
        return (samples(try scratch.bytes(name)), events.first { $0.event == "finished" }?.stalls ?? [])
    }
}
