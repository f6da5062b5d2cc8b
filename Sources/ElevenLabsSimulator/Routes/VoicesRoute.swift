/// The listings of voices: `GET /v1/voices`, `/v2/voices`, `/v1/voices/{id}` and the settings.
enum VoicesRoute {
    /// What a voice speaks with where a request sets nothing.
    static let settings: JSONValue = [
        "stability": 0.5, "similarity_boost": 0.75, "style": 0.0, "use_speaker_boost": true, "speed": 1.0,
    ]

    /// `/v1/voices`: all of them.
    static func all() -> Answer { .json(["voices": .array(CatalogueVoice.all.map(json))]) }

    /// `/v1/voices/{id}`.
    static func one(_ id: String) throws(Refusal) -> Answer {
        guard let voice = CatalogueVoice.byID[id] else { throw .voiceNotFound(id) }
        return .json(json(voice))
    }

    /// `/v1/voices/{id}/settings`.
    static func settings(of id: String) throws(Refusal) -> Answer {
        guard CatalogueVoice.byID[id] != nil else { throw .voiceNotFound(id) }
        return .json(settings)
    }

    /// `/v2/voices`: a page of those that match.
    static func search(_ call: Call) throws(Refusal) -> Answer {
        var reader = FieldReader()
        let pageSize = reader.integer(call.query("page_size").map(JSONValue.string), at: "query", "page_size") ?? 10
        let sort = reader.choice(
            call.query("sort").map(JSONValue.string), of: ["created_at_unix", "name"], at: "query", "sort"
        )
        let direction = reader.choice(
            call.query("sort_direction").map(JSONValue.string), of: ["asc", "desc"], at: "query", "sort_direction"
        )
        let counts = reader.bool(
            call.query("include_total_count").map(JSONValue.string), at: "query", "include_total_count"
        )
        guard reader.findings.isEmpty else { throw .validation(reader.findings) }
        guard (1...100).contains(pageSize) else {
            throw .refuse(
                400, "validation_error", "invalid_parameters", "page_size must be from 1 to 100.", param: "page_size"
            )
        }

        var voices = CatalogueVoice.all.filter { matches($0, call) }
        if sort == "name" { voices.sort { $0.name < $1.name } }
        if sort == "created_at_unix" { voices.sort { $0.createdAt < $1.createdAt } }
        if sort != nil, direction == "desc" { voices.reverse() }

        var start = 0
        if let token = call.query("next_page_token"), !token.isEmpty {
            guard let place = voices.firstIndex(where: { Self.token(after: $0) == token }) else {
                throw .refuse(
                    400, "validation_error", "invalid_parameters", "This next_page_token is none of ours.",
                    param: "next_page_token"
                )
            }
            start = place + 1
        }
        let page = voices[start...].prefix(pageSize)
        let hasMore = page.endIndex < voices.endIndex
        return .json([
            "voices": .array(page.map(json)),
            "has_more": .bool(hasMore),
            "total_count": .integer(counts == false ? 0 : voices.count),
            "next_page_token": hasMore ? page.last.map { .string(token(after: $0)) } ?? .null : .null,
        ])
    }

    private static func token(after voice: CatalogueVoice) -> String { StableHash.identifier("page \(voice.id)") }

    private static func matches(_ voice: CatalogueVoice, _ call: Call) -> Bool {
        let words = [voice.name, voice.description, category] + voice.labels.values.sorted()
        if let search = call.query("search"), !search.isEmpty {
            let hay = words.joined(separator: " ").lowercased()
            guard search.lowercased().split(separator: " ").allSatisfy({ hay.contains($0) }) else { return false }
        }
        let ids = call.queryList("voice_ids")
        if !ids.isEmpty, !ids.contains(voice.id) { return false }
        for name in ["gender", "accent", "age"] {
            if let value = call.query(name), !value.isEmpty, voice.labels[name] != value { return false }
        }
        for (name, label) in [("language", "language"), ("use_cases", "use_case")] {
            let values = call.queryList(name)
            if !values.isEmpty, !values.contains(voice.labels[label] ?? "") { return false }
        }
        if let wanted = call.query("category"), wanted != category { return false }
        switch call.query("voice_type") {
        case "personal", "workspace": return false
        case "default", "non-community": return !voice.isLegacy
        case "community", "non-default": return voice.isLegacy
        default: return true
        }
    }

    private static let category = "premade"

    private static func json(_ voice: CatalogueVoice) -> JSONValue {
        [
            "voice_id": .string(voice.id),
            "name": .string(voice.name),
            "samples": nil,
            "category": .string(category),
            "fine_tuning": ["is_allowed_to_fine_tune": false, "state": [:], "verification_failures": []],
            "labels": .object(voice.labels.mapValues(JSONValue.string)),
            "description": .string(voice.description),
            "preview_url": nil,
            "available_for_tiers": [],
            "settings": settings,
            "sharing": nil,
            "high_quality_base_model_ids": ["eleven_multilingual_v2", "eleven_flash_v2_5"],
            "verified_languages": [],
            "collection_ids": [],
            "safety_control": nil,
            "voice_verification": nil,
            "permission_on_resource": nil,
            "is_owner": false,
            "is_legacy": .bool(voice.isLegacy),
            "is_mixed": false,
            "favorited_at_unix": nil,
            "created_at_unix": .integer(voice.createdAt),
            "is_bookmarked": nil,
        ]
    }
}
