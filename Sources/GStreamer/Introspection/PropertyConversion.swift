import CGStreamer
package import GLib

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension PropertySpec {
    /// What a text or list means to this property.
    ///
    /// Numbers are parsed here: GStreamer's own parser takes -1 for a large unsigned number and 010 for 8. So are texts,
    /// which it would unquote. Everything else is GStreamer's, and a value that its range would change is refused.
    package func value(from input: PropertyInput) throws(PropertyFailure) -> Value {
        switch input {
        case .text(let text): try value(from: text)
        case .list(let items): try value(from: items)
        // The value before the first point; the others are read to be checked.
        case .automation(let points): try values(of: points).first ?? Value(type: type)
        }
    }

    private func value(from text: String) throws(PropertyFailure) -> Value {
        if text.utf8.contains(0) { throw PropertyFailure("a text with a NUL in it cannot be set") }
        switch fundamental {
        case .string: return try validated(string(text))
        case .boolean: return Value(try boolean(text))
        case .char, .int, .long, .int64: return try validated(signed(text))
        case .uchar, .uint, .ulong, .uint64: return try validated(unsigned(text))
        case .float, .double: return try validated(real(text))
        default: return try validated(deserialized(text))
        }
    }

    private func string(_ text: String) -> Value {
        let value = Value(type: type)
        g_value_set_string(value.pointer, text)
        return value
    }

    private func boolean(_ text: String) throws(PropertyFailure) -> Bool {
        guard let value = Self.boolean(text) else {
            throw PropertyFailure("\(quoted(text)) is not a boolean: write true or false")
        }
        return value
    }

    /// The booleans that a graph file knows, in any case.
    package static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    private func signed(_ text: String) throws(PropertyFailure) -> Value {
        guard case .signed(let range) = range, Self.isWhole(text) else { throw notWhole(text) }
        guard let number = Int64(text), range.contains(number) else { throw outOfRange(text) }
        let value = Value(type: type)
        switch fundamental {
        case .char: g_value_set_schar(value.pointer, gint8(number))
        case .int: g_value_set_int(value.pointer, gint(number))
        case .long: g_value_set_long(value.pointer, glong(number))
        default: g_value_set_int64(value.pointer, gint64(number))
        }
        return value
    }

    private func unsigned(_ text: String) throws(PropertyFailure) -> Value {
        guard case .unsigned(let range) = range, Self.isWhole(text) else { throw notWhole(text) }
        guard let number = UInt64(text), range.contains(number) else { throw outOfRange(text) }
        let value = Value(type: type)
        switch fundamental {
        case .uchar: g_value_set_uchar(value.pointer, guchar(number))
        case .uint: g_value_set_uint(value.pointer, guint(number))
        case .ulong: g_value_set_ulong(value.pointer, gulong(number))
        default: g_value_set_uint64(value.pointer, guint64(number))
        }
        return value
    }

    private func real(_ text: String) throws(PropertyFailure) -> Value {
        guard case .real(let range) = range else { throw PropertyFailure("\(quoted(text)) is not a number") }
        guard let number = try decibels(text) ?? Self.decimal(text) else {
            let example = name == "volume" ? ", as in 0.5 or -6dB" : ", as in 0.5"
            throw PropertyFailure("\(quoted(text)) is not a number\(example)")
        }
        guard range.contains(number) else { throw outOfRange(text) }
        let value = Value(type: type)
        if fundamental == .float {
            g_value_set_float(value.pointer, Float(number))
        } else {
            g_value_set_double(value.pointer, number)
        }
        return value
    }

    /// A volume in decibels as a factor; nil where the text is no such thing.
    private func decibels(_ text: String) throws(PropertyFailure) -> Double? {
        guard name == "volume", fundamental == .double, text.lowercased().hasSuffix("db") else { return nil }
        let digits = text.dropLast(2)
        guard let level = Self.decimal(String(digits.last == " " ? digits.dropLast() : digits)) else {
            throw PropertyFailure("\(quoted(text)) is not a volume in decibels, as in -6dB")
        }
        return pow(10, level / 20)
    }

    private func deserialized(_ text: String) throws(PropertyFailure) -> Value {
        try refuseUnwritableTypes()
        let value = Value(type: type)
        guard !isEncodingProfile || EncodingProfileText.isReadable(text),
            Complaints.none(in: { gst_value_deserialize_with_pspec(value.pointer, text, pointer) != 0 })
        else {
            throw PropertyFailure("\(quoted(text)) is not \(typeDescription)\(suggestion(for: text))")
        }
        return value
    }

    private func value(from items: [PropertyInput]) throws(PropertyFailure) -> Value {
        if type == g_strv_get_type() { return try stringList(items) }
        guard type == gst_value_array_get_type() else {
            let hint = isText ? "; a text that begins with '[' needs quotes" : ""
            throw PropertyFailure("it takes \(typeDescription), not a list\(hint)")
        }
        let array = Value(type: type)
        try append(items, to: array)
        return try validated(array)
    }

    private func stringList(_ items: [PropertyInput]) throws(PropertyFailure) -> Value {
        let builder = g_strv_builder_new()
        defer { g_strv_builder_unref(builder) }
        for item in items {
            guard case .text(let text) = item, !text.utf8.contains(0) else {
                throw PropertyFailure("it takes a list of texts")
            }
            g_strv_builder_add(builder, text)
        }
        let value = Value(type: type)
        g_value_take_boxed(value.pointer, g_strv_builder_end(builder))
        return value
    }

    private func append(_ items: [PropertyInput], to array: Value) throws(PropertyFailure) {
        for item in items {
            let value = try self.item(item)
            withExtendedLifetime(value) { gst_value_array_append_value(array.pointer, $0.pointer) }
        }
    }

    private func item(_ input: PropertyInput) throws(PropertyFailure) -> Value {
        if let spec = elementSpec { return try spec.value(from: input) }
        switch input {
        case .text(let text):
            if let number = Int32(text) { return Value(number) }
            if let number = Self.decimal(text) { return Value(number) }
            if text.utf8.contains(0) { throw PropertyFailure("a text with a NUL in it cannot be set") }
            return Value(text)
        case .list(let items):
            let array = Value(type: type)
            try append(items, to: array)
            return array
        case .automation: throw PropertyFailure("an item of a list cannot change over time")
        }
    }

    /// Refuses what the specification would change: silently clamped is not what was asked for.
    private func validated(_ value: Value) throws(PropertyFailure) -> Value {
        let copy = Value(copying: value.pointer)
        guard withExtendedLifetime(copy, { g_param_value_validate(pointer, $0.pointer) }) == 0 else {
            throw PropertyFailure("the value is not allowed\(allowed)")
        }
        return value
    }

    private func refuseUnwritableTypes() throws(PropertyFailure) {
        let isPointer = fundamental == GType(2 << 2) || fundamental == GType(17 << 2)
        if (type.isA(.object) && !isEncodingProfile) || isPointer || type.name == "GValueArray" {
            throw PropertyFailure("it holds an object (\(type.name)), which cannot be written in a graph file")
        }
    }

    /// The one kind of object that has a text: its type is there once an element with such a property is.
    private var isEncodingProfile: Bool {
        let profile = g_type_from_name("GstEncodingProfile")
        return profile != 0 && type.isA(profile)
    }

    private func notWhole(_ text: String) -> PropertyFailure {
        PropertyFailure("\(quoted(text)) is not a whole number\(allowed)")
    }

    private func outOfRange(_ text: String) -> PropertyFailure {
        PropertyFailure("\(quoted(text)) is out of range\(allowed)")
    }

    private var allowed: String { range.map { ": allowed are \($0.description)" } ?? "" }

    private func suggestion(for text: String) -> String {
        NameSuggestion.nearest(to: text, among: choices.map(\.nick)).map { "; did you mean '\($0)'?" } ?? ""
    }

    private func quoted(_ text: String) -> String { Quotation.of(text) }

    private static func isWhole(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        return !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// A finite decimal number that is the whole of a text.
    package static func decimal(_ text: String) -> Double? {
        // Swift's own reader also takes hexadecimal, "nan" and "inf".
        let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        guard isDecimal, let number = Double(text), number.isFinite else { return nil }
        return number
    }
}
