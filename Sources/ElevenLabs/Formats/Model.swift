/// A model's name, as in the API's `model_id`.
///
/// Any name may be given: the service adds models more often than libraries do. What is known about a name is told by
/// the properties; for an unknown one nothing is limited here, and the service decides.
public struct Model: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral {
    /// The API's name, as in `eleven_multilingual_v2`.
    public let rawValue: String

    /// A model by its id, known here or not.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A model by its id, known here or not.
    public init(stringLiteral value: String) { rawValue = value }

    /// Reads the id.
    public init(from decoder: any Decoder) throws { rawValue = try String(from: decoder) }
    /// Writes the id.
    public func encode(to encoder: any Encoder) throws { try rawValue.encode(to: encoder) }

    /// What the service takes for speech when a request names no model.
    public static let standard = multilingualV2

    /// Speech and dialogue in more than 70 languages, with audio tags; no request stitching.
    public static let v3: Model = "eleven_v3"
    /// The same for conversations.
    public static let v3Conversational: Model = "eleven_v3_conversational"
    /// The newest; takes only stability and similarity boost.
    public static let v4: Model = "eleven_v4"
    /// The newest, faster.
    public static let v4Turbo: Model = "eleven_v4_turbo"
    /// 29 languages; what the service takes where no model is named.
    public static let multilingualV2: Model = "eleven_multilingual_v2"
    /// Deprecated by the service.
    public static let multilingualV1: Model = "eleven_multilingual_v1"
    /// Deprecated by the service.
    public static let monolingualV1: Model = "eleven_monolingual_v1"
    /// English, at low latency.
    public static let flashV2: Model = "eleven_flash_v2"
    /// 32 languages at low latency, for half the credits.
    public static let flashV2Point5: Model = "eleven_flash_v2_5"
    /// Deprecated by the service; the same as flash.
    public static let turboV2: Model = "eleven_turbo_v2"
    /// Deprecated by the service; the same as flash.
    public static let turboV2Point5: Model = "eleven_turbo_v2_5"
    /// Voice changer, many languages.
    public static let multilingualVoiceChangerV2: Model = "eleven_multilingual_sts_v2"
    /// Voice changer, English.
    public static let englishVoiceChangerV2: Model = "eleven_english_sts_v2"

    /// What a model is for.
    public enum Use: Sendable, Hashable {
        /// Text to speech: `can_do_text_to_speech`.
        case textToSpeech
        /// Speech to speech: `can_do_voice_conversion`.
        case voiceChanger
    }

    /// What the model is for; nil for one that is not known here.
    public var use: Use? { limits?.use }

    /// The longest text one request may carry, in characters as Python counts them (Unicode scalars); nil where the
    /// service states none or the model is not known here.
    public var maximumTextLength: Int? { limits?.maximumTextLength }

    /// Whether a request may say what comes before and after it (`previous_text`, `next_text`, `previous_request_ids`,
    /// `next_request_ids`). The v3 models refuse such a request.
    public var takesStitching: Bool { limits?.takesStitching ?? true }

    private struct Limits {
        var use = Use.textToSpeech
        var maximumTextLength: Int?
        var takesStitching = true
    }

    private var limits: Limits? { Model.table[self] }

    private static let table: [Model: Limits] = [
        .v3: Limits(maximumTextLength: 5000, takesStitching: false),
        .v3Conversational: Limits(takesStitching: false),
        .v4: Limits(),
        .v4Turbo: Limits(),
        .multilingualV2: Limits(maximumTextLength: 10000),
        .multilingualV1: Limits(maximumTextLength: 10000),
        .monolingualV1: Limits(maximumTextLength: 10000),
        .flashV2: Limits(maximumTextLength: 30000),
        .flashV2Point5: Limits(maximumTextLength: 40000),
        .turboV2: Limits(maximumTextLength: 30000),
        .turboV2Point5: Limits(maximumTextLength: 40000),
        .multilingualVoiceChangerV2: Limits(use: .voiceChanger),
        .englishVoiceChangerV2: Limits(use: .voiceChanger),
    ]

    /// The models known here, in the order of their names.
    public static let known: [Model] = table.keys.sorted { $0.rawValue < $1.rawValue }
}

extension Model: CustomStringConvertible {
    /// The id.
    public var description: String { rawValue }
}
