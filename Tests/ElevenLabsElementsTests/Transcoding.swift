import Foundation
import GStreamer

/// Runs bytes through GStreamer's own elements, from a file to a file.
enum Transcoding {
    struct Failure: Error {
        var message: String
    }

    /// - Parameter line: what stands between `filesrc` and `filesink`.
    static func run(_ bytes: [UInt8], through line: String) async throws -> [UInt8] {
        try GStreamer.initialize()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("transcoding-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try Data(bytes).write(to: input)
        let pipeline = try Element.parse(
            launch: "filesrc location=\(input.path) ! \(line) ! filesink location=\(output.path)")
        let (events, told) = AsyncStream.makeStream(of: String?.self)
        let bus = Bus(of: pipeline) { event in
            switch event {
            case .error(let report): told.yield(report.message)
            case .endOfStream: told.yield(nil)
            default: break
            }
        }
        await onThread { _ = pipeline.setState(.playing) }
        var iterator = events.makeAsyncIterator()
        let message = await iterator.next() ?? nil
        bus.close()
        await onThread { _ = pipeline.setState(.null) }
        if let message { throw Failure(message: message) }
        return [UInt8](try Data(contentsOf: output))
    }

    static func mp3(_ samples: [Int16], rate: Int, bitrate: Int, _ options: String = "") async throws -> [UInt8] {
        try await run(
            AudioSamples.bytes(samples),
            through: "rawaudioparse format=pcm pcm-format=s16le sample-rate=\(rate) num-channels=1 "
                + "! lamemp3enc target=bitrate cbr=true bitrate=\(bitrate) mono=true \(options) ! audio/mpeg,rate=\(rate)"
        )
    }

    static func decoded(mp3 bytes: [UInt8]) async throws -> [Int16] {
        AudioSamples.samples(
            try await run(
                bytes,
                through: "mpegaudioparse ! mpg123audiodec ! audioconvert dithering=none ! audio/x-raw,format=S16LE"))
    }
}

/// Signals, and what can be measured on a join.
enum AudioSamples {
    static func bytes(_ samples: some Sequence<Int16>) -> [UInt8] {
        samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    static func samples(_ bytes: [UInt8]) -> [Int16] {
        stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)
        }
    }

    static func sine(_ range: Range<Int>, rate: Int, frequency: Double = 440, amplitude: Double = 10000) -> [Int16] {
        range.map { Int16((sin(2 * .pi * frequency * Double($0) / Double(rate)) * amplitude).rounded()) }
    }

    /// The largest difference between neighbours.
    static func step(_ samples: some Collection<Int16>) -> Int {
        zip(samples, samples.dropFirst()).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }

    /// The largest fourth difference, which a click makes large and a low tone does not: a high-pass filter of 24 dB an octave.
    static func click(_ samples: some Collection<Int16>) -> Int {
        var values = samples.map(Int.init)
        for _ in 0..<4 { values = zip(values, values.dropFirst()).map { $1 - $0 } }
        return values.map(abs).max() ?? 0
    }
}
