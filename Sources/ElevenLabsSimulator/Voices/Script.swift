/// What a text says, piece by piece: a sentence to speak, or a pause that a `<break time="1.5s"/>` asks for.
///
/// Pieces are made one at a time, so that the first is spoken before the last is read. Tags other than `break`, and for
/// the v3 models the directions in square brackets, are not spoken. The texts of all pieces together are the whole text.
struct Script: Sequence, IteratorProtocol {
    struct Piece: Equatable {
        let text: String
        let content: Content
    }

    enum Content: Equatable {
        case sentence
        /// Seconds of silence.
        case pause(Double)
        /// A tag, a direction, or blanks only.
        case nothing
    }

    /// The longest piece, in characters of the text; a sentence beyond it is cut at a blank.
    static let maximumSentence = 200
    /// The longest pause a break may ask for, in seconds, as with the service.
    static let maximumPause = 3.0

    private var rest: Substring
    private let skipsDirections: Bool

    init(_ text: String, skipsDirections: Bool) {
        rest = text[...]
        self.skipsDirections = skipsDirections
    }

    mutating func next() -> Piece? {
        guard let first = rest.first else { return nil }
        if first == "<", let tag = take(through: ">") {
            return Piece(text: String(tag), content: Self.pause(tag).map { .pause($0) } ?? .nothing)
        }
        if first == "[", skipsDirections, let direction = take(through: "]") {
            return Piece(text: String(direction), content: .nothing)
        }
        let sentence = takeSentence()
        return Piece(text: String(sentence), content: sentence.contains { !$0.isWhitespace } ? .sentence : .nothing)
    }

    /// Takes a tag off the text; nil, and nothing taken, where it does not end soon: then it is no tag.
    private mutating func take(through end: Character) -> Substring? {
        guard let close = rest.prefix(100).firstIndex(of: end) else { return nil }
        let tag = rest[...close]
        // A tag begins with a letter or a slash: `a < b` has none.
        guard let second = tag.dropFirst().first, second.isLetter || second == "/" else { return nil }
        rest = rest[close...].dropFirst()
        return tag
    }

    private mutating func takeSentence() -> Substring {
        var end = rest.startIndex
        var lastBlank: Substring.Index?
        var count = 0
        while end < rest.endIndex {
            let character = rest[end]
            if count > 0, character == "<" || (character == "[" && skipsDirections) { break }
            let next = rest.index(after: end)
            count += 1
            if character.isWhitespace { lastBlank = next }
            if character.isNewline || Self.wideStops.contains(character)
                || (Self.stops.contains(character) && (next == rest.endIndex || rest[next].isWhitespace))
            {
                end = next
                break
            }
            end = next
            if count >= Self.maximumSentence {
                end = lastBlank ?? end
                break
            }
        }
        defer { rest = rest[end...] }
        return rest[..<end]
    }

    private static let stops: Set<Character> = [".", "!", "?", "…", ":", ";"]
    /// Stops of scripts that put no blank behind them.
    private static let wideStops: Set<Character> = ["。", "！", "？", "।", "॥", "؟", "۔"]

    /// The seconds in `<break time="1.5s" />` or `<break time="300ms"/>`; nil for another tag.
    private static func pause(_ tag: Substring) -> Double? {
        guard tag.hasPrefix("<break"), let start = tag.firstRange(of: "time=") else { return nil }
        let value = tag[start.upperBound...].drop { $0 == "\"" || $0 == "'" }
        let number = value.prefix { $0.isNumber || $0 == "." }
        guard let amount = Double(number) else { return nil }
        let seconds = value.dropFirst(number.count).hasPrefix("ms") ? amount / 1000 : amount
        return Swift.min(seconds, maximumPause)
    }
}
