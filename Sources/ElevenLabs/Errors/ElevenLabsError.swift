/// The service refused a request, or answered with something that is not what was asked for.
///
/// Made from the status, the headers and the body of an answer, whatever they are: the service's own JSON in any of its
/// forms, a proxy's page, or nothing at all.
public struct ElevenLabsError: Error, Sendable, Hashable {
    /// What went wrong, in the terms in which it can be cured.
    public enum Kind: Sendable, Hashable {
        /// The key is missing, unknown or no longer valid.
        case authentication
        /// The key is known and may not do this: its scopes, its addresses, or the account's state.
        case permission
        /// The plan does not hold it, or its credits are used up.
        case quota
        /// The request is wrong as it stands.
        case invalidRequest
        /// What the request names is not there, or not open to this account.
        case notFound(Resource)
        /// Too much at once; the same request may pass later.
        case rateLimited(RateLimit)
        /// The service failed; the same request may pass later.
        case server
        /// Not an error of the service's: for one, a success without the audio it promises.
        case unexpected
    }

    /// What was not found.
    public enum Resource: Sendable, Hashable {
        /// The voice, or it may not be used.
        case voice
        /// The model, or it may not be used.
        case model
        /// Something else, such as a path, a dictionary or an effect.
        case other
    }

    /// Why a request came too early.
    public enum RateLimit: Sendable, Hashable {
        /// The plan's number of concurrent requests is reached: wait until one of them ends.
        case concurrency
        /// The service is busy, or says no more than that it is too much: wait, and longer each time.
        case busy
    }

    /// What went wrong.
    public var kind: Kind
    /// The HTTP status.
    public var httpStatus: Int
    /// The service's `code`, as in `text_too_long`; nil in its older forms.
    public var code: String?
    /// The service's `status`, the older name for the code; the two may differ.
    public var status: String?
    /// The service's `type`, as in `validation_error`.
    public var type: String?
    /// The service's words on one line, at most ``maximumMessageLength`` characters; empty if it had none.
    public var message: String
    /// The field the service complains about.
    public var param: String?
    /// The id to name to the service's support.
    public var requestID: String?
    /// How long the service asks to wait, from the header `Retry-After`.
    public var retryAfter: Duration?

    /// Where a message of the service is cut.
    public static let maximumMessageLength = 500

    /// Makes an error from its parts.
    public init(
        kind: Kind, httpStatus: Int, code: String? = nil, status: String? = nil, type: String? = nil,
        message: String = "", param: String? = nil, requestID: String? = nil, retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.httpStatus = httpStatus
        self.code = code
        self.status = status
        self.type = type
        self.message = message
        self.param = param
        self.requestID = requestID
        self.retryAfter = retryAfter
    }

    /// Whether the same request may pass when it is sent again: 408, 409, 429 and every 5xx.
    public var isTransient: Bool {
        switch httpStatus {
        case 408, 409, 429, 500...599: kind != .quota
        default: false
        }
    }
}

extension ElevenLabsError: CustomStringConvertible {
    /// One sentence with the status, the service's words and the request id.
    public var description: String {
        var sentence = "ElevenLabs answered \(httpStatus)"
        if let token = code ?? status ?? type { sentence += " \(token)" }
        if !message.isEmpty { sentence += ": \(message)" }
        if let requestID { sentence += " (request \(requestID))" }
        return sentence
    }
}
