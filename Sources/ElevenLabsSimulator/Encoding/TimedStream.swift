import ElevenLabs
import GLib

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Speech in JSON, with the times of its characters: one object, or one on each line.
struct TimedStream: AudioStream {
    var speech: SpeechStream
    let isOneObject: Bool

    var format: OutputFormat { speech.format }
    var transcript: Transcript? { speech.transcript }
    var mediaType: String { "application/json" }
    /// Base64, and the lists.
    var byteRate: Int { format.byteRate * 3 / 2 }

    /// Seconds of audio on a line, over and over again: they end anywhere in a word or a sample.
    private static let lengths = [0.35, 0.9, 0.12, 1.4, 0.6]

    mutating func prepare() async { await speech.prepare() }

    func run(deliver: @escaping @Sendable (Bytes) async throws -> Void) async throws {
        let lines = Lines(speech.said)
        if isOneObject {
            let file = try await WholeFile(collecting: speech)
            try await file.run { await lines.add($0) }
            return try await deliver(Bytes(await lines.rest()))
        }
        let byteRate = Double(format.byteRate)
        try await speech.run { bytes in
            await lines.add(bytes)
            while let line = await lines.next(byteRate: byteRate) { try await deliver(Bytes(line)) }
        }
        // An empty line means nothing, and clients must bear it.
        try await deliver(Bytes("\n" + (await lines.rest()) + "\n"))
    }

    private actor Lines {
        private let transcript: Transcript
        private var waiting: [UInt8] = []
        private var count = 0
        private var bytesSent = 0
        private var charactersSent = [0, 0]

        init(_ transcript: Transcript) { self.transcript = transcript }

        func add(_ bytes: Bytes) { waiting += bytes.array }

        func next(byteRate: Double) -> String? {
            // One byte more, so that lines cut samples.
            let size = Int(byteRate * TimedStream.lengths[count % TimedStream.lengths.count]) | 1
            guard waiting.count > size else { return nil }
            defer { waiting.removeFirst(size) }
            let end = Duration.seconds(Double(bytesSent + size) / byteRate)
            return line(waiting.prefix(size), until: end) + "\n"
        }

        func rest() -> String { line(waiting[...], until: .forever) }

        private func line(_ audio: ArraySlice<UInt8>, until end: Duration) -> String {
            count += 1
            bytesSent += audio.count
            return JSONValue.object([
                "audio_base64": .string(Data(audio).base64EncodedString()),
                "alignment": take(0, of: transcript.alignment, until: end),
                "normalized_alignment": take(1, of: transcript.normalized, until: end),
            ]).text
        }

        private func take(_ list: Int, of alignment: CharacterAlignment, until end: Duration) -> JSONValue {
            let characters = alignment.characters.dropFirst(charactersSent[list]).prefix { $0.start < end }
            charactersSent[list] += characters.count
            guard !characters.isEmpty else { return .null }
            return [
                "characters": .array(characters.map { .string($0.text) }),
                "character_start_times_seconds": .array(characters.map { .number($0.start / .seconds(1)) }),
                "character_end_times_seconds": .array(characters.map { .number($0.end / .seconds(1)) }),
            ]
        }
    }
}
