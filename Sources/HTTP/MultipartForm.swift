internal import GLib

/// A body in `multipart/form-data`, its parts in the order in which they were added.
package struct MultipartForm: Sendable {
    private let boundary: String
    private var pieces: [HTTPBody.Piece] = []

    /// - Parameter boundary: what separates the parts, and must not occur in one: 32 random hexadecimal digits unless a test
    ///   wants to know them.
    package init(boundary: String = MultipartForm.randomBoundary()) { self.boundary = boundary }

    /// Adds a text field, with nothing but its name.
    package mutating func add(_ name: String, text: String) {
        pieces.append(.bytes(Bytes(head(name) + "\r\n\(text)\r\n")))
    }

    /// Adds a file, whose pieces are read only when the form is sent.
    package mutating func add(
        _ name: String, filename: String, contentType: String, pieces contents: [HTTPBody.Piece]
    ) {
        let file = "; filename=\"\(Self.escaped(filename))\"\r\nContent-Type: \(contentType)"
        pieces.append(.bytes(Bytes(head(name, file) + "\r\n")))
        pieces += contents
        pieces.append(.bytes(Bytes("\r\n")))
    }

    package var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The form as it is now.
    package var body: HTTPBody { .pieces(pieces + [.bytes(Bytes("--\(boundary)--\r\n"))], contentType: contentType) }

    private func head(_ name: String, _ rest: String = "") -> String {
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.escaped(name))\"\(rest)\r\n"
    }

    /// What HTML's encoding of forms replaces in a name: what would end the quotes or the line.
    private static func escaped(_ name: String) -> String {
        var escaped = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"": escaped += "%22"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    package static func randomBoundary() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
