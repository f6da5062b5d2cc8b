import ElevenLabs

/// What the routes for audio ask alike, once they know who sent the request.
enum AudioChecks {
    static func settings(style: Double?, speed: Double?) throws(Refusal) {
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
    }

    static func seed(_ seed: Int?) throws(Refusal) {
        if let seed, !TextToSpeechRequest.seedRange.contains(seed) {
            throw .refuse(
                400, "validation_error", "invalid_parameters", "seed must be from 0 to 4294967295.", param: "seed"
            )
        }
    }

    static func optimizeStreamingLatency(_ level: Int?) throws(Refusal) {
        if let level, !TextToSpeechRequest.optimizeStreamingLatencyRange.contains(level) {
            throw .refuse(
                400, "validation_error", "invalid_parameters", "optimize_streaming_latency must be from 0 to 4.",
                param: "optimize_streaming_latency"
            )
        }
    }

    /// - Parameter streams: whether the answer is streamed, which a WAV file cannot be.
    static func format(_ name: String, streams: Bool, plan: Plan) throws(Refusal) -> OutputFormat {
        guard let format = OutputFormat(rawValue: name), format.isStreaming || !streams else {
            let allowed = streams ? OutputFormat.streaming : OutputFormat.allCases
            throw .refuse(
                400, "validation_error", "invalid_output_format",
                """
                \(DisplayText.line(name, limit: 40)) is no output format of this endpoint; there are \
                \(allowed.map(\.rawValue).joined(separator: ", ")).
                """,
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

    static func voice(_ id: String, _ configuration: Simulator.Configuration) throws(Refusal) -> VoiceProfile {
        guard let voice = CatalogueVoice.byID[id] else {
            let hasForm = id.utf8.count == 20 && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            if configuration.speaksUnknownVoices, hasForm { return VoiceProfile(unknownID: id) }
            throw .voiceNotFound(id)
        }
        guard !voice.isLegacy || configuration.plan > .free else {
            throw .refuse(
                402, "payment_required", "paid_plan_required",
                "The free plan cannot use voices of the library such as \(voice.name) over the API."
            )
        }
        return voice.profile
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
