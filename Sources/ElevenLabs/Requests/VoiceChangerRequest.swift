/// One request that gives speech another voice: the path, query and form fields of
/// `POST /v1/speech-to-speech/{voice_id}/stream`. The audio is given when the request is sent.
///
/// What is nil is not sent, and the service decides; nothing here stands in for a default of the service.
public struct VoiceChangerRequest: Sendable, Hashable {
    /// `voice_id` in the path.
    public var voiceID: String

    /// Query `output_format`; the service takes ``OutputFormat/standard``.
    public var outputFormat: OutputFormat?
    /// Query `enable_logging`; true. False (for enterprise customers) keeps nothing of the request.
    public var enableLogging: Bool?
    /// Query `optimize_streaming_latency`, 0 to 4. Deprecated by the service.
    public var optimizeStreamingLatency: Int?

    /// `model_id`; the service takes ``standardModel``.
    public var modelID: Model?
    /// `voice_settings`, for this request only.
    public var voiceSettings: VoiceSettings?
    /// `seed`, 0 to 4294967295, for the same answer twice as far as the service can.
    public var seed: Int?
    /// `remove_background_noise`; false. True isolates the voice first.
    public var removeBackgroundNoise: Bool?
    /// `file_format`: what the audio is; the service takes ``UploadFormat/other``.
    public var fileFormat: UploadFormat?

    /// The model the service takes where a request names none.
    public static let standardModel = Model.englishVoiceChangerV2
    /// What the service takes as ``seed``.
    public static let seedRange = TextToSpeechRequest.seedRange
    /// What the service takes as ``optimizeStreamingLatency``.
    public static let optimizeStreamingLatencyRange = TextToSpeechRequest.optimizeStreamingLatencyRange
    /// The longest audio that one request may carry.
    public static let maximumDuration = Duration.seconds(300)
    /// The most bytes of audio that one request may carry.
    public static let maximumBytes = 50_000_000

    /// Makes a request with what most need; the rest is set afterwards.
    public init(
        voiceID: String, modelID: Model? = nil, outputFormat: OutputFormat? = nil, fileFormat: UploadFormat? = nil
    ) {
        self.voiceID = voiceID
        self.modelID = modelID
        self.outputFormat = outputFormat
        self.fileFormat = fileFormat
    }

    /// The model that will speak: the one named, else the service's default.
    public var effectiveModel: Model { modelID ?? Self.standardModel }

    /// The format that will come: the one named, else the service's default.
    public var effectiveOutputFormat: OutputFormat { outputFormat ?? .standard }

    /// Everything the service would refuse, as far as its documentation tells; empty for a request that may be sent.
    public func validate() -> [RequestFinding] {
        [
            .voiceID(voiceID),
            .streaming(outputFormat),
            RequestFinding(
                "optimize_streaming_latency", optimizeStreamingLatency, in: Self.optimizeStreamingLatencyRange),
            validateModel(),
            RequestFinding("seed", seed, in: Self.seedRange),
        ].compactMap { $0 } + (voiceSettings?.validate() ?? [])
    }

    private func validateModel() -> RequestFinding? {
        guard let modelID, let use = modelID.use, use != .voiceChanger else { return nil }
        let models = Model.known.filter { $0.use == .voiceChanger }.map(\.rawValue)
        return RequestFinding(
            field: "model_id", value: modelID.rawValue,
            allowed: "a voice changer's model (\(models.joined(separator: " or ")))")
    }
}
