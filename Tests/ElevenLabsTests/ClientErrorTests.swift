import HTTP
import Testing

@testable import ElevenLabs

/// What becomes of a failure of the network's.
@Suite struct ClientErrorTests {
    struct Cause: Sendable {
        var kind: HTTPError.Kind
        /// Before an answer came, and in the middle of its body.
        var before: String
        var within: String
        var isTransient = true
    }

    @Test(
        arguments: [
            Cause(kind: .refused, before: "unreachable", within: "incomplete"),
            Cause(kind: .unreachable, before: "unreachable", within: "incomplete"),
            Cause(kind: .unresolvable(host: "a"), before: "unreachable", within: "incomplete"),
            Cause(kind: .timedOut(.connect), before: "unreachable", within: "incomplete"),
            Cause(kind: .timedOut(.firstByte), before: "unreachable", within: "incomplete"),
            Cause(kind: .timedOut(.idle), before: "unreachable", within: "incomplete"),
            Cause(kind: .connectionLost(reason: "x"), before: "unreachable", within: "incomplete"),
            Cause(kind: .truncated(receivedBytes: 9), before: "unreachable", within: "incomplete"),
            Cause(kind: .other("x"), before: "unreachable", within: "incomplete"),
            Cause(
                kind: .tls(reason: "x"), before: "insecureConnection", within: "insecureConnection", isTransient: false),
            Cause(kind: .insecure, before: "configuration", within: "configuration", isTransient: false),
            Cause(kind: .badURL("x"), before: "configuration", within: "configuration", isTransient: false),
            Cause(
                kind: .redirected(location: "b"), before: "unexpectedAnswer", within: "unexpectedAnswer",
                isTransient: false),
            Cause(
                kind: .protocolViolation(reason: "x"), before: "unexpectedAnswer", within: "unexpectedAnswer",
                isTransient: false),
            Cause(
                kind: .tooLarge(limit: 1), before: "unexpectedAnswer", within: "unexpectedAnswer", isTransient: false),
            Cause(
                kind: .unreadableBody("x"), before: "unreadableUpload", within: "unreadableUpload", isTransient: false),
            Cause(kind: .cancelled, before: "cancelled", within: "cancelled", isTransient: false),
        ]
    )
    func `a failure of the network's has its case`(cause: Cause) {
        let error = HTTPError(cause.kind, endpoint: "host:1")
        let before = ElevenLabsClientError(error, received: nil)
        let within = ElevenLabsClientError(error, received: 5, requestID: "r")
        #expect(name(of: before) == cause.before)
        #expect(name(of: within) == cause.within)
        #expect(before.isTransient == cause.isTransient && within.isTransient == cause.isTransient)
        #expect(!before.description.isEmpty && !before.description.contains("\n"))
    }

    /// The name of an error's case; of those without values only one comes from the network.
    private func name(of error: ElevenLabsClientError) -> String {
        error == .cancelled ? "cancelled" : Mirror(reflecting: error).children.first?.label ?? ""
    }
}
