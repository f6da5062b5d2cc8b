import ElevenLabs
import GLib
import HTTP

/// The parts of an upload, by name; of two with one name the last counts, as with the service.
struct UploadForm: Sendable {
    private var parts: [String: MultipartPart] = [:]

    /// - Parameter parts: none where the body is no form: then every field is missing.
    init(_ parts: [MultipartPart]) {
        for part in parts { self.parts[part.name] = part }
    }

    /// A text field, for ``FieldReader``; nil where it is missing or empty, which the service takes for missing.
    func text(_ name: String) -> JSONValue? {
        guard let part = parts[name] else { return nil }
        // A file is an object where a text should be.
        guard part.filename == nil else {
            return ["filename": .string(part.filename ?? ""), "size": .integer(part.body.count)]
        }
        return part.body.isEmpty ? nil : .string(String(decoding: part.body.array, as: UTF8.self))
    }

    /// The field that must hold a file.
    func file(_ name: String, _ reader: inout FieldReader) -> Bytes? {
        guard let part = parts[name] else {
            reader.note("missing", ["body", name], "Field required", .null)
            return nil
        }
        guard part.filename != nil else {
            reader.note(
                "value_error", ["body", name], "Value error, Expected UploadFile, received: <class 'str'>",
                .string(String(decoding: part.body.array.prefix(100), as: UTF8.self)), ["error": [:]]
            )
            return nil
        }
        return part.body
    }

    /// The field `file_format`, with its default.
    func fileFormat(_ reader: inout FieldReader) -> UploadFormat {
        let name = reader.choice(
            text("file_format"), of: UploadFormat.allCases.map(\.rawValue), at: "body", "file_format"
        )
        return name.flatMap(UploadFormat.init(rawValue:)) ?? .other
    }
}
