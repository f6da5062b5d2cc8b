import GStreamer

/// A stream of MPEG audio layer III frames, with ID3 tags at any place.
struct MP3Inspector: FormatInspector {
    private var reader = UnitReader()
    private var frames = 0
    private var isFrame = false
    private(set) var duration = Duration.zero

    var isRecognised: Bool? {
        if frames > 0, reader.isInStep { return true }
        return reader.aliens + reader.aliensBefore > AnswerInspection.searched ? false : nil
    }

    var incompleteness: String? {
        if reader.isInsideUnit {
            return isFrame || reader.missing == 0 ? "ends in the middle of an MP3 frame" : "ends in the middle of a tag"
        }
        return reader.aliens > 0 ? "ends with \(reader.aliens) bytes that are no MP3" : nil
    }

    var alienBytes: Int { reader.aliensBefore }

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var (isFrame, count, length) = (isFrame, 0, Duration.zero)
        reader.take(bytes) { head in
            let tag = Self.tag(head)
            if tag != nil || head[0] != 0xFF || head.count < MP3Header.length {
                if case .unit = tag { isFrame = false }
                return tag ?? (head[0] == 0xFF ? .open : .alien)
            }
            guard let header = MP3Header(head) else { return .alien }
            isFrame = true
            count += 1
            length += Duration(samples: Int64(header.samples), rate: header.rate)
            return .unit(length: header.size)
        }
        self.isFrame = isFrame
        frames += count
        duration += length
    }

    /// A tag's head: ID3v2, whose length has seven bits a byte, or ID3v1; nil where it is none.
    private static func tag(_ head: [UInt8]) -> UnitReader.Reading? {
        if "TAG".utf8.starts(with: head.prefix(3)) { return head.count < 3 ? .open : .unit(length: 128) }
        guard "ID3".utf8.starts(with: head.prefix(3)) else { return nil }
        guard head.count == 10 else { return .open }
        let footer = head[5] & 0x10 == 0 ? 0 : 10
        return .unit(length: 10 + head.suffix(4).reduce(0) { $0 << 7 | Int($1 & 127) } + footer)
    }
}
