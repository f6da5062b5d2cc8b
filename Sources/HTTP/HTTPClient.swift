internal import CSoup
internal import GLib

/// Sends requests over HTTP/1.1 and keeps connections alive between them. All of it happens on the network's thread.
///
/// Redirects are not followed, content is neither decoded nor sniffed, cookies and credentials are not kept.
@NetworkActor
package final class HTTPClient: Sendable {
    private let userAgent: String
    private let certificateAuthorities: String?
    private let connectionsPerHost: Int
    private let backstop: Duration
    /// By whether they go to this machine: there no proxy stands between, whatever the environment says.
    private var sessions: [Bool: Session] = [:]

    /// - Parameters:
    ///   - userAgent: the `User-Agent` of every request.
    ///   - certificateAuthorities: a PEM file of the authorities to trust instead of the system's.
    ///   - connectionsPerHost: how many exchanges with one host may be under way; further ones wait, within their connect limit.
    ///   - backstop: libsoup's own limit on silence, for what our limits might miss; a request's limits have no use above it.
    package nonisolated init(
        userAgent: String, certificateAuthorities: String? = nil, connectionsPerHost: Int = 64,
        backstop: Duration = .seconds(600)
    ) {
        self.userAgent = userAgent
        self.certificateAuthorities = certificateAuthorities
        self.connectionsPerHost = connectionsPerHost
        self.backstop = backstop
    }

    /// Sends a request and waits for the response head; every status but a redirect is a response.
    ///
    /// Cancelling the task ends the exchange at once, with ``HTTPError/Kind/cancelled``.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let target = try RequestTarget(url: request.url)
        try Self.check(request, for: target)
        guard !Task.isCancelled else { throw HTTPError(.cancelled, endpoint: target.endpoint) }
        let session = try openSession(target)
        return try await Exchange(request, to: target, in: session).run()
    }

    private static func check(_ request: HTTPRequest, for target: RequestTarget) throws(HTTPError) {
        if request.secretHeader != nil, !target.isSecure, !target.isLoopback {
            throw HTTPError(.insecure, endpoint: target.endpoint)
        }
        guard HTTPHeaders.isToken(request.method) else {
            throw HTTPError(.other("the method is none"), endpoint: target.endpoint)
        }
        let isSendable = request.secretHeader.map { secret in
            HTTPHeaders.isToken(secret.name) && secret.value.withValue { HTTPHeaders.isSendable($0) }
        }
        if let name = request.headers.firstUnsendable ?? (isSendable == false ? request.secretHeader?.name : nil) {
            throw HTTPError(
                .other("the header \(name) holds a line end or is no header name"), endpoint: target.endpoint)
        }
    }

    private func openSession(_ target: RequestTarget) throws(HTTPError) -> Session {
        if let session = sessions[target.isLoopback] { return session }
        do {
            let session = try Session(
                userAgent: userAgent, certificateAuthorities: certificateAuthorities,
                connectionsPerHost: connectionsPerHost, backstop: backstop, usesProxy: !target.isLoopback
            )
            sessions[target.isLoopback] = session
            return session
        } catch {
            let file = certificateAuthorities ?? ""
            throw HTTPError(.tls(reason: "\(file) cannot be used: \(error.message)"), endpoint: target.endpoint)
        }
    }
}
