/// An input, read from its start as what a target needs. At its end it gives zeros and nothing.
struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }

    /// A short text that says its length first.
    mutating func text() -> String { String(decoding: bytes(byte()), as: UTF8.self) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func remainder() -> [UInt8] { bytes(rest.count) }

    mutating func remainingText() -> String { String(decoding: remainder(), as: UTF8.self) }
}
