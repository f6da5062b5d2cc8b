/// Takes a stream of bytes apart into MPEG audio layer III frames and what stands between them: tags, and what nobody knows.
struct MP3Parser: Sendable {
    enum Item: Sendable {
        case frame(MP3Frame)
        case other([UInt8])
    }

    /// Hz, as the first frame tells it: a head that tells another rate is none.
    private(set) var rate: Int?
    private var pending: ArraySlice<UInt8> = []
    /// How much of an ID3v2 tag is still to come.
    private var tag = 0

    mutating func add(_ bytes: some Sequence<UInt8>) -> [Item] {
        pending = ArraySlice(pending + bytes)
        var items: [Item] = []
        while let item = next() { items.append(item) }
        return items
    }

    /// What is left, too short for a frame.
    mutating func finish() -> [UInt8] {
        defer { (pending, tag) = ([], 0) }
        return Array(pending)
    }

    private mutating func next() -> Item? {
        if tag > 0 {
            guard !pending.isEmpty else { return nil }
            let part = pending.prefix(tag)
            tag -= part.count
            return take(part.count)
        }
        if "ID3".utf8.starts(with: pending.prefix(3)) {
            let head = pending.prefix(10)
            guard head.count == 10 else { return nil }
            // Seven bits a byte.
            tag = 10 + head.suffix(4).reduce(0) { $0 << 7 | Int($1 & 127) }
            return next()
        }
        guard pending.count >= MP3Header.length else { return nil }
        guard let header = header(at: pending.startIndex) else { return resynchronise() }
        guard pending.count >= header.size else { return nil }
        let bytes = Array(pending.prefix(header.size))
        pending.removeFirst(header.size)
        rate = header.rate
        return .frame(MP3Frame(header: header, bytes: bytes))
    }

    private mutating func resynchronise() -> Item {
        let last = pending.endIndex - MP3Header.length
        let found = (pending.startIndex...last).first { header(at: $0) != nil }
        return take((found ?? last + 1) - pending.startIndex)
    }

    private mutating func take(_ count: Int) -> Item {
        let bytes = Array(pending.prefix(count))
        pending.removeFirst(count)
        return .other(bytes)
    }

    private func header(at index: Int) -> MP3Header? {
        guard pending[index] == 0xFF else { return nil }
        return MP3Header(pending[index...]).flatMap { $0.rate == rate ?? $0.rate ? $0 : nil }
    }
}
