import HTTP

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What every request to the service has: a path, a query, and a body that goes out in a POST with the key apart.
package protocol ServiceRequest {
    /// The path below the base URL, percent-encoded.
    var path: String { get }
    /// The query's names and values, not encoded, in a fixed order; only what was set.
    var query: [(name: String, value: String)] { get }

    /// Everything the service would refuse, as far as its documentation tells; empty for a request that may be sent.
    func validate() -> [RequestFinding]
}

extension ServiceRequest {
    /// Path and query as they stand in the request line.
    package var target: String {
        guard !query.isEmpty else { return path }
        return path + "?"
            + query.map { "\(PercentEncoding.component($0.name))=\(PercentEncoding.component($0.value))" }
            .joined(separator: "&")
    }

    /// The query of the endpoints that speak.
    func speechQuery(
        _ outputFormat: OutputFormat?, enableLogging: Bool?, optimizeStreamingLatency: Int?
    ) -> [(name: String, value: String)] {
        [
            outputFormat.map { ("output_format", $0.rawValue) },
            enableLogging.map { ("enable_logging", $0 ? "true" : "false") },
            optimizeStreamingLatency.map { ("optimize_streaming_latency", "\($0)") },
        ].compactMap { $0 }
    }

    func post(_ body: HTTPBody, baseURL: BaseURL, key: Secret, timeouts: HTTPTimeouts) -> HTTPRequest {
        HTTPRequest(
            method: "POST", url: baseURL.string + target, headers: HTTPHeaders([("Accept", "*/*")]),
            secretHeader: ("xi-api-key", key), body: body, timeouts: timeouts)
    }

    /// Compact JSON in UTF-8, keys in alphabetical order.
    ///
    /// Fails only for a number that JSON has no word for (NaN, infinity).
    func json(_ value: some Encodable) throws(InvalidRequest) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value))
        } catch {
            let findings = validate()
            throw InvalidRequest(
                findings: findings.isEmpty
                    ? [RequestFinding(field: "body", value: "not JSON (\(error))", allowed: "finite numbers and text")]
                    : findings
            )
        }
    }
}
