import ElevenLabs

extension SpeechCall {
    /// Whether the request can be done, in the order in which the service asks once it knows who sent it.
    /// - Returns: what will be spoken.
    func check(_ configuration: Simulator.Configuration) throws(Refusal) -> CheckedCall {
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
        let format = try AudioChecks.format(outputFormat, streams: streams, plan: configuration.plan)
        let voice = try AudioChecks.voice(voiceID, configuration)
        try checkStoredThings(format)
        let stream = SpeechStream(
            text: text, after: previousRequestIDs.isEmpty ? previousText ?? "" : "", voice: voice.varied(bySeed: seed),
            speed: speed ?? 1, format: format,
            skipsDirections: model == .v3 || model == .v3Conversational
        )
        let answer: any AudioStream = isTimed ? TimedStream(speech: stream, isOneObject: !streams) : stream
        return CheckedCall(stream: answer, model: model, cost: Account.cost(of: text, model: model))
    }

    private func checkRanges() throws(Refusal) {
        try AudioChecks.settings(style: style, speed: speed)
        try AudioChecks.seed(seed)
        try AudioChecks.optimizeStreamingLatency(optimizeStreamingLatency)
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
