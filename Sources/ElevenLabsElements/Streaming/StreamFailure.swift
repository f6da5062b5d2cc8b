package import ElevenLabs
import GLib
package import HTTP

/// Why an element of ours ended its stream early: the cause, told once, as the element's error message carries it.
package struct StreamFailure: Error, Sendable, Equatable {
    /// The error domain of these messages on the bus; the code is the category's.
    package static let domain = "elevenlabs-stream-error-quark"

    package enum Category: Int, Sendable {
        /// The request itself is wrong: too long, no such voice, a value out of range.
        case invalidRequest = 1
        /// The service cannot be reached, or does not answer.
        case unreachable
        /// The service is busy or broken for the moment, and the retries are used up.
        case temporary
        /// The answer stopped before its end, or is not what the API promises.
        case incomplete
        /// The key, a permission or the quota.
        case refused
        /// There is no key, or the base URL cannot be used.
        case configuration
        /// A mistake of ours.
        case internalFault
        /// The disk on which input waits to be sent: full, missing, or not to be written to.
        case storage
    }

    package let category: Category
    /// One sentence: cause, and what to do where that helps.
    package var message: String
    package var httpStatus: Int?
    package var requestID: String?
    /// The service's own word for it, as in `voice_not_found`.
    package var serviceCode: String?
    /// Whether trying again may help, before any audio has left.
    package var isTransient = false
    package var retryAfter: Duration?
    /// Whether an answer that had begun did not come to its end, so that its rest may be asked for.
    package var isCut = false
    /// The service refused it because as many requests as it allows run already.
    var concurrency: ConcurrencyRefusal?

    struct ConcurrencyRefusal: Sendable, Equatable {
        /// How many the service allows, where it says so.
        let limit: Int?
    }

    package init(_ category: Category, _ message: String) {
        self.category = category
        self.message = message
    }
}

extension StreamFailure {
    /// An answer that is an error.
    package init(_ error: ElevenLabsError) {
        let category: Category =
            switch error.kind {
            case .authentication, .permission, .quota: .refused
            case .invalidRequest, .notFound: .invalidRequest
            case .rateLimited, .server: .temporary
            case .unexpected: .incomplete
            }
        self.init(category, error.description)
        httpStatus = error.httpStatus
        requestID = error.requestID
        serviceCode = error.code ?? error.status
        isTransient = error.isTransient
        retryAfter = error.retryAfter
    }

    /// A request or an answer that HTTP could not carry. - Parameter received: bytes of audio that came before.
    package init(_ error: HTTPError, received: Int) {
        let category: Category =
            switch error.kind {
            case .badURL, .insecure: .configuration
            case .unresolvable, .refused, .unreachable, .tls, .timedOut(.connect), .timedOut(.firstByte): .unreachable
            case .connectionLost where received == 0: .unreachable
            // Errors that GIO has no name for, as a firewall's, or silence while the request goes out.
            case .other where received == 0, .timedOut(.idle) where received == 0: .unreachable
            case .other, .timedOut(.idle), .truncated, .connectionLost, .protocolViolation, .redirected, .tooLarge:
                .incomplete
            case .unreadableBody: .storage
            case .cancelled: .internalFault
            }
        self.init(category, DisplayText.line(error.description, limit: 400))
        isTransient = error.isTransient && received == 0
        isCut =
            switch error.kind {
            case .truncated, .connectionLost, .timedOut(.idle), .protocolViolation, .other: true
            default: false
            }
    }

    /// What is wrong with an answer.
    init(_ fault: AnswerCheck.Fault) {
        self.init(.incomplete, fault.reason + (fault.requestID.map { " (request id \($0))" } ?? ""))
        requestID = fault.requestID
        isCut = fault.kind == .unprovenEnd
    }

    /// Checks an answer.
    static func checking<Value>(_ body: () throws(AnswerCheck.Fault) -> Value) throws(StreamFailure) -> Value {
        do { return try body() } catch { throw StreamFailure(error) }
    }

    /// An answer that did not come to its end.
    static func cut(_ message: String) -> StreamFailure {
        var failure = StreamFailure(.incomplete, message)
        failure.isCut = true
        return failure
    }

    /// Input could not be kept until it is sent.
    init(_ failure: Spool.Failure) {
        self.init(
            .storage,
            "the audio cannot be kept until it is sent: \(failure.description); "
                + (failure.isOutOfSpace
                    ? "the disk is full: make room there, or set TMPDIR to a directory on another one"
                    : "set TMPDIR to a directory that can be written to"))
    }
}
