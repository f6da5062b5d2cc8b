extension TextToSpeechRequest {
    /// Everything the service would refuse, as far as its documentation tells; empty for a request that may be sent.
    ///
    /// Characters are counted as the service's Python does, in Unicode scalars: `é` written with a combining accent is
    /// two, and a flag emoji is two.
    public func validate() -> [RequestFinding] {
        var findings = [RequestFinding.voiceID(voiceID)].compactMap { $0 }
        findings += validateText()
        findings += [
            .streaming(outputFormat),
            RequestFinding(
                "optimize_streaming_latency", optimizeStreamingLatency, in: Self.optimizeStreamingLatencyRange
            ),
            RequestFinding(
                "pronunciation_dictionary_locators", count: pronunciationDictionaryLocators?.count,
                atMost: Self.maximumListCount
            ),
            RequestFinding("seed", seed, in: Self.seedRange),
            RequestFinding("previous_request_ids", count: previousRequestIDs?.count, atMost: Self.maximumListCount),
            RequestFinding("next_request_ids", count: nextRequestIDs?.count, atMost: Self.maximumListCount),
        ].compactMap { $0 }
        findings += validateStitching()
        findings += voiceSettings?.validate() ?? []
        findings += validateEffects()
        return findings
    }

    private func validateText() -> [RequestFinding] {
        let length = text.unicodeScalars.count
        guard length > 0 else {
            return [RequestFinding(field: "text", value: "empty", allowed: "at least one character long")]
        }
        guard let limit = effectiveModel.maximumTextLength, length > limit else { return [] }
        return [
            RequestFinding(
                field: "text", value: "\(length) characters long",
                allowed: "at most \(limit) with \(effectiveModel.rawValue)"
            )
        ]
    }

    private func validateStitching() -> [RequestFinding] {
        guard !effectiveModel.takesStitching else { return [] }
        let fields: [(String, Bool)] = [
            ("previous_text", previousText != nil), ("next_text", nextText != nil),
            ("previous_request_ids", previousRequestIDs != nil), ("next_request_ids", nextRequestIDs != nil),
        ]
        return fields.filter(\.1).map {
            RequestFinding(field: $0.0, value: "set", allowed: "left out with \(effectiveModel.rawValue)")
        }
    }

    private func validateEffects() -> [RequestFinding] {
        guard let audioEffects else { return [] }
        var findings = audioEffects.validate()
        if audioEffects.makesStereo, [.pcm, .ulaw, .alaw].contains(effectiveOutputFormat.codec) {
            findings.append(
                RequestFinding(
                    field: "audio_effects", value: "stereo (environment_id or pan)",
                    allowed: "mono with \(effectiveOutputFormat.rawValue)"
                )
            )
        }
        return findings
    }
}
