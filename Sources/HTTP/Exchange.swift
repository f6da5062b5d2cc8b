internal import CSoup
internal import GLib

/// One request on its way, until its response head is there.
@NetworkActor
final class Exchange {
    let request: HTTPRequest
    let target: RequestTarget
    let session: Session
    let cancellable = Cancellable()
    private var message: ObjectReference?
    private var signals: [gulong] = []

    private var phase = HTTPError.Phase.connect
    private var timer: MainContextTimer?
    /// Why we cancelled: the first reason counts.
    private var interruption: HTTPError.Kind?
    private var isOver = false

    private let start = ContinuousClock.now
    private var connected: ContinuousClock.Instant?
    private var requestSent: ContinuousClock.Instant?
    private var newStream: ObjectReference?

    init(_ request: HTTPRequest, to target: RequestTarget, in session: Session) {
        self.request = request
        self.target = target
        self.session = session
    }

    // As a response's body: libsoup's objects go on the network's thread.
    isolated deinit {}

    /// Sends the request. Ends on every path with the timer off, the signals disconnected and nothing left to resume.
    func run() async throws(HTTPError) -> HTTPResponse {
        let message = try makeMessage()
        self.message = message
        connectSignals(to: message)
        limit(request.timeouts.connect, phase: .connect)
        let result = await withTaskCancellationHandler {
            await send(message)
        } onCancel: {
            NetworkActor.perform { self.interrupt(.cancelled) }
        }
        isOver = true
        timer = nil
        for signal in signals { g_signal_handler_disconnect(message.pointer, signal) }
        self.message = nil
        return try response(of: message, result)
    }

    private func makeMessage() throws(HTTPError) -> ObjectReference {
        guard let pointer = soup_message_new(request.method, request.url) else {
            throw HTTPError(.badURL("it does not parse"))
        }
        let message = ObjectReference(adopting: UnsafeMutableRawPointer(pointer))
        soup_message_add_flags(pointer, SOUP_MESSAGE_NO_REDIRECT)
        // Without this flag libsoup opens a new connection for every POST. It does not make libsoup send one twice: that goes
        // by the method.
        soup_message_add_flags(pointer, SOUP_MESSAGE_IDEMPOTENT)
        let headers = soup_message_get_request_headers(pointer)
        for field in request.headers.fields { soup_message_headers_append(headers, field.name, field.value) }
        setBody(of: pointer)
        return message
    }

    /// Gives libsoup the body, also when it starts again on another connection: it has then dropped the first one.
    fileprivate func setBody(of message: OpaquePointer) {
        switch request.body {
        case .bytes(let bytes, let contentType):
            soup_message_set_request_body_from_bytes(message, contentType, bytes.pointer)
        case .pieces(let pieces, let contentType):
            let length = pieces.reduce(0) { $0 + $1.count }
            guard let stream = PieceStream.make(over: pieces) else { break }
            withExtendedLifetime(stream) { soup_message_set_request_body(message, contentType, stream.cast(), length) }
        case nil: break
        }
    }

    private func send(_ message: ObjectReference) async -> Result<ObjectReference, GLibError> {
        typealias Waiting = CheckedContinuation<Result<ObjectReference, GLibError>, Never>
        return await withCheckedContinuation { (continuation: Waiting) in
            soup_session_send_async(
                session.pointer, message.opaque, Int32(G_PRIORITY_DEFAULT), cancellable.pointer,
                { session, result, userData in
                    let stream = Result { () throws(GLibError) in
                        try throwing { soup_session_send_finish(OpaquePointer(session).map { .init($0) }, result, $0) }
                    }
                    let none = GLibError(domain: "", code: 0, message: "no answer")
                    CallbackBox<Waiting>.take(userData)?.resume(
                        returning: stream.flatMap { stream in
                            stream.map { .success(ObjectReference(adopting: $0)) } ?? .failure(none)
                        }
                    )
                },
                CallbackBox(continuation).retained()
            )
        }
    }

    private func response(
        of message: ObjectReference, _ result: Result<ObjectReference, GLibError>
    ) throws(HTTPError) -> HTTPResponse {
        let connection = UInt64(soup_message_get_connection_id(message.opaque))
        if let newStream { session.remember(newStream, of: connection) }
        let stream: ObjectReference
        switch result {
        case .success(let value): stream = value
        case .failure(let error):
            if let interruption { throw HTTPError(interruption, endpoint: target.endpoint) }
            let certificate = soup_message_get_tls_peer_certificate_errors(message.opaque)
            throw HTTPError(error, phase: phase, target: target, certificateErrors: certificate)
        }
        let body = ResponseBody(
            message: message, stream: stream, session: session, connection: connection,
            target: target, idle: request.timeouts.idle, isHead: request.method == "HEAD"
        )
        let timings = HTTPTimings(
            start: start, connected: connected, requestSent: requestSent, head: .now, reusedConnection: newStream == nil
        )
        let response = HTTPResponse(message: message, timings: timings, body: body)
        if let kind = interruption ?? objection(to: response, message) {
            response.cancel()
            throw HTTPError(kind, endpoint: target.endpoint)
        }
        return response
    }

