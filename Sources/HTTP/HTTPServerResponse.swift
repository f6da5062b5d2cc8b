package import GLib

/// What a handler answers.
package struct HTTPServerResponse: Sendable {
    package enum Body: Sendable {
        case none
        /// Sent with its length.
        case bytes(Bytes)
        /// Written piece by piece, chunked unless the headers have a `Content-Length`. Ends when the closure returns; an error it
        /// throws closes the connection without a last chunk. Not run for HEAD, 204 and 304. The closure's task is cancelled
        /// when the client goes away or the server stops.
        case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
    }

    package var status: Int
    /// The standard phrase of the status where nil.
    package var reason: String?
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: Int = 200, reason: String? = nil, headers: HTTPHeaders = HTTPHeaders(), body: Body = .none) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
    }
}
