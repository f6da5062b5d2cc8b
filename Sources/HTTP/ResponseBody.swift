internal import CSoup
internal import GLib

/// Reads a response's body, gathers it into pieces worth handing over, and finds out whether it is whole.
///
/// All reading is non-blocking; only the wait for the first byte of a piece is asynchronous. So the end of a body is seen here
/// before libsoup can give the connection to another request.
@NetworkActor
final class ResponseBody {
    private enum Ending {
        case whole
        case failed(HTTPError)
    }

    private let message: ObjectReference
    private let stream: ObjectReference
    private let session: Session
    private let connection: UInt64
    private let target: RequestTarget
    private let idle: Duration
    private let framing: BodyFraming
    private let cancellable = Cancellable()

    private var buffer = ReadBuffer()
    private var ending: Ending?
    private var interruption: HTTPError.Kind?
    private var isReading = false
    private var isClosed = false
    private(set) var receivedBytes = 0
    private(set) var endIsUnproven = false

    init(
        message: ObjectReference, stream: ObjectReference, session: Session, connection: UInt64,
        target: RequestTarget, idle: Duration, isHead: Bool
    ) {
        self.message = message
        self.stream = stream
        self.session = session
        self.connection = connection
        self.target = target
        self.idle = idle
        framing = BodyFraming(of: message, isHead: isHead)
    }

    // Whoever lets go of it last: libsoup's objects go where libsoup's sources run, since it has no locks.
    isolated deinit {}

    func error(_ kind: HTTPError.Kind) -> HTTPError { HTTPError(kind, endpoint: target.endpoint) }

    func read() async throws(HTTPError) -> Bytes? {
        guard !isReading else { throw error(.other("two reads of one response at once")) }
        isReading = true
        defer { isReading = false }
        while true {
            if Task.isCancelled { cancel(.cancelled) }
            if ending == nil { gather() }
            if let bytes = buffer.take() { return bytes }
            switch ending {
            case .whole: return nil
            case .failed(let error): throw error
            case nil: await waitForBytes()
            }
        }
    }

    /// Ends the body with an error, for a waiting reader as well; without effect at the end of a body.
    func cancel(_ kind: HTTPError.Kind) {
        guard ending == nil else { return }
        finish(.failed(error(kind)))
        buffer.discard()
        cancellable.cancel()
    }

    /// Lets the message go. libsoup keeps the connection for another request if the body was read to its end, else closes it.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        if ending == nil { ending = .failed(error(.cancelled)) }
        // Never the plain close, which a released stream would make: it waits for the rest of the body.
        g_input_stream_close_async(stream.cast(), Int32(G_PRIORITY_DEFAULT), nil, nil, nil)
    }

    // MARK: Reading

    /// Reads what is there, as far as the buffer has room.
    private func gather() {
        while ending == nil, !buffer.isFull {
            do {
                let count = try buffer.fill { destination throws(GLibError) in
                    try throwing {
                        g_pollable_input_stream_read_nonblocking(
                            stream.opaque, destination.baseAddress, gsize(destination.count), nil, $0)
                    }
                }
                receivedBytes += count
                if count == 0 { finish(endOfBody()) }
            } catch {
                if error.isWouldBlock { return }
                finish(.failed(failure(error)))
            }
        }
    }

    private func waitForBytes() async {
        let timer = NetworkActor.executor.schedule(after: idle) { [weak self] in
            NetworkActor.assumeIsolated { self?.cancel(.timedOut(.idle)) }
        }
        await withTaskCancellationHandler {
            await waitOnce(
                for: g_pollable_input_stream_create_source(stream.opaque, cancellable.pointer),
                context: NetworkActor.executor.context
            )
        } onCancel: {
            NetworkActor.perform { self.cancel(.cancelled) }
        }
        timer.cancel()
    }

    private func finish(_ ending: Ending) {
        self.ending = ending
        close()
    }

    // MARK: The end

    private func failure(_ error: GLibError) -> HTTPError {
        if error.domain == "g-io-error-quark", error.code == Int(G_IO_ERROR_PARTIAL_INPUT.rawValue) {
            return self.error(.truncated(receivedBytes: receivedBytes))
        }
        return HTTPError(error, phase: .idle, target: target)
    }

    /// What an end that libsoup calls clean is worth: before 3.6.5 that is any end of the connection between two chunks.
    private func endOfBody() -> Ending {
        let truncated = Ending.failed(error(.truncated(receivedBytes: receivedBytes)))
        switch framing {
        case .none: return .whole
        // With `Connection: close` libsoup takes a short body for a wrong length.
        case .length(let length): return receivedBytes < length ? truncated : .whole
        case .untilClose:
            endIsUnproven = true
            return .whole
        case .chunked(let closes):
            if buffer.holdsLineEndOfLastChunk { return .whole }
            // No sign of the last chunk. Either there was none, or this libsoup leaves no sign: the connection tells, as a
            // complete answer leaves it open.
            if session.probe(connection) == true { return .whole }
            guard closes else { return truncated }
            endIsUnproven = true
            return .whole
        }
    }
}
