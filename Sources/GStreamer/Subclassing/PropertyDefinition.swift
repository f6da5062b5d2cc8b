import CGStreamer
import GLib

/// A property of an element written in Swift: what becomes its `GParamSpec`.
package struct PropertyDefinition: Sendable {
    package enum Kind: Sendable {
        case string
        case boolean(default: Bool)
        case unsigned(ClosedRange<UInt32>, default: UInt32)
        case double(ClosedRange<Double>, default: Double)
        /// One of a set of words. - typeName: the GEnum's name, unique in the process.
        case word(typeName: String, [String], default: String)
        /// A `GstValueArray` of strings.
        case strings
        /// A `GstStructure`.
        case structure
    }

    package let name: String
    package let nick: String
    package let blurb: String
    package let kind: Kind
    /// Whether a change counts while the element plays (for the next request), not only before it starts.
    package let isMutableWhilePlaying: Bool
    package let isReadOnly: Bool

    package init(
        _ name: String, nick: String, blurb: String, kind: Kind, isMutableWhilePlaying: Bool = false,
        isReadOnly: Bool = false
    ) {
        self.name = name
        self.nick = nick
        self.blurb = blurb
        self.kind = kind
        self.isMutableWhilePlaying = isMutableWhilePlaying
        self.isReadOnly = isReadOnly
    }

    /// The value of a property nobody set; nil for strings, lists and structures.
    var defaultValue: PropertyValue? {
        switch kind {
        case .boolean(let value): .boolean(value)
        case .unsigned(_, let value): .unsigned(value)
        case .double(_, let value): .double(value)
        case .word(_, _, let value): .string(value)
        case .string, .strings, .structure: nil
        }
    }

    /// A new param spec (floating).
    func makeSpec() -> UnsafeMutablePointer<GParamSpec>? {
        let mutability = isMutableWhilePlaying ? ep_param_mutable_playing : ep_param_mutable_ready
        let flags = GParamFlags(
            rawValue: isReadOnly
                ? G_PARAM_READABLE.rawValue : G_PARAM_READABLE.rawValue | G_PARAM_WRITABLE.rawValue | mutability)
        return switch kind {
        case .string: g_param_spec_string(name, nick, blurb, nil, flags)
        case .boolean(let value): g_param_spec_boolean(name, nick, blurb, value ? 1 : 0, flags)
        case .unsigned(let range, let value):
            g_param_spec_uint(name, nick, blurb, range.lowerBound, range.upperBound, value, flags)
        case .double(let range, let value):
            g_param_spec_double(name, nick, blurb, range.lowerBound, range.upperBound, value, flags)
        case .word(let typeName, let words, let value):
            g_param_spec_enum(
                name, nick, blurb, enumerationType(typeName, words), gint(words.firstIndex(of: value) ?? 0), flags)
        case .strings:
            gst_param_spec_array(name, nick, blurb, g_param_spec_string("item", "Item", blurb, nil, flags), flags)
        case .structure: g_param_spec_boxed(name, nick, blurb, ep_type_structure(), flags)
        }
    }

    /// The GEnum of a set of words, registered at its first use. GLib keeps a registered type's table for ever, hence the
    /// memory that is never freed.
    private func enumerationType(_ typeName: String, _ words: [String]) -> GType {
        let existing = g_type_from_name(typeName)
        if existing != 0 { return existing }
        let table = UnsafeMutablePointer<GEnumValue>.allocate(capacity: words.count + 1)
        for (index, word) in words.enumerated() {
            let text = UnsafePointer(g_strdup(word))
            (table + index).initialize(to: GEnumValue(value: gint(index), value_name: text, value_nick: text))
        }
        (table + words.count).initialize(to: GEnumValue(value: 0, value_name: nil, value_nick: nil))
        return g_enum_register_static(typeName, table)
    }
}

/// A property's value in Swift.
package enum PropertyValue: Sendable, Equatable {
    case string(String)
    case boolean(Bool)
    case unsigned(UInt32)
    case double(Double)
    case strings([String])
    case structure([String: BusEvent.Field])

    /// Reads a `GValue` of the type that `kind` gave its param spec; nil where it holds nothing (a null string).
    init?(_ value: UnsafePointer<GValue>, kind: PropertyDefinition.Kind) {
        switch kind {
        case .string:
            guard let text = g_value_get_string(value) else { return nil }
            self = .string(String(cString: text))
        case .boolean: self = .boolean(g_value_get_boolean(value) != 0)
        case .unsigned: self = .unsigned(g_value_get_uint(value))
        case .double: self = .double(g_value_get_double(value))
        case .word(_, let words, _):
            let index = Int(g_value_get_enum(value))
            guard words.indices.contains(index) else { return nil }
            self = .string(words[index])
        case .strings:
            self = .strings(
                (0..<gst_value_array_get_size(value)).compactMap { index in
                    guard let item = gst_value_array_get_value(value, index) else { return nil }
                    return Value(copying: item).string
                })
        case .structure:
            guard let boxed = g_value_get_boxed(value) else { return nil }
            self = .structure(fieldsOfStructure(boxed.assumingMemoryBound(to: GstStructure.self)))
        }
    }

    /// Writes into a `GValue` of that type.
    func write(to value: UnsafeMutablePointer<GValue>, kind: PropertyDefinition.Kind) {
        switch (self, kind) {
        case (.string(let text), .word(_, let words, _)): g_value_set_enum(value, gint(words.firstIndex(of: text) ?? 0))
        case (.string(let text), _): g_value_set_string(value, text)
        case (.boolean(let flag), _): g_value_set_boolean(value, flag ? 1 : 0)
        case (.unsigned(let number), _): g_value_set_uint(value, number)
        case (.double(let number), _): g_value_set_double(value, number)
        case (.strings(let list), _):
            for text in list { Value(text).withPointer { gst_value_array_append_value(value, $0) } }
        case (.structure(let fields), _): g_value_take_boxed(value, fields.makeStructure(named: "value"))
        }
    }
}
