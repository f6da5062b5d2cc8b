import GLib
import HTTP

/// Bytes that take the place of others in a spool, which itself only grows: a muxer goes back at its end and writes its header
/// again, since it knows the length only then.
struct Rewrites: Sendable {
    /// Far more than a header has.
    private static let maximumBytes = 1 << 20

    /// In the order in which they came: the last one holds.
    private var parts: [(range: Range<Int>, bytes: Bytes)] = []
    private var count = 0

    /// - Returns: false where there have been too many to keep.
    mutating func add(_ bytes: Bytes, at position: Int) -> Bool {
        count += bytes.count
        guard count <= Self.maximumBytes else { return false }
        parts.append((position..<position + bytes.count, bytes))
        return true
    }

    /// The bytes of a range of the spool with what replaces them.
    func body(of range: Range<Int>, in spool: Spool) -> [HTTPBody.Piece] {
        var pieces: [(range: Range<Int>, body: HTTPBody.Piece)] = [(range, .spooled(spool, range))]
        for part in parts {
            let place = part.range.clamped(to: range)
            guard !place.isEmpty else { continue }
            let before = pieces.compactMap { Self.cut($0, to: Int.min..<place.lowerBound) }
            let after = pieces.compactMap { Self.cut($0, to: place.upperBound..<Int.max) }
            let new = Self.cut((part.range, .bytes(part.bytes)), to: place)
            pieces = before + (new.map { [$0] } ?? []) + after
        }
        return pieces.map(\.body)
    }

    /// What of a piece lies in a range; nil where nothing does.
    private static func cut(
        _ piece: (range: Range<Int>, body: HTTPBody.Piece), to range: Range<Int>
    ) -> (range: Range<Int>, body: HTTPBody.Piece)? {
        let rest = piece.range.clamped(to: range)
        guard !rest.isEmpty else { return nil }
        switch piece.body {
        case .spooled(let spool, _): return (rest, .spooled(spool, rest))
        case .bytes(let bytes):
            let start = rest.lowerBound - piece.range.lowerBound
            return (rest, .bytes(bytes.slice(start..<start + rest.count)))
        }
    }
}
