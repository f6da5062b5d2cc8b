import ElevenLabs

/// Who asks, and what the account may do: keys, plan, credits, requests at once.
struct Account: Sendable {
    let configuration: Simulator.Configuration
    /// Credits used since the simulator started.
    private(set) var creditsUsed = 0
    /// Requests for audio that are running.
    private(set) var running = 0

    init(_ configuration: Simulator.Configuration) { self.configuration = configuration }

    /// - Throws: a 401 in the service's words for a missing, misplaced or unknown key.
    func authenticate(_ call: Call) throws(Refusal) {
        guard let key = call.headers("xi-api-key"), !key.isEmpty else {
            if let authorization = call.headers("authorization"), !authorization.isEmpty {
                throw .refuse(
                    401, "authentication_error", "unauthorized",
                    "An API key goes into the header xi-api-key; the Authorization header is for other tokens.",
                    legacy: "invalid_authorization_header"
                )
            }
            throw .refuse(
                401, "authentication_error", "unauthorized",
                "Neither the header xi-api-key nor another authorization was received; one is needed.",
                legacy: "needs_authorization"
            )
        }
        guard configuration.keys.isEmpty || configuration.keys.contains(key) else {
            throw .refuse(
                401, "authentication_error", "unauthorized", "This API key is not known.", legacy: "invalid_api_key"
            )
        }
    }

    /// How many requests may run at once for a model.
    func concurrencyLimit(_ model: Model) -> Int {
        if let limit = configuration.concurrencyLimit { return limit }
        let limit =
            switch configuration.plan {
            case .free: 2
            case .starter: 3
            case .creator: 5
            case .pro: 10
            case .scale, .business: 15
            }
        return model.isFast ? limit * 2 : limit
    }

    /// What a text costs: a credit a character, half for the fast models.
    static func cost(of text: String, model: Model) -> Int {
        let length = text.unicodeScalars.count
        return model.isFast ? (length + 1) / 2 : length
    }

    /// Charges for a request and counts it as running.
    /// - Returns: the number running now, this one included.
    mutating func begin(cost: Int, model: Model) throws(Refusal) -> Int {
        guard creditsUsed + cost <= configuration.credits else {
            throw .refuse(
                401, "authentication_error", "quota_exceeded",
                """
                This request needs \(cost) credits, and \(configuration.credits - creditsUsed) of the plan's \
                \(configuration.credits) are left.
                """
            )
        }
        let limit = concurrencyLimit(model)
        guard running < limit else {
            throw .refuse(
                429, "rate_limit_error", "concurrent_limit_exceeded",
                "The plan allows \(limit) requests at the same time, and as many are running.",
                legacy: "too_many_concurrent_requests"
            )
        }
        creditsUsed += cost
        running += 1
        return running
    }

    mutating func end() { running -= 1 }
}

extension Model {
    /// Whether this is one of the models that cost half and run twice as often at once.
    var isFast: Bool { [.flashV2, .flashV2Point5, .turboV2, .turboV2Point5].contains(self) }
}
