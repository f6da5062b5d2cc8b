import ElevenLabs
import GLib
import GStreamer
import HTTP
import Synchronization
import Testing

@testable import ElevenLabsElements

/// A server on loopback that answers every request with given bytes, cut as asked, and keeps what it was asked.
final class SpeechServer: Sendable {
    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = [("Content-Type", "audio/mpeg"), ("request-id", "abcdefghij0123456789")]
        var body: [UInt8] = []
        var chunkSize = 1021
        var abort: HTTPBodyWriter.Abort?
        /// Between two chunks.
        var pause: Duration = .zero
    }

    private let server: HTTPServer
    private let log: Log
    let port: Int

    private final class Log: Sendable {
        let requests = Mutex<[HTTPServerRequest]>([])
    }

    /// - Parameter answers: one a request; the last goes on for ever.
    convenience init(_ answers: [Answer]) async throws {
        try await self.init { _, number in answers[min(number, answers.count) - 1] }
    }

    /// - Parameter respond: gives the answer to a request, of which there were so many.
    init(_ respond: @escaping @Sendable (HTTPServerRequest, Int) async -> Answer) async throws {
        let log = Log()
        self.log = log
        server = HTTPServer(name: "speech") { request in
            let number = log.requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            let answer = await respond(request, number)
            return HTTPServerResponse(
                status: answer.status, headers: HTTPHeaders(answer.headers),
                body: .stream { writer in
                    for start in stride(from: 0, to: answer.body.count, by: answer.chunkSize) {
                        let end = min(start + answer.chunkSize, answer.body.count)
                        try await writer.write(Bytes(answer.body[start..<end]))
                        if answer.pause > .zero { try await Task.sleep(for: answer.pause) }
                    }
                    if let abort = answer.abort { await writer.abort(abort) }
                })
        }
        port = try await server.start(port: 0)
    }

    func stop() async { await server.stop() }

    var requests: [HTTPServerRequest] { log.requests.withLock { $0 } }

    var engine: StreamEngine {
        get throws {
            StreamEngine(client: .shared, baseURL: try BaseURL("http://127.0.0.1:\(port)")) { Secret("made-up") }
        }
    }
}

/// What a launch line did until its end.
struct LaunchResult {
    var bytes: [UInt8] = []
    var starts: [Duration?] = []
    var caps: String?
    var messages: [BusEvent] = []
    var error: BusEvent.Report?
}

/// Runs a launch line whose last element is `sink`, and collects what arrives there.
func launch(_ line: String, engine: StreamEngine) async throws -> LaunchResult {
    try ElevenLabsElements.register()
    let pipeline = try Element.parse(launch: line)
    pipeline.share(engine, as: StreamEngine.contextType)
    let pad = try #require(pipeline.child(named: "sink")?.pad(named: "sink"))
    let collected = Collector()
    pad.probeBuffers { buffer in
        let bytes = buffer.withUnsafeBytes { Array($0) } ?? []
        let start = buffer.presentationTime
        collected.state.withLock { state in
            state.bytes += bytes
            state.starts.append(start)
        }
        return .keep
    }
    let (events, continuation) = AsyncStream.makeStream(of: BusEvent.self)
    let bus = Bus(of: pipeline) { continuation.yield($0) }
    await onThread { pipeline.setState(.playing) }
    var result = LaunchResult()
    loop: for await event in events {
        result.messages.append(event)
        switch event {
        case .endOfStream: break loop
        case .error(let report):
            result.error = report
            break loop
        default: continue
        }
    }
    result.caps = pad.currentCaps
    await onThread { pipeline.setState(.null) }
    bus.close()
    collected.state.withLock { state in
        result.bytes = state.bytes
        result.starts = state.starts
    }
    return result
}

private final class Collector: Sendable {
    let state = Mutex((bytes: [UInt8](), starts: [Duration?]()))
}
