/// Names a pronunciation dictionary stored with the service: an entry of `pronunciation_dictionary_locators`.
public struct PronunciationDictionaryLocator: Sendable, Hashable, Codable {
    /// `pronunciation_dictionary_id`.
    public var dictionaryID: String
    /// `version_id`; nil takes the latest version.
    public var versionID: String?

    /// Names a dictionary, and perhaps a version of it.
    public init(dictionaryID: String, versionID: String? = nil) {
        self.dictionaryID = dictionaryID
        self.versionID = versionID
    }

    enum CodingKeys: String, CodingKey {
        case dictionaryID = "pronunciation_dictionary_id"
        case versionID = "version_id"
    }
}
