/// What a path and a method stand for.
enum Route: Sendable, Equatable {
    case streamSpeech(voiceID: String)
    case models
    case voices
    case searchVoices
    case voice(id: String)
    case voiceSettings(id: String)
    case defaultVoiceSettings
    case subscription

    /// - Throws: a 404 for a path that is nothing, a 405 for a method that is not for it.
    init(method: String, path: [String]) throws(Refusal) {
        guard let (route, allowed) = Self.match(path) else { throw .text(status: 404, "Not Found") }
        guard method == allowed else { throw .text(status: 405, "Method Not Allowed") }
        self = route
    }

    private static func match(_ path: [String]) -> (route: Route, method: String)? {
        guard !path.contains("") else { return nil }
        switch path.count {
        case 2 where path == ["v1", "models"]: return (.models, "GET")
        case 2 where path == ["v1", "voices"]: return (.voices, "GET")
        case 2 where path == ["v2", "voices"]: return (.searchVoices, "GET")
        case 3 where path == ["v1", "user", "subscription"]: return (.subscription, "GET")
        case 3 where path[..<2] == ["v1", "voices"]: return (.voice(id: path[2]), "GET")
        case 4 where path == ["v1", "voices", "settings", "default"]: return (.defaultVoiceSettings, "GET")
        case 4 where path[..<2] == ["v1", "voices"] && path[3] == "settings":
            return (.voiceSettings(id: path[2]), "GET")
        case 4 where path[..<2] == ["v1", "text-to-speech"] && path[3] == "stream":
            return (.streamSpeech(voiceID: path[2]), "POST")
        default: return nil
        }
    }
}
