/// One request for speech: the path, query and body of `POST /v1/text-to-speech/{voice_id}/stream`, or of
/// `…/stream/with-timestamps`.
///
/// What is nil is not sent, and the service decides; nothing here stands in for a default of the service.
public struct TextToSpeechRequest: Sendable, Hashable {
    /// `voice_id` in the path.
    public var voiceID: String
    /// `text`: what to say; at least one character, at most ``Model/maximumTextLength``.
    public var text: String

    /// Whether the answer is to be lines of JSON, each a ``TimedAudio``, instead of bare audio.
    public var withTimestamps = false

    /// Query `output_format`; the service takes ``OutputFormat/standard``.
    public var outputFormat: OutputFormat?
    /// Query `enable_logging`; true. False (for enterprise customers) keeps nothing of the request.
    public var enableLogging: Bool?
    /// Query `optimize_streaming_latency`, 0 to 4. Deprecated by the service.
    public var optimizeStreamingLatency: Int?

    /// `model_id`; the service takes ``Model/standard``.
    public var modelID: Model?
    /// `language_code`: ISO 639-1, to hold a model to one language; not for `eleven_multilingual_v2`.
    public var languageCode: String?
    /// `voice_settings`, for this request only.
    public var voiceSettings: VoiceSettings?
    /// `pronunciation_dictionary_locators`, applied in order; at most 3.
    public var pronunciationDictionaryLocators: [PronunciationDictionaryLocator]?
    /// `seed`, 0 to 4294967295, for the same speech twice as far as the service can.
    public var seed: Int?
    /// `previous_text`: what was said before, for the tone; it is not spoken. Not with v3.
    public var previousText: String?
    /// `next_text`: what will be said after, for the tone; it is not spoken. Not with v3.
    public var nextText: String?
    /// `previous_request_ids`, at most 3; wins over ``previousText``. Not with v3.
    public var previousRequestIDs: [String]?
    /// `next_request_ids`, at most 3; wins over ``nextText``. Not with v3.
    public var nextRequestIDs: [String]?
    /// `apply_text_normalization`; auto.
    public var applyTextNormalization: TextNormalization?
    /// `apply_language_text_normalization`; false. Japanese only, and slow.
    public var applyLanguageTextNormalization: Bool?
    /// `use_pvc_as_ivc`; false. Deprecated by the service.
    public var usePVCAsIVC: Bool?
    /// `audio_effects`.
    public var audioEffects: AudioEffects?

    /// What the service takes as ``seed``.
    public static let seedRange = 0...4_294_967_295
    /// What the service takes as ``optimizeStreamingLatency``.
    public static let optimizeStreamingLatencyRange = 0...4
    /// The most entries each of the lists may have.
    public static let maximumListCount = 3

    /// Makes a request with what most need; the rest is set afterwards.
    public init(voiceID: String, text: String, modelID: Model? = nil, outputFormat: OutputFormat? = nil) {
        self.voiceID = voiceID
        self.text = text
        self.modelID = modelID
        self.outputFormat = outputFormat
    }

    /// The model that will speak: the one named, else the service's default.
    public var effectiveModel: Model { modelID ?? .standard }

    /// The format that will come: the one named, else the service's default.
    public var effectiveOutputFormat: OutputFormat { outputFormat ?? .standard }
}
