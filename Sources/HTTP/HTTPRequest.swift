package import GLib

/// What to ask of a server.
package struct HTTPRequest: Sendable {
    package var method: String
    package var url: String
    package var headers: HTTPHeaders
    /// A header with a key: sent over TLS or to a loopback address only, never through a plain proxy, never to a redirect's target.
    package var secretHeader: (name: String, value: Secret)?
    package var body: HTTPBody?
    package var timeouts: HTTPTimeouts

    package init(
        method: String = "GET", url: String, headers: HTTPHeaders = HTTPHeaders(),
        secretHeader: (name: String, value: Secret)? = nil, body: HTTPBody? = nil,
        timeouts: HTTPTimeouts = HTTPTimeouts()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.secretHeader = secretHeader
        self.body = body
        self.timeouts = timeouts
    }
}

/// What a request carries.
package enum HTTPBody: Sendable {
    /// The whole body, sent with its length.
    case bytes(Bytes, contentType: String)
    /// Pieces one after the other, sent with their length in all. What is spooled is read only as it goes out, so that a long
    /// upload needs no memory.
    case pieces([Piece], contentType: String)

    package enum Piece: Sendable {
        case bytes(Bytes)
        /// A range of a spool, which must not be discarded before the request is over.
        case spooled(Spool, Range<Int>)

        package var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .spooled(_, let range): range.count
            }
        }
    }
}
