package import GLib

/// The body of a streamed answer, on its way to the client.
package final class HTTPBodyWriter: Sendable {
    /// How a body is broken off on purpose.
    package enum Abort: Sendable, CaseIterable {
        /// The connection is closed between two chunks, without a last one.
        case atChunkBoundary
        /// The connection is closed in the middle of a chunk.
        case insideChunk
        /// The connection is reset.
        case reset
    }

    private let server: HTTPServer
    private let connection: ServerConnection

    init(server: HTTPServer, connection: ServerConnection) {
        self.server = server
        self.connection = connection
    }

    /// Writes exactly one chunk; returns when the socket has taken it, so a client that does not read holds the writer up.
    /// Nothing is written for no bytes (that would be the last chunk). Throws when the client is gone or the task cancelled.
    package func write(_ bytes: Bytes) async throws(HTTPError) {
        try await server.write(bytes, chunkSize: max(bytes.count, 1), to: connection)
    }

    /// Writes bytes as chunks of a size (the last one may be smaller): as many ``write(_:)``s, in one go.
    package func write(_ bytes: Bytes, inChunksOf size: Int) async throws(HTTPError) {
        try await server.write(bytes, chunkSize: max(size, 1), to: connection)
    }

    /// Breaks the body off; every further write throws.
    /// - Parameter part: what is still sent of the chunk in which ``Abort/insideChunk`` breaks off.
    package func abort(_ how: Abort, after part: Bytes = Bytes([0, 0])) async {
        await server.abort(how, after: part, connection)
    }
}
