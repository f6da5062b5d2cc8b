extension Refusal {
    /// A refusal that nothing in the request is the reason for: the service's token for a status, or one that is asked for.
    static func fault(status: Int, code: String?) -> Refusal {
        let (type, usual, legacy) = tokens(for: status)
        let code = code ?? usual
        return .refuse(
            status, type, code, "The simulator was told to answer \(status) \(code).",
            legacy: code == usual ? legacy : code
        )
    }

    private static func tokens(for status: Int) -> (type: String, code: String, legacy: String) {
        switch status {
        case 400: ("invalid_request", "invalid_parameters", "invalid_parameters")
        case 401: ("authentication_error", "unauthorized", "invalid_api_key")
        case 402: ("payment_required", "insufficient_credits", "payment_required")
        case 403: ("authorization_error", "forbidden", "forbidden")
        case 404: ("not_found", "voice_not_found", "voice_not_found")
        case 429: ("rate_limit_error", "rate_limit_exceeded", "system_busy")
        case 503: ("service_unavailable", "service_unavailable", "service_unavailable")
        case 500...: ("internal_error", "internal_error", "internal_server_error")
        default: ("invalid_request", "invalid_request", "invalid_request")
        }
    }
}
