import GLib

/// Something spoken, and when each of its characters is heard.
struct Speech: Sendable {
    /// A character (a Unicode scalar, as the service counts) and its time, in samples. Blanks fill the pauses between words,
    /// punctuation takes no time.
    struct Character: Sendable, Equatable {
        var text: String
        var start: Int
        var end: Int
    }

    /// 16-bit little-endian, mono.
    var samples: Bytes
    /// The characters of the text.
    var characters: [Character]
    /// Those of the text as it is read: numbers and abbreviations are written out.
    var normalized: [Character]

    /// Silence, which a text may stand for.
    init(_ text: String = "", silence count: Int) {
        samples = Bytes(ContiguousArray(repeating: 0, count: 2 * count))
        characters = text.unicodeScalars.map { Character(text: String($0), start: 0, end: count) }
        normalized = []
    }

    /// - Parameter sources: which scalar of the text each byte of what flite was given comes from.
    init(_ utterance: Flite.Utterance, of text: String, sources: [Int]) {
        samples = utterance.samples
        let scalars = text.unicodeScalars.map { String($0) }
        // The time of each byte that sounds; the others are filled in below.
        var times: [Int: (start: Int, end: Int)] = [:]
        var readings: [Range<Int>: [Character]] = [:]
        for token in utterance.tokens where !token.words.isEmpty {
            let span = token.range.clamped(to: sources.indices)
            guard let first = span.first, let last = span.last else { continue }
            let sounds = token.words.flatMap { word in Self.pairs(word.times) }
            for (offset, byte) in span.enumerated() {
                let start = Self.time(offset, of: span.count, sounds)
                let end = Self.time(offset + 1, of: span.count, sounds)
                let known = times[sources[byte]] ?? (start, end)
                times[sources[byte]] = (min(known.start, start), max(known.end, end))
            }
            let range = sources[first]..<sources[last] + 1
            let isASCII = scalars[range].allSatisfy { $0.utf8.count == 1 }
            let spelled = token.words.map(\.name)
            if isASCII, Self.letters(spelled.joined()) != Self.letters(scalars[range].joined()) {
                readings[range] = Self.reading(token.words)
            }
        }
        characters = Self.filled(scalars, times)
        normalized = []
        var rest = characters[...]
        for (range, reading) in readings.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
            normalized += rest[..<range.lowerBound] + reading
            rest = rest[range.upperBound...]
        }
        normalized += rest
    }

    /// The same speech later.
    func characters(_ path: KeyPath<Speech, [Character]>, from position: Int) -> [Character] {
        self[keyPath: path].map { Character(text: $0.text, start: $0.start + position, end: $0.end + position) }
    }

    /// The speech from the end of a word on. - Parameter count: the characters that were spoken before.
    func dropping(_ count: Int) -> Speech {
        let start = characters.prefix(count).last { !$0.isBlank }?.end ?? 0
        var rest = self
        rest.samples = samples.slice(min(2 * start, samples.count)..<samples.count)
        rest.characters = Array(characters.dropFirst(count))
        rest.normalized = normalized.filter { $0.end > start || $0.start > start }
        for path in [\Speech.characters, \Speech.normalized] {
            rest[keyPath: path] = rest[keyPath: path].map { character in
                Character(
                    text: character.text, start: max(0, character.start - start), end: max(0, character.end - start))
            }
        }
        return rest
    }

    private static func pairs(_ times: [Int]) -> [(start: Int, end: Int)] {
        zip(times, times.dropFirst()).map { (start: $0, end: $1) }
    }

    /// Letters share a word's sounds evenly.
    private static func time(_ offset: Int, of count: Int, _ sounds: [(start: Int, end: Int)]) -> Int {
        let place = Double(offset * sounds.count) / Double(count)
        guard Int(place) < sounds.count else { return sounds.last?.end ?? 0 }
        let sound = sounds[Int(place)]
        return sound.start + Int((place - place.rounded(.down)) * Double(sound.end - sound.start))
    }

    private static func reading(_ words: [Flite.Word]) -> [Character] {
        var result: [Character] = []
        for word in words {
            if let last = result.last { result.append(Character(text: " ", start: last.end, end: word.times[0])) }
            let letters = word.name.unicodeScalars.map { String($0) }
            result += letters.indices.map { index in
                Character(
                    text: letters[index], start: time(index, of: letters.count, pairs(word.times)),
                    end: time(index + 1, of: letters.count, pairs(word.times)))
            }
        }
        return result
    }

    /// Gives what makes no sound its place between what does.
    private static func filled(_ scalars: [String], _ times: [Int: (start: Int, end: Int)]) -> [Character] {
        var position = 0
        var lastSound = -1
        var result: [Character] = []
        for (index, scalar) in scalars.enumerated() {
            let time = times[index] ?? (position, position)
            let start = max(position, time.start)
            // A pause belongs to the last blank before the next sound.
            if start > position, let blank = result.lastIndex(where: \.isBlank), blank > lastSound {
                for later in blank..<result.count { result[later].end = start }
                for later in (blank + 1)..<result.count { result[later].start = start }
            }
            position = max(start, time.end)
            if times[index] != nil { lastSound = index }
            result.append(Character(text: scalar, start: start, end: position))
        }
        return result
    }

    private static func letters(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
}

extension Speech.Character {
    var isBlank: Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
