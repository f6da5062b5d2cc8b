/// A value that no description, dump or error ever shows.
package struct Secret: Sendable {
    private let value: String

    package init(_ value: String) { self.value = value }

    package var isEmpty: Bool { value.isEmpty }

    /// Lends the value for as long as it takes to put it where it belongs.
    package func withValue<Result, Failure: Error>(
        _ body: (String) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(value)
    }

    /// A text in which the value, wherever it stands, is replaced. A value of less than eight bytes is no key but a
    /// stand-in for one, and too likely a part of other words.
    package func removed(from text: String) -> String {
        guard value.utf8.count >= 8 else { return text }
        var rest = text[...]
        var clean = ""
        while let found = rest.firstRange(of: value) {
            clean += rest[..<found.lowerBound] + description
            rest = rest[found.upperBound...]
        }
        return clean + rest
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
