import GLib
package import HTTP

extension ElevenLabsError {
    /// What an answer that is no audio says, as far as it could be read.
    /// - Parameter withoutKey: a text of the service's without the key, which it might repeat.
    @NetworkActor package static func refusal(
        _ response: HTTPResponse, withoutKey: (String) -> String
    ) async throws(HTTPError) -> ElevenLabsError {
        var body: [UInt8] = []
        do {
            while body.count < maximumBodyLength, let piece = try await response.read() { body += piece.array }
        } catch {
            // The status says what matters; words that were cut off do not change it.
            if error.kind == .cancelled { throw error }
        }
        response.cancel()
        return ElevenLabsError(
            httpStatus: response.status, header: { response.headers[$0].map(withoutKey) },
            // Before it is read, since a long message is shortened, perhaps in the middle of the key.
            body: Array(withoutKey(String(decoding: body, as: UTF8.self)).utf8))
    }

    /// Whether it was one request too many, by the service's own word or by its count.
    package func isOverLimit(_ metadata: ResponseMetadata) -> Bool {
        guard case .rateLimited(let reason) = kind else { return false }
        if reason == .concurrency { return true }
        guard let limit = metadata.maximumConcurrentRequests, let count = metadata.currentConcurrentRequests else {
            return false
        }
        return count >= limit
    }
}
