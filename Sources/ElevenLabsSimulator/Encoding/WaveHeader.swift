import ElevenLabs

/// The 44 bytes before the samples of a WAV file, with its sizes final: `wavenc` would write them at a file's end only.
enum WaveHeader {
    static func bytes(_ format: OutputFormat, dataSize: Int) -> [UInt8] {
        let rate = format.sampleRate
        return Array("RIFF".utf8) + field(36 + dataSize, 4) + Array("WAVEfmt ".utf8) + field(16, 4) + field(1, 2)
            + field(1, 2) + field(rate, 4) + field(2 * rate, 4) + field(2, 2) + field(16, 2) + Array("data".utf8)
            + field(dataSize, 4)
    }

    private static func field(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
