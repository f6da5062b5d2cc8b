internal import CSoup
package import GLib

/// A response: its head, and its body piece by piece. Letting go of it before its end closes the connection.
@NetworkActor
package final class HTTPResponse {
    package nonisolated let status: Int
    package nonisolated let reason: String
    package nonisolated let headers: HTTPHeaders
    package nonisolated let timings: HTTPTimings
    private let body: ResponseBody

    init(message: ObjectReference, timings: HTTPTimings, body: ResponseBody) {
        status = Int(soup_message_get_status(message.opaque).rawValue)
        reason = soup_message_get_reason_phrase(message.opaque).map { String(cString: $0) } ?? ""
        headers = HTTPHeaders(copying: soup_message_get_response_headers(message.opaque))
        self.timings = timings
        self.body = body
    }

    isolated deinit { body.close() }

    /// Whether the body ended where only the connection's end could tell, so that it may have been cut short:
    /// what it holds must decide. Known once ``read()`` has returned nil.
    package var endIsUnproven: Bool { body.endIsUnproven }

    /// How many bytes of the body have come.
    package var receivedBytes: Int { body.receivedBytes }

    /// Waits for the next piece of the body; nil at the end of a whole one. Nothing is read from the network in between, so a
    /// slow caller slows the server. One call at a time.
    package func read() async throws(HTTPError) -> Bytes? { try await body.read() }

    /// The rest of the body in one piece, for answers known to be small.
    /// - Throws: ``HTTPError/Kind/tooLarge(limit:)`` past a number of bytes; the response is cancelled then.
    package func readAll(limit: Int) async throws(HTTPError) -> Bytes {
        var whole = ContiguousArray<UInt8>()
        while let bytes = try await read() {
            guard whole.count + bytes.count <= limit else {
                cancel()
                throw body.error(.tooLarge(limit: limit))
            }
            bytes.withUnsafeBytes { whole.append(contentsOf: $0) }
        }
        return Bytes(whole)
    }

    /// Ends the response: a waiting and every further ``read()`` throws ``HTTPError/Kind/cancelled``, and the connection is closed.
    package func cancel() { body.cancel(.cancelled) }
}
