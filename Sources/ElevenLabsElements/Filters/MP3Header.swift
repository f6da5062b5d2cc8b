/// The four bytes at the head of an MPEG audio layer III frame.
struct MP3Header: Sendable {
    static let length = 4

    var bitrateIndex: Int
    let isMPEG1: Bool
    let rate: Int
    let isMono: Bool
    let hasChecksum: Bool
    let padding: Int

    init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes.prefix(Self.length)).map(Int.init)
        guard bytes.count == Self.length, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0, bytes[1] & 0x06 == 0x02 else {
            return nil
        }
        let (version, rateIndex) = ((bytes[1] >> 3) & 3, (bytes[2] >> 2) & 3)
        bitrateIndex = bytes[2] >> 4
        guard version != 1, rateIndex != 3, 1...14 ~= bitrateIndex else { return nil }
        isMPEG1 = version == 3
        rate = [44100, 48000, 32000][rateIndex] / [3: 1, 2: 2, 0: 4][version, default: 1]
        isMono = bytes[3] >> 6 == 3
        hasChecksum = bytes[1] & 1 == 0
        padding = (bytes[2] >> 1) & 1
    }

    /// Samples that a frame decodes to.
    var samples: Int { isMPEG1 ? 1152 : 576 }

    /// Bytes of the frame, head and all.
    var size: Int {
        let bitrates =
            isMPEG1
            ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
            : [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        return samples / 8 * bitrates[bitrateIndex - 1] * 1000 / rate + padding
    }

    var sideInfoOffset: Int { Self.length + (hasChecksum ? 2 : 0) }
    var sideInfoLength: Int { isMPEG1 ? (isMono ? 17 : 32) : (isMono ? 9 : 17) }
    /// Where the frame's own room for coded audio begins.
    var dataOffset: Int { sideInfoOffset + sideInfoLength }
}

/// A whole frame.
struct MP3Frame: Sendable {
    let header: MP3Header
    let bytes: [UInt8]

    /// A frame without audio that tells the length of a file, as encoders put it first: it belongs to one file only.
    var isFileHeader: Bool {
        let name = bytes.dropFirst(header.dataOffset).prefix(4)
        return ["Xing", "Info"].contains { $0.utf8.elementsEqual(name) } || vbriHeader
    }

    private var vbriHeader: Bool { "VBRI".utf8.elementsEqual(bytes.dropFirst(36).prefix(4)) }

    /// How many bytes of the room of the frames before hold the beginning of this one's audio: `main_data_begin`.
    var reservoir: Int { bits(0, header.isMPEG1 ? 9 : 8) }

    /// How many bytes this one's audio takes.
    var audioLength: Int {
        let channels = header.isMono ? 1 : 2
        let (granules, entry) = header.isMPEG1 ? (2, 59) : (1, 63)
        let first = header.isMPEG1 ? 9 + (header.isMono ? 5 : 3) + 4 * channels : 8 + channels
        let total = (0..<granules * channels).reduce(0) { $0 + bits(first + $1 * entry, 12) }
        return (total + 7) / 8
    }

    /// Some bits of the side information.
    private func bits(_ first: Int, _ count: Int) -> Int {
        (first..<first + count).reduce(0) { value, bit in
            let index = header.sideInfoOffset + bit / 8
            guard index < bytes.count else { return value << 1 }
            return value << 1 | Int(bytes[index] >> (7 - bit % 8)) & 1
        }
    }

    /// This frame with other bytes at the end of its room, where a following frame's audio begins; at a higher bitrate where they do
    /// not fit otherwise, nil where there is none high enough.
    func ending(with beginning: some Collection<UInt8>) -> MP3Frame? {
        let own = bytes.dropFirst(header.dataOffset).prefix(max(0, audioLength - reservoir))
        var longer = header
        // The checksum, which covers the bitrate, is left out.
        let offset = header.dataOffset - (header.hasChecksum ? 2 : 0)
        while offset + own.count + beginning.count > longer.size {
            guard longer.bitrateIndex < 14 else { return nil }
            longer.bitrateIndex += 1
        }
        var result = Array(bytes.prefix(MP3Header.length))
        result[1] |= 1
        result[2] = result[2] & 0x0F | UInt8(longer.bitrateIndex << 4)
        result += bytes.dropFirst(header.sideInfoOffset).prefix(header.sideInfoLength) + own
        result += [UInt8](repeating: 0, count: longer.size - result.count - beginning.count) + beginning
        return MP3Header(result).map { MP3Frame(header: $0, bytes: result) }
    }
}
