/// What the service says about an answer in its headers. Every field may be missing: not every endpoint, proxy or
/// version of the service sends it.
public struct ResponseMetadata: Sendable, Hashable {
    /// `request-id`: names this request for request stitching.
    public var requestID: String?
    /// `history-item-id`: names the audio in the account's history.
    public var historyItemID: String?
    /// `character-cost`: credits charged.
    public var characterCost: Int?
    /// `current-concurrent-requests`: how many requests of the account were running.
    public var currentConcurrentRequests: Int?
    /// `maximum-concurrent-requests`: how many the plan allows at once.
    public var maximumConcurrentRequests: Int?
    /// `tts-latency-ms`: what the service itself took, in milliseconds.
    public var latencyMilliseconds: Int?
    /// `x-trace-id`: names the request in the service's own logs; the only id an error carries.
    public var traceID: String?
    /// `x-region`: the region that served the request.
    public var region: String?

    /// Metadata of which nothing is known.
    public init() {}

    /// Reads the headers. - Parameter header: a header's value by its lower-case name.
    package init(header: (String) -> String?) {
        func text(_ name: String) -> String? {
            guard let value = header(name).map({ DisplayText.line($0, limit: 200) }), !value.isEmpty else { return nil }
            return value
        }
        func count(_ name: String) -> Int? { text(name).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }
        requestID = text("request-id")
        historyItemID = text("history-item-id")
        characterCost = count("character-cost")
        currentConcurrentRequests = count("current-concurrent-requests")
        maximumConcurrentRequests = count("maximum-concurrent-requests")
        latencyMilliseconds = count("tts-latency-ms")
        traceID = text("x-trace-id")
        region = text("x-region")
    }
}
