package import GLib

/// A request as it came in, body and all.
package struct HTTPServerRequest: Sendable {
    package var method: String
    /// The path as it was sent, still percent-encoded.
    package var rawPath: String
    /// The path decoded; the raw one where it does not decode.
    package var path: String
    /// The query's fields in order, decoded; a field without `=` has an empty value.
    package var query: [(String, String)]
    package var headers: HTTPHeaders
    package var body: Bytes { didSet { bodyIsTerminated = false } }
    /// Whether a NUL stands behind the body in memory, as behind those that libsoup received.
    var bodyIsTerminated = false
    /// The same for every request on one connection, different for every connection of a server.
    package var connectionID: Int

    package init(
        method: String, rawPath: String, path: String, query: [(String, String)], headers: HTTPHeaders, body: Bytes,
        connectionID: Int
    ) {
        self.method = method
        self.rawPath = rawPath
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.connectionID = connectionID
    }
    /// The body with a NUL behind it, without which libsoup's reader of forms would run beyond the end of a malformed one.
    var terminatedBody: Bytes {
        bodyIsTerminated ? body : Bytes(ContiguousArray(body.array + [0])).slice(0..<body.count)
    }
}
