import ElevenLabs
import GLib

/// An answer's audio that is made before its first byte goes out, as the routes without `/stream` send it.
struct WholeFile: AudioStream {
    let format: OutputFormat
    let mediaType: String
    let transcript: Transcript?
    private var parts: [Bytes]

    /// How many bytes it has.
    var count: Int { parts.reduce(0) { $0 + $1.count } }

    init(_ bytes: Bytes, format: OutputFormat) {
        self.format = format
        mediaType = format.mediaType
        transcript = nil
        parts = [bytes]
    }

    /// Makes all of an answer, and puts the header of a WAV file before it.
    init(collecting stream: any AudioStream) async throws {
        format = stream.format
        mediaType = stream.mediaType
        transcript = stream.transcript
        let collector = Collector()
        try await stream.run { await collector.add($0) }
        parts = await collector.parts
        if format.container == .wav, mediaType == format.mediaType {
            parts.insert(Bytes(WaveHeader.bytes(format, dataSize: count)), at: 0)
        }
    }

    private actor Collector {
        private(set) var parts: [Bytes] = []
        func add(_ part: Bytes) { parts.append(part) }
    }

    func run(deliver: @escaping @Sendable (Bytes) async throws -> Void) async throws {
        for part in parts { try await deliver(part) }
    }

    /// Its first bytes.
    func prefix(_ length: Int) -> WholeFile {
        var file = self
        file.parts = []
        var rest = length
        for part in parts where rest > 0 {
            file.parts.append(part.slice(0..<min(rest, part.count)))
            rest -= part.count
        }
        return file
    }
}
