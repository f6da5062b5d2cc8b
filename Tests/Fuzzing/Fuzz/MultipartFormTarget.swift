import GLib
import HTTP

/// A form that was built is read again as what was put into it.
enum MultipartFormTarget {
    private struct Field {
        var name: String
        var filename: String?
        var body: [UInt8]
    }

    private static let boundary = "0123456789abcdef0123456789abcdef"

    @Sendable static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        var fields: [Field] = []
        var form = MultipartForm(boundary: boundary)
        while !input.isEmpty, fields.count < 20 {
            let isFile = input.byte() % 2 == 1
            let name = input.text()
            if isFile {
                let filename = input.text()
                let pieces = (0...input.byte() % 3).map { _ in input.bytes(input.byte()) }
                form.add(
                    name, filename: filename, contentType: "audio/wav", pieces: pieces.map { .bytes(Bytes($0)) })
                fields.append(Field(name: name, filename: filename, body: Array(pieces.joined())))
            } else {
                let text = input.text()
                form.add(name, text: text)
                fields.append(Field(name: name, body: Array(text.utf8)))
            }
        }
        guard !fields.isEmpty, fields.allSatisfy(isUsable) else { return }
        check(form, fields)
    }

    private static func check(_ form: MultipartForm, _ fields: [Field]) {
        guard case .pieces(let pieces, let type) = form.body else { fatalError("a form is pieces") }
        let body = pieces.flatMap { piece in
            if case .bytes(let bytes) = piece { bytes.array } else { [UInt8]() }
        }
        require(pieces.reduce(0) { $0 + $1.count } == body.count, "the length that is announced is the length")
        let parts: [MultipartPart]
        do {
            parts = try HTTPServerRequest.post(contentType: type, body: body).multipart()
        } catch {
            fatalError("a form of ours is refused: \(error)")
        }
        require(parts.count == fields.count, "every field arrives, and no other")
        for (part, field) in zip(parts, fields) {
            require(part.body.array.elementsEqual(field.body), "a field's bytes arrive as they are")
            require((part.filename != nil) == (field.filename != nil), "a file stays a file")
            if isPlain(field.name) { require(part.name == field.name, "a field's name arrives: \(field.name)") }
            if let filename = field.filename, isPlain(filename) {
                require(part.filename == filename, "a file's name arrives: \(filename)")
            }
        }
    }

    /// Names are ours, so that none holds what readers take for an escape, and no body holds the boundary, which is random.
    private static func isUsable(_ field: Field) -> Bool {
        let names = [field.name, field.filename].compactMap { $0 }
        return names.allSatisfy { $0.utf8.allSatisfy { $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "\\") } }
            && !String(decoding: field.body, as: UTF8.self).contains(boundary)
    }

    /// Others arrive as libsoup reads them: without escapes, and of a path only the file's name.
    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { $0 > 32 && $0 < 127 && !#""%/"#.utf8.contains($0) }
    }
}

extension HTTPServerRequest {
    static func post(contentType: String, body: [UInt8]) -> HTTPServerRequest {
        HTTPServerRequest(
            method: "POST", rawPath: "/", path: "/", query: [], headers: HTTPHeaders([("Content-Type", contentType)]),
            body: Bytes(body), connectionID: 0)
    }
}
