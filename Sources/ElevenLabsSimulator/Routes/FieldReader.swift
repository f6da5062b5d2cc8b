#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads typed fields from JSON or a query the way the service's validation does: what is null is absent, a number may
/// come as text, and everything that is wrong is noted rather than thrown, so that one answer can name it all.
struct FieldReader {
    private(set) var findings: [ValidationFinding] = []

    mutating func string(_ value: JSONValue?, at path: String...) -> String? {
        guard let value = present(value) else { return nil }
        if let string = value.string { return string }
        note("string_type", path, "Input should be a valid string", value)
        return nil
    }

    /// A field that must be there; null is then of the wrong type.
    mutating func requiredString(_ body: JSONValue, _ name: String) -> String? {
        guard case .object(let fields) = body, let value = fields[name] else {
            note("missing", ["body", name], "Field required", body)
            return nil
        }
        if let string = value.string { return string }
        note("string_type", ["body", name], "Input should be a valid string", value)
        return nil
    }

    mutating func number(_ value: JSONValue?, in range: ClosedRange<Double>? = nil, at path: String...) -> Double? {
        guard let value = present(value) else { return nil }
        let number: Double? =
            switch value {
            case .integer(let integer): Double(integer)
            case .number(let number): number
            case .bool(let bool): bool ? 1 : 0
            case .string(let text): Double(text)
            default: nil
            }
        guard let number else {
            if value.string != nil {
                note("float_parsing", path, "Input should be a valid number, unable to parse string as a number", value)
            } else {
                note("float_type", path, "Input should be a valid number", value)
            }
            return nil
        }
        guard let range else { return number }
        if !(number >= range.lowerBound) {
            let limit = range.lowerBound
            note(
                "greater_than_equal", path, "Input should be greater than or equal to \(Int(limit))", value,
                ["ge": .number(limit)]
            )
        } else if !(number <= range.upperBound) {
            let limit = range.upperBound
            note(
                "less_than_equal", path, "Input should be less than or equal to \(Int(limit))", value,
                ["le": .number(limit)]
            )
        }
        return number
    }

    mutating func integer(_ value: JSONValue?, at path: String...) -> Int? {
        guard let value = present(value) else { return nil }
        switch value {
        case .integer(let integer): return integer
        case .bool(let bool): return bool ? 1 : 0
        case .number(let number):
            if let integer = Int(exactly: number) { return integer }
            note("int_from_float", path, "Input should be a valid integer, got a number with a fractional part", value)
        case .string(let text):
            if let integer = Int(text) { return integer }
            note("int_parsing", path, "Input should be a valid integer, unable to parse string as an integer", value)
        default:
            note("int_type", path, "Input should be a valid integer", value)
        }
        return nil
    }

    mutating func bool(_ value: JSONValue?, at path: String...) -> Bool? {
        guard let value = present(value) else { return nil }
        switch value {
        case .bool(let bool): return bool
        case .integer(0): return false
        case .integer(1): return true
        case .string(let text):
            switch text.lowercased() {
            case "true", "1", "yes", "on", "t", "y": return true
            case "false", "0", "no", "off", "f", "n": return false
            default: break
            }
            note("bool_parsing", path, "Input should be a valid boolean, unable to interpret input", value)
        case .integer, .number:
            note("bool_parsing", path, "Input should be a valid boolean, unable to interpret input", value)
        default:
            note("bool_type", path, "Input should be a valid boolean", value)
        }
        return nil
    }

    mutating func choice(_ value: JSONValue?, of choices: [String], at path: String...) -> String? {
        guard let value = present(value) else { return nil }
        if let string = value.string, choices.contains(string) { return string }
        let quoted = choices.map { "'\($0)'" }
        let expected = quoted.dropLast().joined(separator: ", ") + " or " + (quoted.last ?? "")
        note("enum", path, "Input should be \(expected)", value, ["expected": .string(expected)])
        return nil
    }

    mutating func strings(_ value: JSONValue?, at path: String...) -> [String]? {
        guard let list = list(value, at: path) else { return nil }
        return list.enumerated().compactMap { index, entry in
            if let string = entry.string { return string }
            note("string_type", path, "Input should be a valid string", entry, index: index)
            return nil
        }
    }

    /// A list of objects, each checked by the caller's closure.
    mutating func objects(_ value: JSONValue?, at path: String...) -> [JSONValue]? {
        guard let list = list(value, at: path) else { return nil }
        return list.enumerated().compactMap { index, entry in
            if case .object = entry { return entry }
            note("model_attributes_type", path, Self.notAnObject, entry, index: index)
            return nil
        }
    }

    mutating func object(_ value: JSONValue?, at path: String...) -> JSONValue? {
        guard let value = present(value) else { return nil }
        if case .object = value { return value }
        note("model_attributes_type", path, Self.notAnObject, value)
        return nil
    }

    private mutating func list(_ value: JSONValue?, at path: [String]) -> [JSONValue]? {
        guard let value = present(value) else { return nil }
        if let array = value.array { return array }
        note("list_type", path, "Input should be a valid list", value)
        return nil
    }

    private func present(_ value: JSONValue?) -> JSONValue? { value == .null ? nil : value }

    mutating func note(
        _ type: String, _ path: [String], _ message: String, _ input: JSONValue,
        _ context: [String: JSONValue]? = nil, index: Int? = nil
    ) {
        findings.append(
            ValidationFinding(
                type: type, path: path.map { .name($0) } + (index.map { [.index($0)] } ?? []), message: message,
                input: input, context: context
            )
        )
    }

    static let notAnObject = "Input should be a valid dictionary or object to extract fields from"
}
