import ElevenLabs
import Foundation
import Testing

/// An independent decoder (ffmpeg), and what can be measured on samples.
struct AudioLab {
    /// Whether the tools are installed.
    static let isInstalled = ["ffmpeg", "ffprobe"].allSatisfy { find($0) != nil }

    private static func find(_ tool: String) -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent(tool) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// Runs a tool over bytes in a file.
    /// - Parameter arguments: `@` stands for the file, `%` for one to write, where standard output will not do.
    private static func run(_ tool: String, _ arguments: [String], over bytes: [UInt8]) async throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("decoder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try Data(bytes).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = find(tool)
        process.arguments = arguments.map { $0 == "@" ? input.path : $0 == "%" ? output.path : $0 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        await withCheckedContinuation { continuation in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume() }
        }
        #expect(process.terminationStatus == 0, "\(tool) does not take it")
        return [UInt8](try Data(contentsOf: output))
    }

    private static func inputOptions(_ format: OutputFormat) -> [String] {
        switch format.codec {
        case .pcm: ["-f", "s16le", "-ar", "\(format.sampleRate)", "-ac", "1"]
        case .ulaw: ["-f", "mulaw", "-ar", "8000", "-ac", "1"]
        case .alaw: ["-f", "alaw", "-ar", "8000", "-ac", "1"]
        case .mp3: ["-f", "mp3"]
        case .opus: ["-f", "ogg"]
        }
    }

    /// Decodes to mono samples at a rate.
    static func samples(_ bytes: [UInt8], _ format: OutputFormat, rate: Int = 16000) async throws -> [Double] {
        let raw = try await run(
            "ffmpeg",
            ["-v", "error", "-xerror"] + inputOptions(format) + [
                "-i", "@", "-f", "s16le", "-ac", "1", "-ar", "\(rate)", "-",
            ],
            over: bytes
        )
        return Self.samples(ofPCM: raw)
    }

    /// Samples at 16 kHz as a file of another sort. - Parameter options: ffmpeg's, for the output.
    static func encode(_ pcm: [UInt8], _ options: [String]) async throws -> [UInt8] {
        try await run(
            "ffmpeg",
            ["-v", "error", "-y", "-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "@"] + options + ["%"], over: pcm
        )
    }

    /// What the stream says about itself: codec, rate, channels.
    static func probe(_ bytes: [UInt8]) async throws -> String {
        let text = try await run(
            "ffprobe",
            [
                "-v", "error", "-show_entries", "stream=codec_name,sample_rate,channels:format=format_name", "-of",
                "csv=p=0", "@",
            ],
            over: bytes
        )
        return String(decoding: text, as: UTF8.self).split(separator: "\n").joined(separator: " ")
    }

    static func samples(ofPCM bytes: [UInt8]) -> [Double] {
        stride(from: 0, to: bytes.count - 1, by: 2).map {
            Double(Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)) / 32768
        }
    }

    /// The root of the mean square: 0 is silence.
    static func loudness(_ samples: [Double]) -> Double {
        samples.isEmpty ? 0 : (samples.reduce(0) { $0 + $1 * $1 } / Double(samples.count)).squareRoot()
    }

    /// The fundamental in Hz, as the median over the voiced windows, by autocorrelation. For samples at 16 kHz.
    static func pitch(_ samples: [Double]) -> Double {
        let window = 1024
        var found: [Double] = []
        for start in stride(from: 0, to: samples.count - 2 * window, by: 2 * window) {
            let part = samples[start..<start + 2 * window].map { $0 }
            guard loudness(part) > 0.03 else { continue }
            var best = (lag: 0, value: 0.0)
            for lag in 40...230 {
                var (sum, energy) = (0.0, 1e-9)
                for index in 0..<window {
                    sum += part[index] * part[index + lag]
                    energy += part[index + lag] * part[index + lag]
                }
                let value = sum / energy.squareRoot()
                if value > best.value { best = (lag, value) }
            }
            if best.lag > 0 { found.append(16000 / Double(best.lag)) }
        }
        found.sort()
        return found.isEmpty ? 0 : found[found.count / 2]
    }
}
