import ElevenLabs
import GLib

/// A request to say a recording in another voice.
struct VoiceChangerCall: AudioCall {
    private var voiceID: String
    private var streams: Bool
    private var audio: UploadedAudio
    private var model: Model
    private var outputFormat: String
    private var optimizeStreamingLatency: Int?
    private var settings: String?
    private var seed: Int?
    private var removesNoise: Bool

    /// - Throws: ``Refusal/validation(_:)`` with everything that has the wrong form.
    init(_ call: Call, _ form: UploadForm, voiceID: String, streams: Bool) throws(Refusal) {
        var reader = FieldReader()
        self.voiceID = voiceID
        self.streams = streams
        _ = reader.bool(call.query("enable_logging").map(JSONValue.string), at: "query", "enable_logging")
        optimizeStreamingLatency = reader.integer(
            call.query("optimize_streaming_latency").map(JSONValue.string), at: "query", "optimize_streaming_latency"
        )
        outputFormat = call.query("output_format") ?? OutputFormat.standard.rawValue
        let bytes = form.file("audio", &reader)
        model =
            reader.string(form.text("model_id"), at: "body", "model_id").map(Model.init(rawValue:))
            ?? .englishVoiceChangerV2
        settings = reader.string(form.text("voice_settings"), at: "body", "voice_settings")
        seed = reader.integer(form.text("seed"), at: "body", "seed")
        removesNoise =
            reader.bool(form.text("remove_background_noise"), at: "body", "remove_background_noise") ?? false
        let format = form.fileFormat(&reader)
        guard let bytes, reader.findings.isEmpty else { throw .validation(reader.findings) }
        audio = UploadedAudio(bytes: bytes, format: format)
    }

    func check(_ configuration: Simulator.Configuration) async throws -> CheckedCall {
        try AudioChecks.seed(seed)
        try AudioChecks.optimizeStreamingLatency(optimizeStreamingLatency)
        let similarityBoost = try checkSettings()
        guard let use = model.use else {
            throw Refusal.refuse(
                400, "invalid_request", "model_not_found", "A model with the id \(model) does not exist.",
                param: "model_id"
            )
        }
        guard use == .voiceChanger else {
            throw Refusal.refuse(
                400, "invalid_request", "unsupported_model", "The model \(model) cannot do voice conversion.",
                param: "model_id"
            )
        }
        let format = try AudioChecks.format(outputFormat, streams: streams, plan: configuration.plan)
        _ = try AudioChecks.voice(voiceID, configuration)
        try format.requirement?.check()
        if removesNoise { try NoiseSuppression.requirement.check() }
        let count = try await UploadLimits.voiceChanger.measure(audio)
        let stream = ConversionStream(
            audio: audio, sampleCount: count, suppressesNoise: removesNoise,
            conversion: VoiceConversion(voiceID: voiceID).varied(bySeed: seed).similar(similarityBoost), format: format
        )
        return CheckedCall(stream: stream, model: model, cost: UploadLimits.cost(ofSamples: count))
    }

    /// The settings come as a text, which the service's validation lets through as it is: what is wrong in it is told once
    /// the sender is known. With which codes is not confirmed.
    /// - Returns: `similarity_boost`.
    private func checkSettings() throws(Refusal) -> Double? {
        guard let settings else { return nil }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: Array(settings.utf8))
        } catch {
            throw .refuse(
                400, "invalid_request", "malformed_json",
                "voice_settings is not JSON from the character \(error.offset) on.", param: "voice_settings"
            )
        }
        if json == .null { return nil }
        var reader = FieldReader()
        let fields = reader.object(json, at: "voice_settings")
        _ = reader.number(fields?["stability"], in: 0...1, at: "voice_settings", "stability")
        let similarityBoost = reader.number(
            fields?["similarity_boost"], in: 0...1, at: "voice_settings", "similarity_boost"
        )
        let style = reader.number(fields?["style"], at: "voice_settings", "style")
        let speed = reader.number(fields?["speed"], at: "voice_settings", "speed")
        _ = reader.bool(fields?["use_speaker_boost"], at: "voice_settings", "use_speaker_boost")
        if let finding = reader.findings.first {
            let path = finding.path.compactMap { if case .name(let name) = $0 { name } else { nil } }
            throw .refuse(
                400, "validation_error", "invalid_voice_settings",
                "\(path.joined(separator: ".")): \(finding.message).", param: path.joined(separator: ".")
            )
        }
        try AudioChecks.settings(style: style, speed: speed)
        return similarityBoost
    }
}
