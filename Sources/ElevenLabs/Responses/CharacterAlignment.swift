/// When each character of a text is heard: the API's `alignment` and `normalized_alignment`. Times count from the start of the
/// whole answer.
public struct CharacterAlignment: Sendable, Hashable {
    /// One character and its time.
    public struct Character: Sendable, Hashable {
        /// The character: usually one, but what the service takes for one.
        public var text: String
        /// When it begins to be heard.
        public var start: Duration
        /// When it has been heard.
        public var end: Duration

        /// Makes a character.
        public init(_ text: String, start: Duration, end: Duration) {
            self.text = text
            self.start = start
            self.end = end
        }
    }

    /// The characters in the order of the text.
    public var characters: [Character]

    /// Makes an alignment.
    public init(_ characters: [Character] = []) { self.characters = characters }

    /// The aligned text.
    public var text: String { characters.map(\.text).joined() }
}

extension CharacterAlignment: Decodable {
    private enum CodingKeys: String, CodingKey {
        case characters
        case starts = "character_start_times_seconds"
        case ends = "character_end_times_seconds"
    }

    /// Reads the API's three lists, which must be of one length, with finite times.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let texts = try container.decode([String].self, forKey: .characters)
        let starts = try container.decode([Double].self, forKey: .starts)
        let ends = try container.decode([Double].self, forKey: .ends)
        guard texts.count == starts.count, texts.count == ends.count, (starts + ends).allSatisfy({ abs($0) < 1e6 })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .characters, in: container, debugDescription: "the lists of an alignment differ in length")
        }
        characters = texts.indices.map { index in
            Character(texts[index], start: .seconds(starts[index]), end: .seconds(ends[index]))
        }
    }
}
