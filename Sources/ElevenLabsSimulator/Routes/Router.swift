/// What a path and a method stand for.
enum Route: Sendable, Equatable {
    case streamSpeech(voiceID: String)
    /// Speech in JSON, with the times of its characters.
    case timedSpeech(voiceID: String, streams: Bool)
    /// - Parameter streams: whether the answer is streamed, rather than a whole file.
    case changeVoice(voiceID: String, streams: Bool)
    case isolate(streams: Bool)
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

    /// Whether the answer is audio, for which faults and limits count.
    var isAudio: Bool {
        switch self {
        case .streamSpeech, .timedSpeech: true
        default: takesUpload
        }
    }

    /// Whether the request is a form with audio in it.
    var takesUpload: Bool {
        switch self {
        case .changeVoice, .isolate: true
        default: false
        }
    }

    /// Whether the audio is streamed, rather than a whole file.
    var streams: Bool {
        switch self {
        case .changeVoice(_, let streams), .isolate(let streams), .timedSpeech(_, let streams): streams
        default: true
        }
    }

    private static func match(_ path: [String]) -> (route: Route, method: String)? {
        guard !path.contains("") else { return nil }
        if let audio = matchUpload(path) { return (audio, "POST") }
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
        case 4 where path[..<2] == ["v1", "text-to-speech"] && path[3] == "with-timestamps":
            return (.timedSpeech(voiceID: path[2], streams: false), "POST")
        case 5 where path[..<2] == ["v1", "text-to-speech"] && path[3...] == ["stream", "with-timestamps"]:
            return (.timedSpeech(voiceID: path[2], streams: true), "POST")
        default: return nil
        }
    }

    /// The routes that take audio. The service's newest clients say `voice-changer` where all others say `speech-to-speech`.
    private static func matchUpload(_ path: [String]) -> Route? {
        guard path.count >= 2, path[0] == "v1" else { return nil }
        let streams = path.last == "stream"
        switch (path[1], path.count - (streams ? 1 : 0)) {
        case ("audio-isolation", 2): return .isolate(streams: streams)
        case ("speech-to-speech", 3), ("voice-changer", 3): return .changeVoice(voiceID: path[2], streams: streams)
        default: return nil
        }
    }
}
