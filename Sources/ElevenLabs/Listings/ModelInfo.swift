/// What the service says of one of its models: an entry of `GET /v1/models`. What it leaves out is nil.
public struct ModelInfo: Sendable, Hashable, Identifiable {
    /// `model_id`, as requests name it.
    public var id: Model
    /// `name`, for people.
    public var name: String?
    /// `description`, for people.
    public var description: String?
    /// `can_do_text_to_speech`: whether it takes a ``TextToSpeechRequest``.
    public var canDoTextToSpeech: Bool?
    /// `can_do_voice_conversion`: whether it takes a ``VoiceChangerRequest``.
    public var canDoVoiceConversion: Bool?
    /// `can_be_finetuned`.
    public var canBeFinetuned: Bool?
    /// `can_use_style`: whether ``VoiceSettings/style`` counts.
    public var canUseStyle: Bool?
    /// `can_use_speaker_boost`: whether ``VoiceSettings/useSpeakerBoost`` counts.
    public var canUseSpeakerBoost: Bool?
    /// `serves_pro_voices`.
    public var servesProVoices: Bool?
    /// `requires_alpha_access`.
    public var requiresAlphaAccess: Bool?
    /// `token_cost_factor`: credits a character.
    public var tokenCostFactor: Double?
    /// `model_rates.character_cost_multiplier`: credits a character.
    public var characterCostMultiplier: Double?
    /// `maximum_text_length_per_request`, in characters as Python counts them (Unicode scalars).
    public var maximumTextLength: Int?
    /// `concurrency_group`: models of one group share a limit of concurrent requests.
    public var concurrencyGroup: String?
    /// `languages` that it speaks; empty where none is named.
    public var languages: [Language] = []

    /// A language of a model.
    public struct Language: Sendable, Hashable, Identifiable {
        /// `language_id`, as in ``TextToSpeechRequest/languageCode``.
        public var id: String
        /// `name`, for people.
        public var name: String?

        /// Makes a language.
        public init(id: String, name: String? = nil) {
            self.id = id
            self.name = name
        }
    }

    /// Makes an entry of which nothing is known but its id.
    public init(id: Model) { self.id = id }
}

extension ModelInfo: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "model_id"
        case name, description, languages
        case canDoTextToSpeech = "can_do_text_to_speech"
        case canDoVoiceConversion = "can_do_voice_conversion"
        case canBeFinetuned = "can_be_finetuned"
        case canUseStyle = "can_use_style"
        case canUseSpeakerBoost = "can_use_speaker_boost"
        case servesProVoices = "serves_pro_voices"
        case requiresAlphaAccess = "requires_alpha_access"
        case tokenCostFactor = "token_cost_factor"
        case modelRates = "model_rates"
        case maximumTextLength = "maximum_text_length_per_request"
        case concurrencyGroup = "concurrency_group"
    }

    private enum RateKeys: String, CodingKey {
        case characterCostMultiplier = "character_cost_multiplier"
    }

    /// Reads the API's JSON. Only the id must be there; what is missing or of an unknown kind is nil.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(Model.self, forKey: .id)
        name = values.lenient(.name)
        description = values.lenient(.description)
        canDoTextToSpeech = values.lenient(.canDoTextToSpeech)
        canDoVoiceConversion = values.lenient(.canDoVoiceConversion)
        canBeFinetuned = values.lenient(.canBeFinetuned)
        canUseStyle = values.lenient(.canUseStyle)
        canUseSpeakerBoost = values.lenient(.canUseSpeakerBoost)
        servesProVoices = values.lenient(.servesProVoices)
        requiresAlphaAccess = values.lenient(.requiresAlphaAccess)
        tokenCostFactor = values.lenient(.tokenCostFactor)
        let rates = try? values.nestedContainer(keyedBy: RateKeys.self, forKey: .modelRates)
        characterCostMultiplier = rates?.lenient(.characterCostMultiplier)
        maximumTextLength = values.lenient(.maximumTextLength)
        concurrencyGroup = values.lenient(.concurrencyGroup)
        languages = values.list(.languages)
    }
}

extension ModelInfo.Language: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "language_id"
        case name
    }

    /// Reads the API's JSON.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = values.lenient(.name)
    }
}
