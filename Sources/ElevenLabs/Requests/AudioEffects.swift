/// Effects the service lays on the speech: the API's `audio_effects`. What is nil is not sent.
///
/// Reverberation and panning make the answer stereo, so the service refuses them with PCM, µ-law and A-law.
public struct AudioEffects: Sendable, Hashable, Codable {
    /// `filter_preset_id`, from the service's catalogue of effects.
    public var filterPresetID: String?
    /// `distance` of the speaker, 0 to 1.
    public var distance: Double?
    /// `environment_id`: the room, from the service's catalogue.
    public var environmentID: String?
    /// `background_noise_id`, from the service's catalogue.
    public var backgroundNoiseID: String?
    /// `send_level`: how much goes to the room, 0 to 1.
    public var sendLevel: Double?
    /// `pan`: -1 is left, 1 is right.
    public var pan: Double?

    /// What the service takes as ``distance``.
    public static let distanceRange = 0.0...1.0
    /// What the service takes as ``sendLevel``.
    public static let sendLevelRange = 0.0...1.0
    /// What the service takes as ``pan``.
    public static let panRange = -1.0...1.0

    /// Makes effects; what is nil is not sent.
    public init(
        filterPresetID: String? = nil, distance: Double? = nil, environmentID: String? = nil,
        backgroundNoiseID: String? = nil, sendLevel: Double? = nil, pan: Double? = nil
    ) {
        self.filterPresetID = filterPresetID
        self.distance = distance
        self.environmentID = environmentID
        self.backgroundNoiseID = backgroundNoiseID
        self.sendLevel = sendLevel
        self.pan = pan
    }

    /// Whether nothing is set, so that nothing need be sent.
    public var isEmpty: Bool { self == AudioEffects() }

    /// Whether the answer comes in stereo.
    public var makesStereo: Bool { environmentID != nil || pan != nil }

    enum CodingKeys: String, CodingKey {
        case filterPresetID = "filter_preset_id"
        case distance
        case environmentID = "environment_id"
        case backgroundNoiseID = "background_noise_id"
        case sendLevel = "send_level"
        case pan
    }

    /// What the service would refuse.
    public func validate() -> [RequestFinding] {
        [
            RequestFinding("audio_effects.distance", distance, in: Self.distanceRange),
            RequestFinding("audio_effects.send_level", sendLevel, in: Self.sendLevelRange),
            RequestFinding("audio_effects.pan", pan, in: Self.panRange),
        ].compactMap { $0 }
    }
}
