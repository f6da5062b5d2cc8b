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
    /// The request's body; empty where it was a form, whose parts are in ``parts``.
    public let body: [UInt8]
    /// Which TCP connection it came on: the same number where one was used again.
    public let connection: Int

    /// The parts of an upload, in order.
    public internal(set) var parts: [Part] = []
    /// The audio of an upload, where ``Simulator/Configuration/keepsAudio`` is set; its size is that of the part `audio`.
    public internal(set) var uploadedAudio: [UInt8] = []

    /// The status sent; nil as long as none was.
    public internal(set) var status: Int?
    /// The sizes of the chunks of audio that were handed to the network, in order.
    public internal(set) var chunkSizes: [Int] = []
    /// The audio that was sent, where ``Simulator/Configuration/keepsAudio`` is set.
    public internal(set) var audio: [UInt8] = []
    /// The words that were spoken, also those that a fault kept from being sent: their places in the decoded answer. Empty
    /// where the answer was no speech from a text.
    public internal(set) var words: [Word] = []
    /// Whether the answer went out whole: the last chunk was written and nothing was made to go wrong.
    public internal(set) var isComplete = false

    /// A word, with the punctuation around it.
    public struct Word: Sendable, Hashable {
        /// As it stands in the text.
        public let text: String
        /// When it is heard, in samples of the answer.
        public let samples: Range<Int>
    }

    /// One field of a form.
    public struct Part: Sendable, Hashable {
        /// The field's name.
        public let name: String
        /// The value of a field that is no file.
        public let text: String?
        /// The name of a file; nil for a text.
        public let filename: String?
        /// The media type of the field, where the client said one.
        public let contentType: String?
        /// How many bytes the field has.
        public let size: Int
    }
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
        body = Self.isForm(request) ? [] : request.body.array
        connection = request.connectionID
    }

    static func isForm(_ request: HTTPServerRequest) -> Bool {
        request.headers["content-type"]?.lowercased().hasPrefix("multipart/form-data") == true
    }
}

extension RecordedRequest.Part {
    init(_ part: MultipartPart) {
        name = part.name
        text = part.filename == nil ? String(decoding: part.body.array, as: UTF8.self) : nil
        filename = part.filename
        contentType = part.contentType
        size = part.body.count
    }
}
