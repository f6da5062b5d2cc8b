/// A value that no description, dump or error ever shows.
package struct Secret: Sendable {
    private let value: String

    package init(_ value: String) { self.value = value }

    package var isEmpty: Bool { value.isEmpty }

    /// Of ASCII, which a key consists of.
    private static func lowercase(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

    /// Lends the value for as long as it takes to put it where it belongs.
    package func withValue<Result, Failure: Error>(
        _ body: (String) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(value)
    }

    /// A text in which the value, wherever it stands and in whatever case, is replaced. A value of less than eight bytes is no key but a
    /// stand-in for one, and too likely a part of other words.
    package func removed(from text: String) -> String {
        guard value.utf8.count >= 8 else { return text }
        let (bytes, wanted) = (Array(text.utf8), value.utf8.map(Self.lowercase))
        var clean: [UInt8] = []
        var place = 0
        while place < bytes.count {
            if bytes[place...].prefix(wanted.count).lazy.map(Self.lowercase).elementsEqual(wanted) {
                clean += description.utf8
                place += wanted.count
            } else {
                clean.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: clean, as: UTF8.self)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
