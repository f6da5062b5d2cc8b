/// A voice: an entry of `GET /v2/voices`. What the service leaves out is nil or empty.
public struct Voice: Sendable, Hashable, Identifiable {
    /// `voice_id`, as requests name it.
    public var id: String
    /// `name`, for people.
    public var name: String?
    /// `description`, for people.
    public var description: String?
    /// `category`, as in ``Category/premade``.
    public var category: Category?
    /// `labels`: accent, age, gender, use case and the like, under the service's names.
    public var labels: [String: String] = [:]
    /// `preview_url`: an MP3 to listen to.
    public var previewURL: String?
    /// `settings`: what is stored with the voice, and taken where a request sets nothing.
    public var settings: VoiceSettings?
    /// `high_quality_base_model_ids`: the models that speak it best.
    public var highQualityModels: [Model] = []
    /// `verified_languages`.
    public var verifiedLanguages: [VerifiedLanguage] = []
    /// `available_for_tiers`: the plans that may use it; empty where it is not limited.
    public var availableForTiers: [String] = []
    /// `is_owner`: whether it is the account's own.
    public var isOwner: Bool?
    /// `is_legacy`.
    public var isLegacy: Bool?
    /// `is_bookmarked`.
    public var isBookmarked: Bool?
    /// `created_at_unix`: seconds since 1970.
    public var createdAt: Int?

    /// Where a voice comes from: the API's `category`. Any name may come.
    public struct Category: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral {
        /// The API's name.
        public let rawValue: String

        /// A category by its name, known here or not.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// A category by its name, known here or not.
        public init(stringLiteral value: String) { rawValue = value }

        /// Made by the service.
        public static let premade: Category = "premade"
        /// An instant clone.
        public static let cloned: Category = "cloned"
        /// Designed from a description.
        public static let generated: Category = "generated"
        /// A professional clone.
        public static let professional: Category = "professional"
        /// A well-known person's.
        public static let famous: Category = "famous"
        /// Of the library, in high quality.
        public static let highQuality: Category = "high_quality"
    }

    /// A language in which somebody has listened to the voice: an entry of `verified_languages`.
    public struct VerifiedLanguage: Sendable, Hashable {
        /// `language`.
        public var language: String
        /// `model_id`: the model that speaks it.
        public var model: Model?
        /// `accent`.
        public var accent: String?
        /// `locale`, as in `en-US`.
        public var locale: String?
        /// `preview_url`: an MP3 to listen to.
        public var previewURL: String?

        /// Makes an entry.
        public init(
            language: String, model: Model? = nil, accent: String? = nil, locale: String? = nil,
            previewURL: String? = nil
        ) {
            self.language = language
            self.model = model
            self.accent = accent
            self.locale = locale
            self.previewURL = previewURL
        }
    }

    /// Makes a voice of which nothing is known but its id.
    public init(id: String) { self.id = id }
}

extension Voice: Decodable {
    private enum CodingKeys: String, CodingKey {
        case id = "voice_id"
        case name, description, category, labels, settings
        case previewURL = "preview_url"
        case highQualityModels = "high_quality_base_model_ids"
        case verifiedLanguages = "verified_languages"
        case availableForTiers = "available_for_tiers"
        case isOwner = "is_owner"
        case isLegacy = "is_legacy"
        case isBookmarked = "is_bookmarked"
        case createdAt = "created_at_unix"
    }

    /// Reads the API's JSON. Only the id must be there; what is missing or of an unknown kind is nil or empty.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = values.lenient(.name)
        description = values.lenient(.description)
        category = values.lenient(.category)
        labels = values.lenient(.labels, as: TextMap.self)?.texts ?? [:]
        previewURL = values.lenient(.previewURL)
        settings = values.lenient(.settings)
        highQualityModels = values.list(.highQualityModels)
        verifiedLanguages = values.list(.verifiedLanguages)
        availableForTiers = values.list(.availableForTiers)
        isOwner = values.lenient(.isOwner)
        isLegacy = values.lenient(.isLegacy)
        isBookmarked = values.lenient(.isBookmarked)
        createdAt = values.lenient(.createdAt)
    }
}

extension Voice.VerifiedLanguage: Decodable {
    private enum CodingKeys: String, CodingKey {
        case language, accent, locale
        case model = "model_id"
        case previewURL = "preview_url"
    }

    /// Reads the API's JSON. Only the language must be there.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        language = try values.decode(String.self, forKey: .language)
        model = values.lenient(.model)
        accent = values.lenient(.accent)
        locale = values.lenient(.locale)
        previewURL = values.lenient(.previewURL)
    }
}
