/// Why a call of ``ElevenLabsClient`` failed. None of its texts ever holds the API key.
public enum ElevenLabsClientError: Error, Sendable, Hashable {
    /// There is no key, the key cannot be one, or plain HTTP would show it to the network. Nothing was sent.
    case configuration(reason: String)
    /// The request is wrong as it stands; every finding names a field of the API. Nothing was sent.
    case invalidRequest(InvalidRequest)
    /// What was to be uploaded cannot be read, or not be kept until it is sent. Nothing was answered.
    case unreadableUpload(reason: String)
    /// The service refused the request or failed at it, in words of its own; transient refusals were tried again.
    case refused(ElevenLabsError)
    /// There is no TLS session, or the certificate does not prove that it is the service that answers. Nothing was sent.
    case insecureConnection(reason: String)
    /// The service cannot be reached, or did not answer in time, though it was tried again.
    case unreachable(reason: String)
    /// The answer stopped before its end, so what came is not all of it.
    ///
    /// - receivedBytes: bytes of the answer that came, as they go over the wire.
    /// - requestID: what the service calls the request; nil where it did not say.
    case incomplete(reason: String, receivedBytes: Int, requestID: String?)
    /// The service answered with success, and with something that is not what the API promises.
    case unexpectedAnswer(reason: String, requestID: String?)
    /// An answer is read from two places at once: it has one reader.
    case severalReaders
    /// The task or the answer was cancelled.
    case cancelled
    /// The disk on which an answer is kept while others wait for their turn is full or cannot be used.
    case storage(reason: String)

    /// Whether the same call may succeed a little later. The client has tried again already where no audio had come; what
    /// broke off behind the first byte is never sent again by itself, since it would be charged and heard twice.
    public var isTransient: Bool {
        switch self {
        case .refused(let error): error.isTransient
        case .unreachable, .incomplete: true
        case .configuration, .invalidRequest, .unreadableUpload, .insecureConnection, .unexpectedAnswer,
            .severalReaders, .cancelled,
            .storage:
            false
        }
    }

    /// The id under which the service knows the request; nil where it did not say.
    public var requestID: String? {
        switch self {
        case .refused(let error): error.requestID
        case .incomplete(_, _, let requestID), .unexpectedAnswer(_, let requestID): requestID
        default: nil
        }
    }
}

extension ElevenLabsClientError: CustomStringConvertible {
    /// One sentence: the cause, and the service's id of the request where there is one.
    public var description: String {
        switch self {
        case .configuration(let reason), .unreadableUpload(let reason), .insecureConnection(let reason),
            .unreachable(let reason),
            .storage(let reason):
            reason
        case .invalidRequest(let error): error.description
        case .refused(let error): error.description
        case .incomplete(let reason, _, let requestID), .unexpectedAnswer(let reason, let requestID):
            reason + (requestID.map { " (request \($0))" } ?? "")
        case .severalReaders: "an answer is read from two places at once, but it has one reader"
        case .cancelled: "the request was cancelled"
        }
    }
}
