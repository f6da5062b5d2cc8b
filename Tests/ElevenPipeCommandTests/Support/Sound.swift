import Foundation
import Testing

/// Audio as an independent tool decodes it.
struct Sound {
    let rate: Int
    let samples: [Int16]

    var length: Double { Double(samples.count) / Double(rate) }

    /// Root mean square, 1 being full scale.
    var level: Double { Self.level(samples[...]) }

    static func level(_ samples: ArraySlice<Int16>) -> Double {
        guard !samples.isEmpty else { return 0 }
        let sum = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        return (sum / Double(samples.count)).squareRoot() / 32768
    }

    /// Levels of 10 ms each.
    var envelope: [Double] {
        let step = rate / 100
        return stride(from: 0, to: samples.count - step, by: step).map { Self.level(samples[$0..<$0 + step]) }
    }

    /// Without the silence before and after.
    func trimmed() -> Sound {
        let levels = envelope
        let threshold = (levels.max() ?? 0) / 50
        guard let first = levels.firstIndex(where: { $0 > threshold }),
            let last = levels.lastIndex(where: { $0 > threshold })
        else { return Sound(rate: rate, samples: []) }
        return Sound(rate: rate, samples: Array(samples[first * rate / 100..<min((last + 1) * rate / 100, samples.count)]))
    }

    /// How alike two pieces are, sample by sample: 1 for the same up to loudness, about 0 for different ones. The best of all
    /// shifts up to a fifth of a second.
    func likeness(to other: Sound) -> Double {
        let reach = rate / 5
        return (-reach...reach).map { shift in
            let (here, there) = (max(0, shift), max(0, -shift))
            let count = min(samples.count - here, other.samples.count - there)
            guard count > 0 else { return 0 }
            return samples.withUnsafeBufferPointer { mine in
                other.samples.withUnsafeBufferPointer { theirs in
                    var (product, square, otherSquare) = (0.0, 1.0, 1.0)
                    for index in 0..<count {
                        let (a, b) = (Double(mine[here + index]), Double(theirs[there + index]))
                        product += a * b
                        square += a * a
                        otherSquare += b * b
                    }
                    return abs(product) / (square * otherSquare).squareRoot()
                }
            }
        }.max() ?? 0
    }
}

/// What ffprobe says of a file.
struct Probe: Decodable {
    struct Stream: Decodable {
        let codec_name: String
        let sample_rate: String
        let channels: Int
    }

    struct Format: Decodable {
        let format_name: String
        let duration: String?
    }

    let streams: [Stream]
    let format: Format

    var codec: String? { streams.first?.codec_name }
    var rate: Int? { streams.first.flatMap { Int($0.sample_rate) } }
    var length: Double { format.duration.flatMap(Double.init) ?? 0 }
}

extension Scratch {
    func probe(_ name: String) async throws -> Probe {
        let arguments = ["-v", "error", "-show_entries", "stream:format", "-of", "json", path(name)]
        let finished = try await tool("ffprobe", arguments)
        #expect(finished.errorText.isEmpty, "ffprobe complains about \(name)")
        return try JSONDecoder().decode(Probe.self, from: Data(finished.output))
    }

    /// Decodes a file to mono.
    /// - Parameter input: ffmpeg's options where the file does not say what is in it.
    func decode(_ name: String, rate: Int = 24000, input: [String] = []) async throws -> Sound {
        let arguments = ["-v", "error", "-nostdin"] + input + ["-i", path(name), "-ac", "1", "-ar", "\(rate)"]
        let bytes = try await tool("ffmpeg", arguments + ["-f", "s16le", "-"]).output
        return Sound(rate: rate, samples: samples(bytes))
    }

    /// A short piece of MP3, made by ffmpeg.
    func mp3(seconds: Double, bitrate: Int = 32) async throws -> [UInt8] {
        let name = "made-\(UUID().uuidString).mp3"
        try await tool(
            "ffmpeg",
            [
                "-v", "error", "-nostdin", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=\(seconds)",
                "-c:a", "libmp3lame", "-b:a", "\(bitrate)k", "-write_xing", "0", "-id3v2_version", "0", path(name),
            ])
        return try bytes(name)
    }
}

func samples(_ bytes: [UInt8]) -> [Int16] {
    stride(from: 0, to: bytes.count - 1, by: 2).map { Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8) }
}

/// Noise that is the same in every run: every byte is as likely as any other.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}
