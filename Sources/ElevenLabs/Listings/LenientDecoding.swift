extension KeyedDecodingContainer {
    /// A value that may be missing, null or of another kind than the API says: nil then.
    func lenient<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) -> Value? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    /// The elements of a list that are what they should be.
    func list<Element: Decodable & Sendable>(_ key: Key, of type: Element.Type = Element.self) -> [Element] {
        lenient(key, as: LossyList<Element>.self)?.elements ?? []
    }
}

/// A list of which those elements are left out that cannot be read, so that one strange entry does not cost the others.
struct LossyList<Element: Decodable & Sendable>: Decodable, Sendable {
    let elements: [Element]

    private struct Entry: Decodable {
        let element: Element?

        init(from decoder: any Decoder) throws { element = try? Element(from: decoder) }
    }

    init(from decoder: any Decoder) throws {
        elements = try [Entry](from: decoder).compactMap(\.element)
    }
}

/// An object whose values are texts; other values are left out.
struct TextMap: Decodable {
    let texts: [String: String]

    private struct Value: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    init(from decoder: any Decoder) throws {
        texts = try [String: Value](from: decoder).compactMapValues(\.text)
    }
}
