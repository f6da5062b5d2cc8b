import ElevenLabs
import GLib
import HTTP
import Synchronization
import Testing

/// A server that answers as a test says, and a client of it.
final class Service: Sendable {
    typealias Handler = @Sendable (_ request: HTTPServerRequest, _ number: Int) async -> HTTPServerResponse

    static let key = "sk_0123456789abcdef_made_up_for_tests"

    private let server: HTTPServer
    private let log: Log
    let baseURL: BaseURL
    let events = Mutex<[ClientEvent]>([])

    /// Kept apart, so that the handler does not keep the service.
    private final class Log: Sendable {
        let requests = Mutex<[HTTPServerRequest]>([])
    }

    init(_ handler: @escaping Handler) async throws {
        let log = Log()
        self.log = log
        server = HTTPServer(name: "test-service") { request in
            let number = log.requests.withLock {
                $0.append(request)
                return $0.count
            }
            return await handler(request, number)
        }
        baseURL = try BaseURL("http://127.0.0.1:\(try await server.start())")
    }

    /// Answers everything in the same way.
    convenience init(_ response: HTTPServerResponse) async throws { try await self.init { _, _ in response } }

    var requests: [HTTPServerRequest] { log.requests.withLock { $0 } }

    func stop() async { await server.stop() }

    func client(
        key: String = Service.key, retries: Int = 2,
        timeouts: ElevenLabsClient.Timeouts = .init(connect: .seconds(60), firstByte: .seconds(60), idle: .seconds(60))
    ) -> ElevenLabsClient {
        ElevenLabsClient(apiKey: APIKey(key), baseURL: baseURL, timeouts: timeouts, retries: retries) { event in
            self.events.withLock { $0.append(event) }
        }
    }

    /// What happened, in short words.
    var story: [String] {
        events.withLock { $0 }.map { event in
            switch event.kind {
            case .queued(let ahead): "queued \(ahead)"
            case .sending(let attempt): "sending \(attempt)"
            case .retrying: "retrying"
            case .answered: "answered"
            case .firstByte: "first byte"
            case .ended(let count): "ended \(count)"
            case .failed: "failed"
            }
        }
    }
}

extension HTTPServerResponse {
    /// Audio with the head that the service sends.
    static func audio(
        _ bytes: [UInt8], type: String = "audio/mpeg", headers: HTTPHeaders = ["request-id": "abc"]
    ) -> HTTPServerResponse {
        stream(type: type, headers: headers) { try await $0.write(Bytes(bytes)) }
    }

    static func stream(
        type: String = "audio/mpeg", headers: HTTPHeaders = ["request-id": "abc"],
        _ body: @escaping @Sendable (HTTPBodyWriter) async throws -> Void
    ) -> HTTPServerResponse {
        var headers = headers
        headers["content-type"] = type
        return HTTPServerResponse(headers: headers, body: .stream(body))
    }

    static func json(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPServerResponse {
        var headers = headers
        headers["content-type"] = "application/json"
        return HTTPServerResponse(status: status, headers: headers, body: .bytes(Bytes(text)))
    }

    /// A refusal in the service's current form.
    static func refusal(_ status: Int, _ code: String, headers: HTTPHeaders = [:]) -> HTTPServerResponse {
        json(#"{"detail":{"code":"\#(code)","message":"No."}}"#, status: status, headers: headers)
    }
}

/// The error that a body of code throws.
func failure<Value>(
    _ body: () async throws(ElevenLabsClientError) -> Value
) async -> ElevenLabsClientError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

extension AudioResponse {
    /// All of it.
    func bytes() async throws(ElevenLabsClientError) -> [UInt8] {
        var all: [UInt8] = []
        for try await bytes in self { all += bytes }
        return all
    }
}

/// Waits until something is true; a test that waits in vain fails after half a minute.
func eventually(_ comment: Comment, _ condition: @Sendable () async -> Bool) async throws {
    for _ in 0..<3000 {
        if await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record(comment)
}

let speech = TextToSpeechRequest(voiceID: "george", text: "Hello.", outputFormat: .mp3At44100Hz128k)
let pcmSpeech = TextToSpeechRequest(voiceID: "george", text: "Hello.", outputFormat: .pcmAt16000Hz)
