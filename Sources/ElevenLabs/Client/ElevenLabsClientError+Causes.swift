import GLib
import HTTP

extension ElevenLabsClientError {
    /// A request or an answer that HTTP could not carry.
    /// - Parameters:
    ///   - received: bytes of the body that came before; nil where there was no answer yet.
    init(_ error: HTTPError, received: Int?, requestID: String? = nil) {
        let reason = DisplayText.line(error.description, limit: 400)
        switch error.kind {
        case .cancelled: self = .cancelled
        case .badURL, .insecure: self = .configuration(reason: reason)
        case .unreadableBody: self = .unreadableUpload(reason: reason)
        case .tls: self = .insecureConnection(reason: reason)
        case .protocolViolation, .redirected, .tooLarge:
            self = .unexpectedAnswer(reason: reason, requestID: requestID)
        case .unresolvable, .refused, .unreachable, .timedOut, .truncated, .connectionLost, .other:
            if let received {
                self = .incomplete(reason: reason, receivedBytes: received, requestID: requestID)
            } else {
                self = .unreachable(reason: reason)
            }
        }
    }

    /// What is wrong with an answer. - Parameter received: bytes of the body that came.
    init(_ fault: AnswerCheck.Fault, received: Int) {
        switch fault.kind {
        case .notAudio: self = .unexpectedAnswer(reason: fault.reason, requestID: fault.requestID)
        case .unprovenEnd, .partialSample:
            self = .incomplete(reason: fault.reason, receivedBytes: received, requestID: fault.requestID)
        }
    }

    /// What ends the reading of an answer's body.
    init(_ failure: AnswerBody.Failure, received: Int, requestID: String?) {
        switch failure {
        case .connection(let error): self.init(error, received: received, requestID: requestID)
        case .storage(let error):
            self = .storage(
                reason: "the answer, which is read early since other requests wait for it, cannot be kept: "
                    + error.description)
        }
    }

    /// The same without the key, which an answer might repeat.
    func removing(_ key: Secret) -> ElevenLabsClientError {
        switch self {
        case .unreachable(let reason): .unreachable(reason: key.removed(from: reason))
        case .incomplete(let reason, let count, let requestID):
            .incomplete(
                reason: key.removed(from: reason), receivedBytes: count, requestID: requestID.map(key.removed))
        case .unexpectedAnswer(let reason, let requestID):
            .unexpectedAnswer(reason: key.removed(from: reason), requestID: requestID.map(key.removed))
        default: self
        }
    }
}
