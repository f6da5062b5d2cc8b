/// A page of voices: the answer of `GET /v2/voices`.
public struct VoicePage: Sendable, Hashable {
    /// `voices`. The first page may hold more than the query asks for, since the default voices are added to it.
    public var voices: [Voice]
    /// `total_count` of the voices that match; nil where the service does not count.
    public var totalCount: Int?
    /// `next_page_token`: names the page behind this one; nil on the last.
    public var nextPageToken: String?

    /// Makes a page.
    public init(voices: [Voice], totalCount: Int? = nil, nextPageToken: String? = nil) {
        self.voices = voices
        self.totalCount = totalCount
        self.nextPageToken = nextPageToken
    }
}

extension VoicePage: Decodable {
    private enum CodingKeys: String, CodingKey {
        case voices
        case hasMore = "has_more"
        case totalCount = "total_count"
        case nextPageToken = "next_page_token"
    }

    /// Reads the API's JSON. The list of voices must be there; entries without an id are left out.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        voices = try values.decode(LossyList<Voice>.self, forKey: .voices).elements
        totalCount = values.lenient(.totalCount)
        let token: String? = values.lenient(.nextPageToken)
        let isLast = values.lenient(.hasMore) == false || token?.isEmpty == true
        nextPageToken = isLast ? nil : token
    }
}
