import ElevenLabs

/// `GET /v1/models`.
enum ModelsRoute {
    static func answer() -> Answer { .json(.array(models.map(json))) }

    /// Everything but what has no length limit to speak of, the fast ones first as in the service's list.
    private static let models = Model.known.filter { $0 != .v3Conversational }

    private static func json(_ model: Model) -> JSONValue {
        let speaks = model.use == .textToSpeech
        let isEnglish = [.flashV2, .turboV2, .monolingualV1, .englishVoiceChangerV2].contains(model)
        let languages: [(String, String)] = isEnglish ? [("en", "English")] : Self.languages
        return [
            "model_id": .string(model.rawValue),
            "name": .string(name(model)),
            "description": .string("The simulator's stand-in for \(model)."),
            "can_be_finetuned": false,
            "can_do_text_to_speech": .bool(speaks),
            "can_do_voice_conversion": .bool(!speaks),
            "can_use_style": .bool(!model.isFast),
            "can_use_speaker_boost": .bool(model != .v3),
            "serves_pro_voices": false,
            "token_cost_factor": .number(model.isFast ? 0.5 : 1),
            "requires_alpha_access": false,
            "max_characters_request_free_user": .integer(limit(model)),
            "max_characters_request_subscribed_user": .integer(limit(model)),
            "maximum_text_length_per_request": .integer(limit(model)),
            "languages": .array(
                languages.map { ["language_id": .string($0.0), "name": .string($0.1)] }
            ),
            "model_rates": ["character_cost_multiplier": .number(model.isFast ? 0.5 : 1)],
            "concurrency_group": .string(model.isFast ? "turbo" : "standard"),
        ]
    }

    private static func limit(_ model: Model) -> Int { model.maximumTextLength ?? 10000 }

    /// `Eleven Flash v2.5` for `eleven_flash_v2_5`.
    private static func name(_ model: Model) -> String {
        var name = ""
        for (index, part) in model.rawValue.split(separator: "_").enumerated() {
            let isVersion = part.first == "v" && part.dropFirst().allSatisfy(\.isNumber)
            if part.allSatisfy(\.isNumber) {
                name += ".\(part)"
            } else if part == "sts" {
                name += " STS"
            } else {
                name +=
                    (index == 0 ? "" : " ")
                    + (isVersion ? String(part) : part.prefix(1).uppercased() + part.dropFirst())
            }
        }
        return name
    }

    private static let languages = [
        ("en", "English"), ("ja", "Japanese"), ("zh", "Chinese"), ("de", "German"), ("hi", "Hindi"), ("fr", "French"),
        ("ko", "Korean"), ("pt", "Portuguese"), ("it", "Italian"), ("es", "Spanish"), ("ar", "Arabic"),
        ("ru", "Russian"), ("uk", "Ukrainian"), ("el", "Greek"), ("pl", "Polish"), ("tr", "Turkish"),
    ]
}
