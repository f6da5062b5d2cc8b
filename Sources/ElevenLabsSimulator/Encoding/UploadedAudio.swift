import ElevenLabs
import GLib
import GStreamer

/// Audio that a client sent, to be read as mono 16-bit samples at ``sampleRate``, as often as it is wanted and never all
/// of it decoded at once.
struct UploadedAudio: Sendable {
    /// Audio that no decoder takes, or none at all.
    struct DecodingFailure: Error {
        var reason: String
    }

    /// Samples a second (Hz).
    static let sampleRate = 16000

    var bytes: Bytes
    var format: UploadFormat

    /// How many samples there are. Decodes the whole of it, but no more than is asked about.
    /// - Parameter limit: where to stop counting.
    func countSamples(upTo limit: Int) async throws -> Int {
        if format == .pcm16kHz { return bytes.count / 2 }
        let counter = SampleCounter()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await read { samples in await counter.add(samples.count / 2) <= limit }
                }
                group.addTask { try await counter.watch() }
                _ = try await group.next()
                group.cancelAll()
            }
        } catch let failure as TranscodingFailure {
            throw DecodingFailure(reason: failure.message)
        }
        return await counter.count
    }

    private actor SampleCounter {
        private(set) var count = 0
        func add(_ more: Int) -> Int {
            count += more
            return count
        }

        /// Throws once nothing more has come for a while: some broken files leave GStreamer waiting for ever.
        func watch() async throws {
            var seen = -1
            while seen != count {
                seen = count
                try await Task.sleep(for: .seconds(10))
            }
            throw DecodingFailure(reason: "Decoding does not come to an end.")
        }
    }

    /// Hands the samples over, in parts, until `take` wants no more.
    func read(_ take: (Bytes) async -> Bool) async throws {
        switch format {
        case .pcm16kHz:
            // A tenth of a second, so that what waits in a pipeline stays small.
            let step = Self.sampleRate / 10 * 2
            for start in stride(from: 0, to: bytes.count & ~1, by: step) {
                guard await take(bytes.slice(start..<min(start + step, bytes.count & ~1))) else { return }
            }
        case .other:
            let decoder = try await Studio.shared.start(
                decoding: bytes,
                launch: "audio/x-raw,format=S16LE,layout=interleaved,rate=\(Self.sampleRate),channels=1"
            )
            do {
                while let samples = try await decoder.read(), await take(samples) {}
            } catch {
                await Studio.shared.stop(decoder)
                throw error
            }
            await Studio.shared.stop(decoder)
        }
    }
}

extension UploadFormat {
    /// The element that reads the upload; nil where nothing is to be decoded.
    var requirement: RequiredElement? {
        self == .pcm16kHz ? nil : RequiredElement(name: "giostreamsrc", package: "gstreamer1.0-plugins-base")
    }
}
