/// How a voice speaks in one request: the API's `voice_settings`. What is nil is not sent, and the service then takes
/// the settings stored with the voice.
public struct VoiceSettings: Sendable, Hashable, Codable {
    /// `stability`: high is even, low is lively; 0 to 1, 0.5 where nothing is stored.
    public var stability: Double?
    /// `similarity_boost`: how closely to keep to the original voice; 0 to 1, 0.75 where nothing is stored.
    public var similarityBoost: Double?
    /// `style`: how much to exaggerate the speaker's style; 0 to 1, 0 where nothing is stored. Above 0 it costs time.
    public var style: Double?
    /// `use_speaker_boost`: closer to the original speaker, at the cost of a little time; true where nothing is stored.
    public var useSpeakerBoost: Bool?
    /// `speed`: a factor on the speed of speech; 0.7 to 1.2, 1 where nothing is stored.
    public var speed: Double?
    /// `clone_strength`: 0 to 1, for professional clones with the v4 models only.
    public var cloneStrength: Double?

    /// What the service takes as ``stability``.
    public static let stabilityRange = 0.0...1.0
    /// What the service takes as ``similarityBoost``.
    public static let similarityBoostRange = 0.0...1.0
    /// What the service takes as ``style``.
    public static let styleRange = 0.0...1.0
    /// What the service takes as ``speed``.
    public static let speedRange = 0.7...1.2
    /// What the service takes as ``cloneStrength``.
    public static let cloneStrengthRange = 0.0...1.0

    /// Makes settings; what is nil is not sent.
    public init(
        stability: Double? = nil, similarityBoost: Double? = nil, style: Double? = nil, useSpeakerBoost: Bool? = nil,
        speed: Double? = nil, cloneStrength: Double? = nil
    ) {
        self.stability = stability
        self.similarityBoost = similarityBoost
        self.style = style
        self.useSpeakerBoost = useSpeakerBoost
        self.speed = speed
        self.cloneStrength = cloneStrength
    }

    /// Whether nothing is set, so that nothing need be sent.
    public var isEmpty: Bool { self == VoiceSettings() }

    enum CodingKeys: String, CodingKey {
        case stability
        case similarityBoost = "similarity_boost"
        case style
        case useSpeakerBoost = "use_speaker_boost"
        case speed
        case cloneStrength = "clone_strength"
    }

    /// What the service would refuse.
    public func validate() -> [RequestFinding] {
        [
            RequestFinding("voice_settings.stability", stability, in: Self.stabilityRange),
            RequestFinding("voice_settings.similarity_boost", similarityBoost, in: Self.similarityBoostRange),
            RequestFinding("voice_settings.style", style, in: Self.styleRange),
            RequestFinding("voice_settings.speed", speed, in: Self.speedRange),
            RequestFinding("voice_settings.clone_strength", cloneStrength, in: Self.cloneStrengthRange),
        ].compactMap { $0 }
    }
}
