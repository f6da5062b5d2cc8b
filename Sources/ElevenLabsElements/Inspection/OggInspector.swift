import GStreamer

/// A stream of Ogg pages (RFC 3533), whose positions are counted at 48 kHz, as Opus does.
struct OggInspector: FormatInspector {
    private static let rate = 48000
    /// Of a page's head, before the table of its segments.
    private static let headLength = 27

    private struct Page {
        let isLast: Bool
        let stream: Int
        /// Where the page's last packet ends, in samples; nil where none ends in it.
        let position: Int64?
        let headLength: Int
        let length: Int

        /// nil where the bytes are no page's head.
        init(_ head: [UInt8]) {
            func number(_ range: Range<Int>) -> Int64 { head[range].reversed().reduce(0) { $0 << 8 | Int64($1) } }
            isLast = head[5] & 4 != 0
            let end = number(6..<14)
            position = end < 0 ? nil : end
            stream = Int(number(14..<18))
            headLength = OggInspector.headLength + Int(head[26])
            length = headLength + head.dropFirst(OggInspector.headLength).reduce(0) { $0 + Int($1) }
        }
    }

    private var reader = UnitReader()
    /// The streams that came, each with the position it has reached.
    private var positions: [Int: Int64] = [:]
    /// Those that have not ended.
    private var open: Set<Int> = []

    var isRecognised: Bool? {
        if reader.isInStep { return true }
        return reader.aliens + reader.aliensBefore > AnswerInspection.searched ? false : nil
    }

    var duration: Duration {
        positions.values.reduce(.zero) { $0 + Duration(samples: max(0, $1), rate: Self.rate) }
    }

    var incompleteness: String? {
        if reader.isInsideUnit { return "ends in the middle of an Ogg page" }
        if reader.aliens > 0 { return "ends with \(reader.aliens) bytes that are no Ogg" }
        return open.isEmpty ? nil : "ends without the last page of its Ogg stream"
    }

    var alienBytes: Int { reader.aliensBefore }

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var (positions, open) = (positions, open)
        reader.take(bytes) { head in
            guard "OggS\0".utf8.starts(with: head.prefix(5)) else { return .alien }
            guard head.count >= Self.headLength, head.count == Self.headLength + Int(head[26]) else { return .open }
            let page = Page(head)
            positions[page.stream] = page.position ?? positions[page.stream] ?? 0
            if page.isLast { open.remove(page.stream) } else { open.insert(page.stream) }
            return .unit(length: page.length)
        }
        (self.positions, self.open) = (positions, open)
    }
}
