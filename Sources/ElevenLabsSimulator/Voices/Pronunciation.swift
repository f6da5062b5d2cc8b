/// Writes text of any script in the English letters that flite can speak.
///
/// It knows no language. It reads what Unicode calls a character: a syllable's sound stands in its name (HIRAGANA LETTER
/// KA), a letter's at its beginning (GREEK SMALL LETTER BETA), and an emoji is called by its name. An ideograph gets a
/// syllable of its own. So there is about as much speech as there is text, and the same text sounds the same.
enum Pronunciation {
    static func english(_ text: some StringProtocol) -> String { spelling(text).english }

    /// - Returns: also which scalar of the text each byte of the English comes from.
    static func spelling(_ text: some StringProtocol) -> (english: String, sources: [Int]) {
        var result = ""
        var sources: [Int] = []
        var wordLength = 0
        for (index, scalar) in text.unicodeScalars.enumerated() {
            defer { sources += Array(repeating: index, count: result.utf8.count - sources.count) }
            let sound = sound(of: scalar)
            for character in sound {
                if character.isLetter || character.isNumber {
                    // flite was made for words: what runs on without a space is cut.
                    if wordLength >= 16 {
                        result.append(" ")
                        wordLength = 0
                    }
                    wordLength += 1
                } else {
                    wordLength = 0
                }
                result.append(character)
            }
        }
        return (result, sources)
    }

    private static func sound(of scalar: Unicode.Scalar) -> String {
        if scalar.isASCII { return scalar.value < 32 || scalar.value == 127 ? " " : String(scalar) }
        let properties = scalar.properties
        if properties.isWhitespace { return " " }
        if let number = properties.numericValue, properties.generalCategory == .decimalNumber {
            return String(Int(number))
        }
        guard let name = properties.name else { return "" }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            return letter(named: name, value: scalar.value)
        case .spacingMark, .nonspacingMark:
            // Only the vowels of Indic scripts sound; accents and their like change the letter before them.
            return name.range(after: "VOWEL SIGN ").map { $0.firstWord.lowercased() } ?? ""
        case .otherSymbol, .mathSymbol, .currencySymbol, .letterNumber, .otherNumber:
            return name.hasPrefix("VARIATION") ? "" : " \(name.lowercased()) "
        case .otherPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .connectorPunctuation:
            return punctuation(named: name)
        default:
            return ""
        }
    }

    private static func letter(named name: String, value: UInt32) -> String {
        if name.hasPrefix("CJK") || value >= 0x20000 { return syllable(for: value) }
        if let sound = name.range(after: "HANGUL SYLLABLE ") { return sound.lowercased() }
        guard var letter = name.range(after: "LETTER ") ?? name.range(after: "CHARACTER ") else {
            return syllable(for: value)
        }
        for prefix in ["SHORT ", "SMALL ", "FINAL ", "SHARP ", "DOTLESS ", "LONG "] {
            letter = letter.range(after: prefix, atStart: true) ?? letter
        }
        let word = letter.firstWord.lowercased()
        let syllabic = [
            "HIRAGANA", "KATAKANA", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "ETHIOPIC", "CHEROKEE", "LATIN",
        ]
        if syllabic.contains(where: name.hasPrefix) { return word }
        if letter.hasPrefix("SOFT") || letter.hasPrefix("HARD") { return "" }
        return firstSound(of: word)
    }

    /// What a letter's name begins with: `sh` of `shin`, `a` of `alpha`, `yu` of `yu`, and `m` of `em`.
    private static func firstSound(of name: String) -> String {
        let consonants = name.prefix { !"aeiou".contains($0) }
        if consonants == "y" { return String(name.prefix(2)) }
        if !consonants.isEmpty { return String(consonants.prefix(4)) }
        if name.count == 2, let last = name.last, !"aeiou".contains(last) { return String(last) }
        return String(name.prefix(1))
    }

    private static func syllable(for value: UInt32) -> String {
        let consonants = ["k", "s", "t", "n", "h", "m", "y", "r", "w", "g", "z", "d", "b", "p", "l", "sh", "ch", "j"]
        let vowels = ["a", "ee", "oo", "eh", "oh", "ai", "an", "en", "ong"]
        let hash = Int(StableHash.of("\(value)") >> 1)
        return consonants[hash % consonants.count] + vowels[hash / consonants.count % vowels.count]
    }

    private static func punctuation(named name: String) -> String {
        if name.contains("FULL STOP") || name.contains("DANDA") || name.contains("ELLIPSIS") { return ". " }
        if name.contains("INVERTED") { return " " }
        if name.contains("QUESTION") { return "? " }
        if name.contains("EXCLAMATION") { return "! " }
        if name.contains("COMMA") || name.contains("SEMICOLON") { return ", " }
        if name.contains("APOSTROPHE") || name.contains("SINGLE QUOTATION") { return "'" }
        return " "
    }
}

extension StringProtocol {
    /// What follows a phrase, at its first place or only at the start; nil where it does not occur.
    fileprivate func range(after phrase: String, atStart: Bool = false) -> String? {
        if atStart { return hasPrefix(phrase) ? String(dropFirst(phrase.count)) : nil }
        guard let found = firstRange(of: phrase) else { return nil }
        return String(self[found.upperBound...])
    }

    fileprivate var firstWord: String { String(prefix { $0 != " " && $0 != "-" }) }
}
