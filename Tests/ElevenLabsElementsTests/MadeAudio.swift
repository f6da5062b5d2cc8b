import ElevenLabs

/// Silence in every format, made by hand: in order to the last byte, so that a test can break it where it wants.
extension OutputFormat {
    func silence(seconds: Double) -> [UInt8] {
        switch (codec, container) {
        case (.mp3, _): mp3Frames(Int((seconds * Double(sampleRate) / Double(samplesPerFrame)).rounded(.up)))
        case (_, .ogg): OggPages.opus(packets: Int((seconds * 50).rounded(.up)), size: byteRate / 50)
        default: [UInt8](repeating: codec == .pcm ? 0 : 0xFF, count: Int(seconds * Double(byteRate)) & ~1)
        }
    }

    /// Whole frames without any sound in them, mono.
    func mp3Frames(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { _ in mp3Frame }
    }

    var mp3Frame: [UInt8] {
        let isMPEG1 = samplesPerFrame == 1152
        let rates = isMPEG1 ? [44100, 48000, 32000] : [22050, 24000, 16000]
        let bitrates =
            isMPEG1
            ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
            : [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        let (rate, bitrateIndex) = (rates.firstIndex(of: sampleRate) ?? 0, bitrates.firstIndex(of: bitrate / 1000) ?? 0)
        let head = [0xFF, isMPEG1 ? 0xFB : 0xF3, UInt8(bitrateIndex + 1) << 4 | UInt8(rate) << 2, 0xC4]
        return head + [UInt8](repeating: 0, count: samplesPerFrame / 8 * bitrate / sampleRate - head.count)
    }

    private var samplesPerFrame: Int { sampleRate >= 32000 ? 1152 : 576 }
}

/// Pages of Ogg, without their checksums, which nobody here asks for.
enum OggPages {
    /// A stream of Opus whose packets last 20 ms, one a page; in the last page the end's mark.
    static func opus(packets: Int, size: Int = 80, stream: UInt8 = 7, isEnded: Bool = true) -> [UInt8] {
        let head = page([UInt8]("OpusHead".utf8) + [1, 1, 0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0], flags: 2, 0, stream)
        let tags = page([UInt8]("OpusTags".utf8) + [UInt8](repeating: 0, count: 8), flags: 0, 0, stream)
        let audio = (1...max(packets, 1)).flatMap { number in
            page(
                [UInt8](repeating: 1, count: size), flags: isEnded && number == packets ? 4 : 0, number * 960, stream)
        }
        return head + tags + audio
    }

    static func page(_ data: [UInt8], flags: UInt8, _ position: Int, _ stream: UInt8) -> [UInt8] {
        let segments = [UInt8](repeating: 255, count: data.count / 255) + [UInt8(data.count % 255)]
        let granule = (0..<8).map { UInt8(truncatingIfNeeded: position >> ($0 * 8)) }
        return [UInt8]("OggS".utf8) + [0, flags] + granule + [stream, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
            + [UInt8(segments.count)] + segments + data
    }
}
