import GLib
import HTTP

/// What a simulator was asked, and what it sent.
public struct RecordedRequest: Sendable, Hashable {
    /// A place in the log, from 1.
    public let number: Int
    /// The HTTP method.
    public let method: String
    /// The path, decoded.
    public let path: String
    /// The query; of a name that stands there twice, the last value.
    public let query: [String: String]
    /// The headers by their names in lower case; a key is replaced by dots.
    public let headers: [String: String]
    /// The request's body.
    public let body: [UInt8]
    /// Which TCP connection it came on: the same number where one was used again.
    public let connection: Int

    /// The status sent; nil as long as none was.
    public internal(set) var status: Int?
    /// The sizes of the chunks of audio that were handed to the network, in order.
    public internal(set) var chunkSizes: [Int] = []
    /// The audio that was sent, where ``Simulator/Configuration/keepsAudio`` is set.
    public internal(set) var audio: [UInt8] = []
    /// Whether the answer went out whole: the last chunk was written and nothing was made to go wrong.
    public internal(set) var isComplete = false

}

extension RecordedRequest {
    init(_ number: Int, _ request: HTTPServerRequest) {
        self.number = number
        method = request.method
        path = request.rawPath
        query = Dictionary(request.query) { _, last in last }
        var headers: [String: String] = [:]
        for field in request.headers.fields {
            let name = field.name.lowercased()
            headers[name] = ["xi-api-key", "authorization", "cookie"].contains(name) ? "…" : field.value
        }
        self.headers = headers
        body = request.body.array
        connection = request.connectionID
    }
}
