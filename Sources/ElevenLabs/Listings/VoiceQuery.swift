/// Which voices to list: the query of `GET /v2/voices`. What is nil or empty is not sent.
public struct VoiceQuery: Sendable, Hashable {
    /// `search`: words in name, description, labels or category.
    public var search: String?
    /// `sort`; the service decides where it is not set.
    public var sort: Sort?
    /// `sort_direction`.
    public var sortDirection: SortDirection?
    /// `voice_type`: whose voices.
    public var voiceType: VoiceType?
    /// `category`: `premade`, `cloned`, `generated` or `professional`.
    public var category: Voice.Category?
    /// `collection_id`.
    public var collectionID: String?
    /// `gender`, as in ``Voice/labels``.
    public var gender: String?
    /// `age`, as in ``Voice/labels``.
    public var age: String?
    /// `accent`, as in ``Voice/labels``.
    public var accent: String?
    /// `language`: any of these.
    public var languages: [String] = []
    /// `use_cases`: any of these.
    public var useCases: [String] = []
    /// `voice_ids`: these and no others, at most 100.
    public var voiceIDs: [String] = []
    /// `page_size`, 1 to 100; 10 where a single page is asked for.
    public var pageSize: Int?
    /// `include_total_count`; true. False is faster.
    public var includeTotalCount: Bool?

    /// What to sort by.
    public enum Sort: String, Sendable, Hashable, CaseIterable {
        /// `created_at_unix`: the time of making.
        case createdAt = "created_at_unix"
        /// `name`.
        case name
    }

    /// Which way to sort.
    public enum SortDirection: String, Sendable, Hashable, CaseIterable {
        /// `asc`: from small to large.
        case ascending = "asc"
        /// `desc`: from large to small.
        case descending = "desc"
    }

    /// Whose voices.
    public enum VoiceType: String, Sendable, Hashable, CaseIterable {
        /// The account's own.
        case personal
        /// Those of the voice library that the account has added.
        case community
        /// The service's own. The API's `default`.
        case standard = "default"
        /// The workspace's.
        case workspace
        /// All but the service's own.
        case nonDefault = "non-default"
        /// All but those of the voice library.
        case nonCommunity = "non-community"
        /// Those that were saved.
        case saved
    }

    /// What the service takes as ``pageSize``.
    public static let pageSizeRange = 1...100
    /// The most ``voiceIDs`` of one query.
    public static let maximumVoiceIDs = 100

    /// Makes a query; what else there is is set afterwards.
    public init(search: String? = nil) { self.search = search }

    /// Everything the service would refuse, as far as its documentation tells; empty for a query that may be sent.
    public func validate() -> [RequestFinding] {
        [
            RequestFinding("page_size", pageSize, in: Self.pageSizeRange),
            RequestFinding("voice_ids", count: voiceIDs.count, atMost: Self.maximumVoiceIDs),
        ].compactMap { $0 }
    }

    /// The query as it stands behind the path, with its question mark.
    func text(after token: String?) -> String {
        let single: [(String, String?)] = [
            ("page_size", pageSize.map(String.init)), ("next_page_token", token), ("search", search),
            ("sort", sort?.rawValue), ("sort_direction", sortDirection?.rawValue),
            ("voice_type", voiceType?.rawValue), ("category", category?.rawValue),
            ("collection_id", collectionID), ("gender", gender), ("age", age), ("accent", accent),
            ("include_total_count", includeTotalCount.map { $0 ? "true" : "false" }),
        ]
        let repeated = [("language", languages), ("use_cases", useCases), ("voice_ids", voiceIDs)]
        let fields =
            single.compactMap { name, value in value.map { (name, $0) } }
            + repeated.flatMap { name, values in values.map { (name, $0) } }
        guard !fields.isEmpty else { return "" }
        return "?" + fields.map { "\($0.0)=\(PercentEncoding.component($0.1))" }.joined(separator: "&")
    }
}
