/// One node of a YAML document, with its place.
package struct Node: Sendable, Equatable {
    /// How a scalar was written.
    package enum Style: Sendable, Equatable {
        /// Without quotes.
        case plain
        /// In single or double quotes.
        case quoted
        /// After `|` or `>`.
        case block
    }

    /// A key and its value. Keys are texts: anything else was refused.
    package struct Pair: Sendable, Equatable {
        package let key: Node
        package let value: Node
    }

    package enum Content: Sendable, Equatable {
        case scalar(String, Style)
        case sequence([Node])
        case mapping([Pair])
    }

    package let content: Content
    /// Where the node begins.
    package let start: Place
    /// Where it ends: the place after its last character.
    package let end: Place
    /// Whether a collection is written in brackets or braces.
    package let isFlow: Bool
    /// Whether a comment follows an unquoted scalar on its line, so that a `#` may have cut a text short.
    package let isFollowedByComment: Bool
    /// How many nodes there are here, what aliases stand for included.
    package let size: Int

    /// The text of a scalar.
    package var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// Whether this is nothing: an unquoted empty value, `~` or `null`.
    package var isNull: Bool {
        if case .scalar(let text, .plain) = content { Self.nullWords.contains(text) } else { false }
    }

    package var items: [Node]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    package var pairs: [Pair]? {
        if case .mapping(let pairs) = content { pairs } else { nil }
    }

    package var isPlain: Bool {
        if case .scalar(_, .plain) = content { true } else { false }
    }

    static let nullWords: Set<String> = ["", "~", "null", "Null", "NULL"]
}

/// A place in a text; lines and columns count from 1, columns in characters.
package struct Place: Sendable, Hashable {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// Something a YAML text gets wrong, with its place.
package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    package let place: Place
    package let message: String

    package var description: String { "\(place.file):\(place.line):\(place.column): \(message)" }
}

/// What came of reading a YAML text: as much of the tree as could be read, and everything that is wrong with it.
package struct Document: Sendable {
    /// The tree; nil where the text is empty or broken.
    package let root: Node?
    package let problems: [Problem]
}
