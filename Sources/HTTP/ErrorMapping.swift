internal import CSoup
internal import GLib

extension HTTPError {
    /// What a failed call of GIO or libsoup means for the exchange.
    init(_ error: GLibError, phase: Phase, target: RequestTarget, certificateErrors: GTlsCertificateFlags? = nil) {
        var isTransient: Bool?
        let kind: Kind
        switch (error.domain, error.code) {
        case ("g-resolver-error-quark", let code):
            kind = .unresolvable(host: target.host)
            isTransient = code == Int(G_RESOLVER_ERROR_TEMPORARY_FAILURE.rawValue)
        case ("g-tls-error-quark", _) where phase == .connect:
            kind = .tls(reason: certificateErrors.flatMap(Self.words(for:)) ?? error.message)
        case ("g-tls-error-quark", _): kind = .connectionLost(reason: error.message)
        case (PieceStream.errorDomain, _): kind = .unreadableBody(error.message)
        case ("soup-session-error-quark", _): kind = .protocolViolation(reason: error.message)
        case ("g-io-error-quark", let code): kind = Self.kind(ofIOError: code, error.message, phase, target)
        default: kind = .other(error.message)
        }
        self.init(kind, endpoint: target.endpoint, isTransient: isTransient ?? HTTPError(kind).isTransient)
    }

    private static func kind(ofIOError code: Int, _ message: String, _ phase: Phase, _ target: RequestTarget) -> Kind {
        switch GIOErrorEnum(rawValue: UInt32(clamping: code)) {
        case G_IO_ERROR_CONNECTION_REFUSED: .refused
        case G_IO_ERROR_HOST_UNREACHABLE, G_IO_ERROR_NETWORK_UNREACHABLE: .unreachable
        case G_IO_ERROR_HOST_NOT_FOUND: .unresolvable(host: target.host)
        case G_IO_ERROR_TIMED_OUT: .timedOut(phase)
        case G_IO_ERROR_CANCELLED: .cancelled
        case G_IO_ERROR_PARTIAL_INPUT, G_IO_ERROR_CONNECTION_CLOSED, G_IO_ERROR_NOT_CONNECTED, G_IO_ERROR_CLOSED:
            .connectionLost(reason: message)
        // GIO has no code of its own for a few of the socket's errors, ECONNABORTED and ENETDOWN among them.
        case G_IO_ERROR_FAILED: phase == .connect ? .other(message) : .connectionLost(reason: message)
        default: .other(message)
        }
    }

    /// Says what is wrong with a certificate; GIO's message says only that something is.
    private static func words(for errors: GTlsCertificateFlags) -> String? {
        let words: [(GTlsCertificateFlags, String)] = [
            (G_TLS_CERTIFICATE_UNKNOWN_CA, "nobody trusted has signed it"),
            (G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another host"),
            (G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet"),
            (G_TLS_CERTIFICATE_EXPIRED, "it has expired"),
            (G_TLS_CERTIFICATE_REVOKED, "it was revoked"),
            (G_TLS_CERTIFICATE_INSECURE, "its algorithm is insecure"),
        ]
        let found = words.filter { errors.rawValue & $0.0.rawValue != 0 }.map(\.1)
        return found.isEmpty ? nil : "the certificate is not accepted: \(found.joined(separator: ", "))"
    }
}
