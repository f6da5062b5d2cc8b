import GLib
import HTTP

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A call that is answered with JSON.
extension ClientCall {
    /// The longest answer that is taken, in bytes.
    private static let limit = 32 << 20

    /// Asks for JSON and reads it. - Parameter target: path and query.
    func list<Value: Decodable & Sendable>(
        _ target: String, as type: Value.Type
    ) async throws(ElevenLabsClientError) -> Value {
        try await run { key throws(ElevenLabsClientError) in
            let request = HTTPRequest(
                url: client.baseURL.string + target, headers: HTTPHeaders([("Accept", "application/json")]),
                secretHeader: ("xi-api-key", key), timeouts: client.timeouts.http)
            let (bytes, requestID) = try await body(of: request, key: key)
            do {
                let value = try JSONDecoder().decode(type, from: Data(bytes.array))
                tell(.ended(receivedBytes: bytes.count))
                return value
            } catch {
                throw .unexpectedAnswer(
                    reason: "the service's answer to \(operation.rawValue) is not the JSON that the API promises",
                    requestID: requestID)
            }
        }
    }

    @NetworkActor private func body(
        of request: HTTPRequest, key: Secret
    ) async throws(ElevenLabsClientError) -> (Bytes, requestID: String?) {
        var attempt = 0
        return try await retrying { () throws(Failure) in
            attempt += 1
            tell(.sending(attempt: attempt))
            let start = ContinuousClock.now
            let response = try await send(request, key: key)
            let metadata = ResponseMetadata(header: { response.headers[$0].map(key.removed) })
            tell(.answered(metadata, after: .now - start))
            let requestID = metadata.requestID ?? metadata.traceID
            do throws(HTTPError) {
                return (try await response.readAll(limit: Self.limit), requestID)
            } catch {
                throw Failure(error, received: response.receivedBytes, requestID: requestID)
            }
        }
    }
}
