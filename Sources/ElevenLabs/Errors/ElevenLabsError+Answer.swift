import HTTP

extension ElevenLabsError {
    /// How much of a body is looked at; no error of the service comes near it.
    package static let maximumBodyLength = 256 * 1024

    /// Reads an answer that is not the audio that was asked for. Takes any bytes and never fails.
    /// - Parameter header: a header's value by its lower-case name.
    package init(httpStatus: Int, header: (String) -> String?, body: some Collection<UInt8>) {
        let start = Array(body.prefix(Self.maximumBodyLength))
        let details = ErrorBody(start, isWhole: start.count == body.count)
        let tokens = [details.code, details.status, details.type].compactMap { $0 }
        self.init(
            kind: Self.kind(httpStatus: httpStatus, tokens: tokens),
            httpStatus: httpStatus,
            code: details.code,
            status: details.status,
            type: details.type,
            message: details.message ?? "",
            param: details.param,
            requestID: details.requestID ?? Self.identifier(header("x-trace-id"))
                ?? Self.identifier(header("request-id")),
            retryAfter: header("retry-after").flatMap(Self.delay)
        )
    }

    /// What the tokens and the status mean. Tokens come first, since the service says "no credits" with a 401 and "no
    /// such voice" with a 400; `code`, `status` and `type` are all looked at, since any of them may be the telling one.
    static func kind(httpStatus: Int, tokens: [String]) -> Kind {
        func has(_ known: Set<String>) -> Bool { !known.isDisjoint(with: tokens) }
        if has(voiceTokens) { return .notFound(.voice) }
        if has(modelTokens) { return .notFound(.model) }
        if has(["unsupported_model"]) { return .invalidRequest }
        if httpStatus == 402 || has(quotaTokens) { return .quota }
        if httpStatus == 429 || has(["rate_limit_error"]) {
            return .rateLimited(has(concurrencyTokens) ? .concurrency : .busy)
        }
        if has(permissionTokens) { return .permission }
        if httpStatus == 401 || has(["workspace_not_found"]) { return .authentication }
        switch httpStatus {
        case 403: return .permission
        case 408, 500...599: return .server
        case 404: return .notFound(.other)
        case 400...499: return .invalidRequest
        default: return .unexpected
        }
    }

    private static let voiceTokens: Set = [
        "voice_not_found", "voice_does_not_exist", "invalid_voice_id", "voice_access_denied",
    ]
    private static let modelTokens: Set = ["model_not_found", "model_access_denied"]
    private static let quotaTokens: Set = [
        "quota_exceeded", "insufficient_credits", "payment_required", "paid_plan_required", "subscription_required",
        "output_format_not_allowed", "limited_access", "only_for_creator+",
    ]
    private static let concurrencyTokens: Set = ["concurrent_limit_exceeded", "too_many_concurrent_requests"]
    private static let permissionTokens: Set = [
        "missing_permissions", "insufficient_permissions", "detected_unusual_activity", "feature_not_available",
    ]

    private static func identifier(_ value: String?) -> String? {
        guard let line = value.map({ DisplayText.line($0, limit: 100) }), !line.isEmpty else { return nil }
        return line
    }

    /// `Retry-After`: seconds, which may have a fraction, or a date; at most a day.
    private static func delay(_ value: String) -> Duration? {
        if let seconds = Double(value.filter { !$0.isWhitespace }), seconds.isFinite, seconds >= 0 {
            return .seconds(min(seconds, 86400))
        }
        guard let duration = RetryDelay(value)?.duration(from: RetryDelay.now) else { return nil }
        return min(duration, .seconds(86400))
    }
}
