extension TextToSpeechRequest: ServiceRequest {
    /// The path below the base URL, percent-encoded, so that a voice id with a `/` stays one part of it.
    package var path: String {
        "/v1/text-to-speech/\(PercentEncoding.component(voiceID))/stream" + (withTimestamps ? "/with-timestamps" : "")
    }

    package var query: [(name: String, value: String)] {
        speechQuery(
            outputFormat, enableLogging: enableLogging, optimizeStreamingLatency: optimizeStreamingLatency)
    }

    /// The body: compact JSON in UTF-8, keys in alphabetical order, only what was set.
    ///
    /// Fails only for a number that JSON has no word for (NaN, infinity).
    package func jsonBody() throws(InvalidRequest) -> [UInt8] { try json(Body(self)) }

    private struct Body: Encodable {
        let request: TextToSpeechRequest

        init(_ request: TextToSpeechRequest) { self.request = request }

        enum CodingKeys: String, CodingKey {
            case text
            case modelID = "model_id"
            case languageCode = "language_code"
            case voiceSettings = "voice_settings"
            case pronunciationDictionaryLocators = "pronunciation_dictionary_locators"
            case seed
            case previousText = "previous_text"
            case nextText = "next_text"
            case previousRequestIDs = "previous_request_ids"
            case nextRequestIDs = "next_request_ids"
            case applyTextNormalization = "apply_text_normalization"
            case applyLanguageTextNormalization = "apply_language_text_normalization"
            case usePVCAsIVC = "use_pvc_as_ivc"
            case audioEffects = "audio_effects"
        }

        func encode(to encoder: any Encoder) throws {
            var body = encoder.container(keyedBy: CodingKeys.self)
            try body.encode(request.text, forKey: .text)
            try body.encodeIfPresent(request.modelID, forKey: .modelID)
            try body.encodeIfPresent(request.languageCode, forKey: .languageCode)
            if let settings = request.voiceSettings, !settings.isEmpty {
                try body.encode(settings, forKey: .voiceSettings)
            }
            try body.encodeIfPresent(
                request.pronunciationDictionaryLocators, forKey: .pronunciationDictionaryLocators
            )
            try body.encodeIfPresent(request.seed, forKey: .seed)
            try body.encodeIfPresent(request.previousText, forKey: .previousText)
            try body.encodeIfPresent(request.nextText, forKey: .nextText)
            try body.encodeIfPresent(request.previousRequestIDs, forKey: .previousRequestIDs)
            try body.encodeIfPresent(request.nextRequestIDs, forKey: .nextRequestIDs)
            try body.encodeIfPresent(request.applyTextNormalization, forKey: .applyTextNormalization)
            try body.encodeIfPresent(request.applyLanguageTextNormalization, forKey: .applyLanguageTextNormalization)
            try body.encodeIfPresent(request.usePVCAsIVC, forKey: .usePVCAsIVC)
            if let effects = request.audioEffects, !effects.isEmpty {
                try body.encode(effects, forKey: .audioEffects)
            }
        }
    }
}
