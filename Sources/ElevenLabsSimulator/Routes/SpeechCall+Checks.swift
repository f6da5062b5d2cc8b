import ElevenLabs

extension SpeechCall {
    /// Whether the request can be done, in the order in which the service asks once it knows who sent it.
    /// - Returns: what will be spoken.
    func check(_ configuration: Simulator.Configuration) throws(Refusal) -> SpeechStream {
        try checkRanges()
        guard !text.isEmpty else {
            throw .refuse(
                400, "validation_error", "empty_text", "The text must hold at least one character.", param: "text"
            )
        }
        guard let use = model.use else {
            throw .refuse(
                400, "invalid_request", "model_not_found", "A model with the id \(model) does not exist.",
                param: "model_id"
            )
        }
        guard use == .textToSpeech else {
            throw .refuse(
                400, "invalid_request", "unsupported_model", "The model \(model) cannot do text to speech.",
                param: "model_id"
            )
        }
        let length = text.unicodeScalars.count
        if let limit = model.maximumTextLength, length > limit {
            throw .refuse(
                400, "validation_error", "text_too_long",
                "The text has \(length) characters; \(model) takes at most \(limit) in one request.",
                legacy: "max_character_limit_exceeded", param: "text"
            )
        }
        if isStitched, !model.takesStitching {
            throw .refuse(
                400, "invalid_request", "unsupported_model",
                "previous_text, next_text, previous_request_ids and next_request_ids do not go with \(model).",
                param: "model_id"
            )
        }
        let format = try checkFormat(configuration.plan)
        let voice = try checkVoice(configuration)
        try checkStoredThings(format)
        return SpeechStream(
            text: text, voice: voice.varied(bySeed: seed), speed: speed ?? 1, format: format,
            skipsDirections: model == .v3 || model == .v3Conversational
        )
    }

    private func checkRanges() throws(Refusal) {
        for (name, value, range) in [
            ("style", style, VoiceSettings.styleRange), ("speed", speed, VoiceSettings.speedRange),
        ] {
            if let value, !range.contains(value) {
                throw .refuse(
                    400, "validation_error", "invalid_voice_settings",
                    "\(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound).", param: name
                )
            }
        }
        if let seed, !TextToSpeechRequest.seedRange.contains(seed) {
            throw .refuse(
                400, "validation_error", "invalid_parameters", "seed must be from 0 to 4294967295.", param: "seed"
            )
        }
        if let level = optimizeStreamingLatency, !TextToSpeechRequest.optimizeStreamingLatencyRange.contains(level) {
            throw .refuse(
                400, "validation_error", "invalid_parameters", "optimize_streaming_latency must be from 0 to 4.",
                param: "optimize_streaming_latency"
            )
        }
        for (name, list) in [
            ("pronunciation_dictionary_locators", dictionaryIDs), ("previous_request_ids", previousRequestIDs),
            ("next_request_ids", nextRequestIDs),
        ] where list.count > TextToSpeechRequest.maximumListCount {
            throw .refuse(
                400, "validation_error", "invalid_parameters",
                "\(name) holds \(list.count) entries; at most \(TextToSpeechRequest.maximumListCount) are allowed.",
                param: name
            )
        }
    }

    private func checkFormat(_ plan: Plan) throws(Refusal) -> OutputFormat {
        guard let format = OutputFormat(rawValue: outputFormat), format.isStreaming else {
            let allowed = OutputFormat.streaming.map(\.rawValue).joined(separator: ", ")
            throw .refuse(
                400, "validation_error", "invalid_output_format",
                "\(DisplayText.line(outputFormat, limit: 40)) is no output format of this endpoint; there are \(allowed).",
                param: "output_format"
            )
        }
        guard plan >= format.requiredPlan else {
            throw .refuse(
                403, "authorization_error", "output_format_not_allowed",
                "\(format) needs the plan \(format.requiredPlan.rawValue) or a larger one.", param: "output_format"
            )
        }
        return format
    }

    private func checkVoice(_ configuration: Simulator.Configuration) throws(Refusal) -> VoiceProfile {
        guard let voice = CatalogueVoice.byID[voiceID] else {
            let hasForm = voiceID.utf8.count == 20 && voiceID.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            if configuration.speaksUnknownVoices, hasForm { return VoiceProfile(unknownID: voiceID) }
            throw .voiceNotFound(voiceID)
        }
        guard !voice.isLegacy || configuration.plan > .free else {
            throw .refuse(
                402, "payment_required", "paid_plan_required",
                "The free plan cannot use voices of the library such as \(voice.name) over the API."
            )
        }
        return voice.profile
    }

    /// The simulator stores no dictionaries and no effects, so none that a request names is there.
    private func checkStoredThings(_ format: OutputFormat) throws(Refusal) {
        if let id = dictionaryIDs.first {
            throw .refuse(
                404, "not_found", "pronunciation_dictionary_not_found",
                "A pronunciation dictionary with the id \(DisplayText.line(id, limit: 60)) does not exist.",
                param: "pronunciation_dictionary_locators"
            )
        }
        guard let effects else { return }
        for name in ["filter_preset_id", "environment_id", "background_noise_id"] where effects[name] != nil {
            throw .refuse(
                404, "not_found", "audio_effect_not_found", "This \(name) is in no catalogue.",
                param: "audio_effects.\(name)"
            )
        }
        if effects["pan"] != nil, [.pcm, .ulaw, .alaw].contains(format.codec) {
            throw .refuse(
                400, "validation_error", "invalid_parameters", "pan makes stereo, which \(format) cannot hold.",
                param: "audio_effects.pan"
            )
        }
    }
}

extension Refusal {
    static func voiceNotFound(_ id: String) -> Refusal {
        .refuse(
            404, "not_found", "voice_not_found",
            "A voice with the id \(DisplayText.line(id, limit: 60)) was not found.", param: "voice_id"
        )
    }
}
