/// Why an exchange failed: one of a closed set of kinds, and the `host:port` it was meant for.
package struct HTTPError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The URL is none, or not of http or https.
        case badURL(String)
        /// A key would have gone over plain HTTP to another machine; nothing was sent.
        case insecure
        /// The host's name has no address.
        case unresolvable(host: String)
        /// Nobody listens at the address.
        case refused
        /// No way to the address.
        case unreachable
        /// No TLS session, or a certificate that does not prove who answers.
        case tls(reason: String)
        /// A limit of ``HTTPTimeouts`` passed.
        case timedOut(Phase)
        /// The body ended before its end.
        case truncated(receivedBytes: Int)
        /// The connection broke: reset, or closed before the response head.
        case connectionLost(reason: String)
        /// The answer is a redirect; none is followed.
        case redirected(location: String)
        /// The answer is no HTTP/1.1.
        case protocolViolation(reason: String)
        /// The body is longer than the caller wanted, in bytes.
        case tooLarge(limit: Int)
        /// The task or the response was cancelled.
        case cancelled
        /// What was to be sent could not be read from the disk.
        case unreadableBody(String)
        case other(String)
    }

    /// What took too long.
    package enum Phase: String, Sendable, Equatable {
        case connect
        case firstByte
        case idle
    }

    package let kind: Kind
    /// `host:port` of the server, empty where the URL has none.
    package let endpoint: String
    /// Whether the same request may well succeed a little later.
    package let isTransient: Bool

    package init(_ kind: Kind, endpoint: String = "") {
        self.init(kind, endpoint: endpoint, isTransient: Self.isUsuallyTransient(kind))
    }

    init(_ kind: Kind, endpoint: String, isTransient: Bool) {
        self.kind = kind
        self.endpoint = endpoint
        self.isTransient = isTransient
    }

    private static func isUsuallyTransient(_ kind: Kind) -> Bool {
        switch kind {
        case .refused, .unreachable, .timedOut, .truncated, .connectionLost: true
        case .badURL, .insecure, .unresolvable, .tls, .redirected, .protocolViolation, .tooLarge, .cancelled,
            .unreadableBody,
            .other:
            false
        }
    }
}

extension HTTPError: CustomStringConvertible {
    /// One sentence, with the server's `host:port` and without path, query or any key.
    package var description: String {
        let server = endpoint.isEmpty ? "the server" : endpoint
        return switch kind {
        case .badURL(let reason): "not a URL that can be asked: \(reason)"
        case .insecure: "the key was not sent to \(server), because plain HTTP would show it to the network; use https"
        case .unresolvable(let host): "no address is known for \(host)"
        case .refused: "nobody listens at \(server): the connection was refused"
        case .unreachable: "there is no way to \(server) from here"
        case .tls(let reason): "no secure connection to \(server): \(reason)"
        case .timedOut(.connect): "no connection to \(server) in time"
        case .timedOut(.firstByte): "\(server) took the request and did not answer in time"
        case .timedOut(.idle): "\(server) fell silent in the middle of the exchange"
        case .truncated(let count): "\(server) ended the answer before it was whole, after \(count) bytes"
        case .connectionLost(let reason): "the connection to \(server) was lost: \(reason)"
        case .redirected(let location): "\(server) redirects to \(location), which is not followed"
        case .protocolViolation(let reason): "\(server) does not answer in HTTP/1.1: \(reason)"
        case .tooLarge(let limit): "the answer of \(server) is longer than \(limit) bytes"
        case .cancelled: "the request to \(server) was cancelled"
        case .unreadableBody(let reason): "what was to be sent to \(server) cannot be read: \(reason)"
        case .other(let reason): "the request to \(server) failed: \(reason)"
        }
    }
}
