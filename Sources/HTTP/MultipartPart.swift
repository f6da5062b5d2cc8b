internal import CSoup
package import GLib

/// One field of a form that came in.
package struct MultipartPart: Sendable {
    package var name: String
    /// Where there is one, the field is a file.
    package var filename: String?
    package var contentType: String?
    package var body: Bytes
}

/// Why a request's body is no form.
package struct MultipartError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
}

extension HTTPServerRequest {
    /// The fields of a `multipart/form-data` body, in order; their bytes are slices of the body.
    package func multipart() throws(MultipartError) -> [MultipartPart] {
        let type = headers["Content-Type"] ?? "nothing"
        guard type.lowercased().hasPrefix("multipart/form-data") else {
            throw MultipartError(description: "the body is \(type), not multipart/form-data")
        }
        let head = soup_message_headers_new(SOUP_MESSAGE_HEADERS_REQUEST)
        defer { soup_message_headers_unref(head) }
        soup_message_headers_append(head, "Content-Type", type)
        let body = terminatedBody
        let form = withExtendedLifetime(body) { soup_multipart_new_from_message(head, body.pointer) }
        guard let form else {
            throw MultipartError(
                description:
                    "the body is not the form its Content-Type announces: no boundary, no last boundary or a part"
                    + " without its headers")
        }
        defer { soup_multipart_free(form) }
        var parts: [MultipartPart] = []
        for index in 0..<soup_multipart_get_length(form) {
            parts.append(try Self.part(index, of: form, length: body.count))
        }
        return parts
    }

    /// - Parameter length: of the whole body.
    private static func part(
        _ index: gint, of form: OpaquePointer, length: Int
    ) throws(MultipartError) -> MultipartPart {
        var headers: OpaquePointer?
        var body: OpaquePointer?
        guard soup_multipart_get_part(form, index, &headers, &body) != 0, let headers, let body else {
            throw MultipartError(description: "part \(index + 1) of the form cannot be read")
        }
        // libsoup 3.2.3 takes a part whose headers reach to the next boundary for one of -2 bytes, as an unsigned number.
        guard g_bytes_get_size(body) <= gsize(length) else {
            throw MultipartError(description: "part \(index + 1) of the form has no body")
        }
        var disposition: UnsafeMutablePointer<CChar>?
        var fields: OpaquePointer?
        guard soup_message_headers_get_content_disposition(headers, &disposition, &fields) != 0 else {
            throw MultipartError(description: "part \(index + 1) of the form has no Content-Disposition")
        }
        defer { g_hash_table_unref(fields) }
        guard takeString(disposition) == "form-data", let name = field("name", of: fields) else {
            throw MultipartError(description: "part \(index + 1) of the form has no name")
        }
        return MultipartPart(
            name: name, filename: field("filename", of: fields),
            contentType: soup_message_headers_get_one(headers, "Content-Type").map { String(cString: $0) },
            body: Bytes(retaining: body))
    }

    private static func field(_ name: String, of fields: OpaquePointer?) -> String? {
        g_hash_table_lookup(fields, name).map { String(cString: $0.assumingMemoryBound(to: CChar.self)) }
    }
}
