import ElevenLabs

/// How far a text has been spoken, by the times that come with its audio.
///
/// The words of the alignment are laid beside those of the text. They are the same but for what the service reads in its own way
/// (a number written out): such a word ends where the next one that is the same begins.
struct SpeechProgress: Sendable {
    /// A place between two words.
    struct Place: Sendable, Equatable {
        /// Words before it.
        var words = 0
        /// Characters of the text before the next word.
        var characters = 0
        /// When the last word has been heard.
        var end = Duration.zero
        /// Whether no word follows.
        var isEnd = false
    }

    /// So many words of an alignment that are not in the text mean that it belongs to another one.
    private static let maximumStrangers = 12

    /// The text's words, and where each begins, in characters.
    private let words: [(text: String, start: Int)]
    private let count: Int
    private var reader = WordReader()
    /// When the word that is being read has been heard so far, and those that were.
    private var end = Duration.zero
    private var ends: [Duration] = []
    /// Words of the alignment that stand for the next one of the text: when the last of them has been heard, and how many.
    private var strangersEnd: Duration?
    private var strangers = 0
    /// Whether the times are those of the text as it is read, since there are no others.
    private var usesNormalized: Bool?

    /// Whether the times do not fit the text.
    private(set) var isLost = false

    init(_ text: some StringProtocol) {
        var reader = WordReader()
        var words: [(text: String, start: Int)] = []
        let scalars = text.unicodeScalars
        var tagStart: Int?
        // Where the next word begins, or the tag before it: who asks for the word again asks for its tag.
        var start: Int?
        for (index, scalar) in scalars.enumerated() {
            let wasInTag = reader.isInTag
            let word = reader.read(scalar)
            if let word { words.append((word, start ?? index)) }
            if reader.isInTag, !wasInTag, !reader.word.isEmpty { tagStart = index }
            if word != nil { start = scalar.properties.isWhitespace ? nil : wasInTag ? tagStart : index }
            if start == nil, !scalar.properties.isWhitespace { start = index }
        }
        if let word = reader.finish() { words.append((word, start ?? 0)) }
        self.words = words
        count = scalars.count
    }

    /// Whether any times came.
    var hasTimes: Bool { usesNormalized != nil }

    /// Whether the times so far end behind a word of the text, and not its last.
    var isShort: Bool {
        guard hasTimes, !isLost, strangers == 0, ends.count < words.count else { return false }
        return reader.word.isEmpty
            || (Self.areSame(reader.word, words[ends.count].text) && ends.count + 1 < words.count)
    }

    /// Takes in the times of a piece.
    mutating func add(_ piece: TimedAudio) {
        guard piece.alignment != nil || piece.normalizedAlignment != nil else { return }
        let usesNormalized = usesNormalized ?? (piece.alignment == nil)
        self.usesNormalized = usesNormalized
        let alignment = usesNormalized ? piece.normalizedAlignment : piece.alignment
        for character in alignment?.characters ?? [] {
            for scalar in character.text.unicodeScalars {
                if let word = reader.read(scalar) { take(word) }
                if !reader.word.isEmpty, !reader.isInTag { end = max(end, character.end) }
            }
        }
        // Nothing follows the last word by which its end could be told.
        if ends.count == words.count - 1, let last = words.last?.text, Self.areSame(reader.word, last),
            reader.word.unicodeScalars.last == last.unicodeScalars.last, let word = reader.finish()
        {
            take(word)
        }
    }

    private mutating func take(_ word: String) {
        let next = ends.count
        guard next < words.count else { return }
        if Self.areSame(word, words[next].text) {
            ends.append(end)
        } else if next + 1 < words.count, Self.areSame(word, words[next + 1].text) {
            ends += [strangersEnd ?? ends.last ?? .zero, end]
        } else {
            strangersEnd = end
            strangers += 1
            isLost = isLost || strangers > Self.maximumStrangers
            return
        }
        (strangersEnd, strangers) = (nil, 0)
    }

    /// Behind the last word that has been heard by a time.
    func place(at time: Duration) -> Place {
        let heard = ends.prefix { $0 <= time }
        guard let end = heard.last else { return Place(isEnd: words.isEmpty) }
        let isEnd = heard.count == words.count
        return Place(
            words: heard.count, characters: isEnd ? count : words[heard.count].start, end: end, isEnd: isEnd)
    }

    /// Whether two words are one but for case and punctuation.
    private static func areSame(_ first: String, _ second: String) -> Bool {
        if first == second { return true }
        let letters = [first, second].map { $0.lowercased().filter { $0.isLetter || $0.isNumber } }
        return letters[0] == letters[1] && !letters[0].isEmpty
    }
}
