import Foundation
import Testing

/// What ffprobe says of a file.
struct Probe: Decodable {
    struct Stream: Decodable {
        let codec: String
        let rate: String
        let channels: Int

        private enum CodingKeys: String, CodingKey {
            case codec = "codec_name"
            case rate = "sample_rate"
            case channels
        }
    }

    struct Format: Decodable {
        let duration: String?
    }

    let streams: [Stream]
    let format: Format

    var codec: String? { streams.first?.codec }
    var rate: Int? { streams.first.flatMap { Int($0.rate) } }
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
    /// - Parameters: ffmpeg's options where the file does not say what is in it; a filter of ffmpeg.
    func decode(_ name: String, rate: Int = 24000, input: [String] = [], filter: String = "anull") async throws -> Sound
    {
        let arguments =
            ["-v", "error", "-nostdin"] + input + ["-i", path(name), "-af", filter, "-ac", "1", "-ar", "\(rate)"]
        let bytes = try await tool("ffmpeg", arguments + ["-f", "s16le", "-"]).output
        return Sound(rate: rate, samples: samples(bytes))
    }

    /// A short piece of MP3, made by ffmpeg.
    func mp3(seconds: Double, bitrate: Int = 32) async throws -> [UInt8] {
        let name = "made-\(UUID().uuidString).mp3"
        try await tool(
            "ffmpeg",
            [
                "-v", "error", "-nostdin", "-f", "lavfi", "-i",
                "sine=frequency=440:sample_rate=44100:duration=\(seconds)",
                "-c:a", "libmp3lame", "-b:a", "\(bitrate)k", "-write_xing", "0", "-id3v2_version", "0", path(name),
            ])
        return try bytes(name)
    }
}

func samples(_ bytes: [UInt8]) -> [Int16] {
    stride(from: 0, to: bytes.count - 1, by: 2).map {
        Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
}

/// Noise that is the same in every run: every byte is as likely as any other.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
    }
}

extension Scratch {
    /// What the simulator speaks for a graph's default text, asked for by curl.
    func spoken(by pipeline: String) async throws -> Sound {
        let text = try Project.text(of: pipeline)
        let match = try #require(text.firstMatch(of: /default: "([^"]*)"/), "no default text in \(pipeline)")
        return Sound(rate: 24000, samples: samples(try await speech(String(match.1), "pcm_24000")))
    }

    /// What the simulator answers to a text, asked for by curl.
    func speech(
        _ text: String, _ format: String, voice: String = "JBFqnCBsd6RMkjVDRZzb",
        model: String = "eleven_multilingual_v2"
    ) async throws -> [UInt8] {
        try write(try JSONEncoder().encode(["text": text, "model_id": model]), to: "request.json")
        let url = try await simulate(["--pace", "0"])
        let arguments = ["-sS", "--fail", "-H", "xi-api-key: any", "-H", "Content-Type: application/json"]
        return try await tool(
            "curl",
            arguments + [
                "--data-binary", "@" + path("request.json"),
                url + "/v1/text-to-speech/\(voice)/stream?output_format=\(format)",
            ]
        ).output
    }

    /// Writes a text, spoken, as a WAV file of 24 kHz. - Returns: what is in it.
    @discardableResult func speak(_ text: String, to name: String = "speech.wav") async throws -> Sound {
        let bytes = try await speech(text, "pcm_24000")
        try write(bytes, to: name + ".raw")
        try await tool(
            "sox", ["-t", "raw", "-r", "24000", "-c", "1", "-e", "signed", "-b", "16", path(name + ".raw"), path(name)])
        return Sound(rate: 24000, samples: samples(bytes))
    }
}
