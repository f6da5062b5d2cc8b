// An HTTP server that answers GET /say?text=… with speech, as Opus in Ogg, while it is being generated.
//
//     swift run SpeechServer 8080
//     curl 'http://127.0.0.1:8080/say?text=Hello' | ffplay -
//
// Each request is a pipeline of its own. All share one engine, and so the connections to the service and the number of
// requests that it allows at once. The server is libsoup's, which lives on the thread of GLib's main loop.
import ElevenPipe
import Foundation
import LibSoup

/// Speaks a text into the answer to a request.
func say(_ text: String, to answer: Answer, _ engine: Engine) async {
    do {
        let graph = Graph {
            Branch("opus") {
                Step.elevenlabstts(text: text, voiceID: "JBFqnCBsd6RMkjVDRZzb")
                Step.decodebin()
                Step.opusenc()
                Step.oggmux()
            }
        }
        let pipeline = try Pipeline(graph, engine: engine)
        let opus = try pipeline.bytes(from: "opus")
        // Where the loop below throws, as when the client is gone, this is cancelled, and so the pipeline stops.
        async let run = pipeline.run()
        for try await chunk in opus { try await answer.write(chunk) }
        _ = try await run
        await answer.finish()
    } catch {
        await answer.fail("\(error)")
    }
}

/// The answer to a request. It runs on the main loop's thread, the only one on which libsoup's message may be touched.
actor Answer {
    struct ClientIsGone: Error {}

    nonisolated var unownedExecutor: UnownedSerialExecutor { MainLoop.shared.asUnownedSerialExecutor() }
    private let message: OpaquePointer
    private var hasBegun = false
    /// libsoup is done with the message, which may be freed.
    private var isOver = false
    private var writer: CheckedContinuation<Void, Never>?

    /// The message keeps the answer, by its signals.
    init(to message: OpaquePointer) {
        self.message = message
        Self.connect("wrote-chunk", of: message, to: self) { _, data in
            Answer.at(data)?.assumeIsolated { $0.wrote(isLast: false) }
        }
        Self.connect("finished", of: message, to: self) { _, data in
            Answer.at(data)?.assumeIsolated { $0.wrote(isLast: true) }
        }
    }

    /// Sends a chunk, and returns when the client's connection has taken it: a slow client slows its pipeline down.
    func write(_ chunk: ByteChunk) async throws {
        guard !isOver else { throw ClientIsGone() }
        if !hasBegun {
            hasBegun = true
            let headers = soup_server_message_get_response_headers(message)
            soup_message_headers_set_content_type(headers, chunk.mediaType, nil)
            soup_message_headers_set_encoding(headers, SOUP_ENCODING_CHUNKED)
            soup_message_body_set_accumulate(soup_server_message_get_response_body(message), 0)
            soup_server_message_set_status(message, SOUP_STATUS_OK.rawValue, nil)
        }
        chunk.withBytes { bytes in
            bytes.withUnsafeBytes {
                let body = soup_server_message_get_response_body(message)
                soup_message_body_append(body, SOUP_MEMORY_COPY, $0.baseAddress, gsize($0.count))
            }
        }
        await withCheckedContinuation { continuation in
            writer = continuation
            soup_server_message_unpause(message)
        }
        if isOver { throw ClientIsGone() }
    }

    /// Everything was written.
    func finish() {
        guard !isOver else { return }
        soup_message_body_complete(soup_server_message_get_response_body(message))
        soup_server_message_unpause(message)
    }

    /// Says what has happened; where sound was sent already, by an end in its middle, which no client takes for the whole.
    func fail(_ reason: String) {
        guard !isOver else { return }
        if hasBegun {
            // First of all: libsoup 3.2 writes the chunk that says "this was all" when it lets go of the connection.
            g_socket_shutdown(soup_server_message_get_socket(message), 1, 1, nil)
            let connection = soup_server_message_steal_connection(message)
            g_io_stream_close(connection, nil, nil)
            g_object_unref(connection)
        } else {
            soup_server_message_set_status(message, SOUP_STATUS_BAD_GATEWAY.rawValue, nil)
            soup_server_message_set_response(
                message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, reason, gsize(reason.utf8.count))
            soup_server_message_unpause(message)
        }
    }

    private func wrote(isLast: Bool) {
        isOver = isOver || isLast
        writer?.resume()
        writer = nil
    }

    private typealias Signal = @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void

    private static func connect(
        _ signal: String, of message: OpaquePointer, to answer: Answer, _ handler: Signal
    ) {
        g_signal_connect_data(
            UnsafeMutableRawPointer(message), signal, unsafeBitCast(handler, to: GCallback.self),
            Unmanaged.passRetained(answer).toOpaque(),
            { data, _ in if let data { Unmanaged<Answer>.fromOpaque(data).release() } }, GConnectFlags(0))
    }

    private static func at(_ data: UnsafeMutableRawPointer?) -> Answer? {
        data.map { Unmanaged<Answer>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// GLib's main loop as the executor of actors: what they do happens between libsoup's callbacks, on their thread.
final class MainLoop: SerialExecutor {
    static let shared = MainLoop()

    private final class Box {
        let job: UnownedJob
        init(_ job: UnownedJob) { self.job = job }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let box = Unmanaged.passRetained(Box(UnownedJob(job)))
        g_idle_add_full(
            G_PRIORITY_DEFAULT,
            { data in
                let box = data.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue() }
                box?.job.runSynchronously(on: MainLoop.shared.asUnownedSerialExecutor())
                return 0
            }, box.toOpaque(), nil)
    }

    func checkIsolated() { precondition(g_main_context_is_owner(nil) != 0) }
}

/// libsoup has read a request.
func received(_ message: OpaquePointer, query: OpaquePointer?, _ engine: Engine) {
    // libsoup 3.2 would keep connections that their clients have left.
    soup_message_headers_replace(soup_server_message_get_response_headers(message), "Connection", "close")
    let text = query.flatMap { g_hash_table_lookup($0, "text") }?.assumingMemoryBound(to: CChar.self)
    let words = text.map { String(cString: $0) } ?? ""
    if words.isEmpty { return soup_server_message_set_status(message, SOUP_STATUS_BAD_REQUEST.rawValue, nil) }
    // Until there is something to send.
    soup_server_message_pause(message)
    // Here and in the actor it is the same thread, which the compiler cannot know.
    nonisolated(unsafe) let message = message
    let answer = Answer(to: message)
    Task { await say(words, to: answer, engine) }
}

let engine = try Engine()
let object = UnsafeMutableRawPointer(g_object_new_with_properties(soup_server_get_type(), 0, nil, nil))
let server = object?.assumingMemoryBound(to: SoupServer.self)
soup_server_add_handler(
    server, "/say", { _, message, _, query, _ in if let message { received(message, query: query, engine) } }, nil, nil)

let port = CommandLine.arguments.dropFirst().first.flatMap { UInt32($0) } ?? 8080
var error: UnsafeMutablePointer<GError>?
guard soup_server_listen_local(server, port, SOUP_SERVER_LISTEN_IPV4_ONLY, &error) != 0 else {
    fatalError(error.map { String(cString: $0.pointee.message) } ?? "cannot listen")
}
let addresses = soup_server_get_uris(server)
print("\(String(cString: g_uri_to_string(OpaquePointer(addresses?.pointee.data))))say?text=Hello")
fflush(nil)
g_main_loop_run(g_main_loop_new(nil, 0))