    /// What makes an answer unusable whatever it says.
    private func objection(to response: HTTPResponse, _ message: ObjectReference) -> HTTPError.Kind? {
        if soup_message_get_http_version(message.opaque).rawValue > SOUP_HTTP_1_1.rawValue {
            return .protocolViolation(reason: "it speaks HTTP/2")
        }
        if [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["Location"] {
            return .redirected(location: RequestTarget.publicPart(ofLocation: location))
        }
        return nil
    }

    // MARK: Limits

    /// Ends the exchange for a reason of ours; without effect once it is over.
    func interrupt(_ kind: HTTPError.Kind) {
        guard !isOver, interruption == nil else { return }
        interruption = kind
        cancellable.cancel()
    }

    private func limit(_ duration: Duration, phase: HTTPError.Phase) {
        self.phase = phase
        timer = NetworkActor.executor.schedule(after: duration) { [weak self] in
            NetworkActor.assumeIsolated { self?.interrupt(.timedOut(phase)) }
        }
    }

    // MARK: Signals

    private func connectSignals(to message: ObjectReference) {
        connect("network-event", to: message, networkEvent)
        connect("starting", to: message, starting)
        connect("restarted", to: message, restarted)
        connect("wrote-body-data", to: message, wroteBodyData)
        connect("wrote-body", to: message, wroteBody)
    }

    private func connect<Handler>(_ signal: String, to message: ObjectReference, _ handler: Handler) {
        signals.append(
            g_signal_connect_data(
                message.pointer, signal, unsafeBitCast(handler, to: GCallback.self),
                CallbackBox(Weak(self)).retained(), releaseCallbackBoxClosure, GConnectFlags(0)
            )
        )
    }

    fileprivate func happened(_ event: GSocketClientEvent, on stream: ObjectReference?) {
        switch event {
        case G_SOCKET_CLIENT_TLS_HANDSHAKING:
            guard let stream, isInstance(stream.raw, of: g_tls_connection_get_type()) else { return }
            // libsoup 3.2.3 loses every failure in the middle of an HTTP/2 body; an HTTP/1.1 server is asked for by name.
            "http/1.1".withCString { name in
                var protocols: [UnsafePointer<CChar>?] = [name, nil]
                g_tls_connection_set_advertised_protocols(stream.cast(), &protocols)
            }
        case G_SOCKET_CLIENT_COMPLETE:
            newStream = stream
            connected = .now
        default: break
        }
    }

    /// A connection is there and the request about to go out, so the key may join it: a failed check leaves nothing to take back.
    fileprivate func willSend() {
        guard let message else { return }
        if let secret = request.secretHeader {
            guard target.isSecure || RequestTarget.isLoopback(soup_message_get_remote_address(message.opaque)) else {
                return interrupt(.insecure)
            }
            secret.value.withValue {
                soup_message_headers_replace(soup_message_get_request_headers(message.opaque), secret.name, $0)
            }
        }
        limit(request.timeouts.idle, phase: .idle)
    }

    fileprivate func willSendAgain() {
        if let message { setBody(of: message.opaque) }
    }

    fileprivate func madeProgress() { limit(request.timeouts.idle, phase: .idle) }

    fileprivate func didSend() {
        requestSent = .now
        limit(request.timeouts.firstByte, phase: .firstByte)
    }
}

/// Keeps a signal's closure from keeping the exchange.
///
/// Sendable: a weak reference that is set once.
private final class Weak: @unchecked Sendable {
    weak var exchange: Exchange?

    init(_ exchange: Exchange) { self.exchange = exchange }

    static func call(_ userData: UnsafeMutableRawPointer?, _ body: @NetworkActor (Exchange) -> Void) {
        guard let exchange = CallbackBox<Weak>.payload(at: userData)?.exchange else { return }
        NetworkActor.assumeIsolated { body(exchange) }
    }
}

private let networkEvent:
    @convention(c) (
        UnsafeMutableRawPointer?, GSocketClientEvent, UnsafeMutablePointer<GIOStream>?, UnsafeMutableRawPointer?
    ) -> Void = { _, event, stream, userData in
        let stream = stream.map { ObjectReference(retaining: $0) }
        Weak.call(userData) { $0.happened(event, on: stream) }
    }

private let starting: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, userData in
    Weak.call(userData) { $0.willSend() }
}

private let restarted: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, userData in
    Weak.call(userData) { $0.willSendAgain() }
}

private let wroteBodyData: @convention(c) (UnsafeMutableRawPointer?, guint, UnsafeMutableRawPointer?) -> Void = {
    _, _, userData in
    Weak.call(userData) { $0.madeProgress() }
}

private let wroteBody: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, userData in
    Weak.call(userData) { $0.didSend() }
}
