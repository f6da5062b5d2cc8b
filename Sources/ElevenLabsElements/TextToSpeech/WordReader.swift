/// Takes a text apart into words, a character (a Unicode scalar, as the service counts) at a time.
///
/// A word is what stands between blanks, with its punctuation; where a script puts none, as Chinese and Japanese, each
/// character begins one. Tags (`<break time="1s"/>`) and directions (`[laughs]`) are no words.
struct WordReader: Sendable {
    /// The longest tag; what is longer is none, and lost.
    private static let maximumTag = 200

    private(set) var word = ""
    /// What may still turn out to be a tag, from its bracket on.
    private var tag = ""

    var isInTag: Bool { !tag.isEmpty }

    /// - Returns: the word that ends before this character.
    mutating func read(_ scalar: Unicode.Scalar) -> String? {
        if !tag.isEmpty { return readTag(scalar) }
        if scalar == "<" || scalar == "[" {
            tag = String(scalar)
            return nil
        }
        if scalar.properties.isWhitespace { return finish() }
        let ended = scalar.beginsWord ? finish() : nil
        word.unicodeScalars.append(scalar)
        return ended
    }

    /// - Returns: the word that ends with the text.
    mutating func finish() -> String? {
        defer { (word, tag) = ("", "") }
        return word.isEmpty ? nil : word
    }

    private mutating func readTag(_ scalar: Unicode.Scalar) -> String? {
        if tag.unicodeScalars.count == 1, !(scalar.properties.isAlphabetic || scalar == "/") {
            word += tag
            tag = ""
            return read(scalar)
        }
        tag.unicodeScalars.append(scalar)
        guard scalar == (tag.hasPrefix("<") ? ">" : "]") || tag.unicodeScalars.count > Self.maximumTag else {
            return nil
        }
        return finish()
    }
}

extension Unicode.Scalar {
    fileprivate var beginsWord: Bool { properties.isIdeographic || (0x3041...0x30FF).contains(value) }
}
