import ElevenLabs
import GLib
import GStreamer
import HTTP
import Synchronization

/// One request of an element and the way of its answer into the pipeline.
///
/// The session holds the element for as long as its task runs, so the task may outlive the state change that cancels it.
final class StreamSession: Sendable {
    /// What is asked for.
    struct Order: Sendable {
        let request: HTTPRequest
        let format: OutputFormat
        let retries: Int
        let characters: Int
    }

    private let element: Element
    private let source: AppSource
    private let engine: StreamEngine
    private let order: Order
    private let state = Mutex(State())

    private struct State {
        var task: Task<Void, Never>?
        var isEnded = false
        var received = 0
    }

    init(element: Element, source: AppSource, engine: StreamEngine, order: Order) {
        self.element = element
        self.source = source
        self.engine = engine
        self.order = order
    }

    var receivedBytes: Int { state.withLock { $0.received } }

    func start() {
        state.withLock { state in
            guard state.task == nil, !state.isEnded else { return }
            state.task = Task { await self.run() }
        }
    }

    /// Ends the session without a word. Any thread, any moment.
    func cancel() {
        let task = state.withLock { state in
            state.isEnded = true
            return state.task
        }
        task?.cancel()
    }

    /// The request and the way of its answer, to be waited for.
    var task: Task<Void, Never>? { state.withLock { $0.task } }

    private var isEnded: Bool { state.withLock { $0.isEnded } }

    @NetworkActor private func run() async {
        do throws(StreamFailure) {
            try await deliver(respond())
            guard !isEnded else { return }
            element.post(StreamMessage.end, ["bytes": .integer(Int64(receivedBytes))])
            source.endOfStream()
        } catch {
            guard !isEnded else { return }
            report(error)
            // After the error, so that the end is never taken for a good one: what did arrive reaches the files.
            source.endOfStream()
        }
    }

    /// A text from the server without the key, which an answer might repeat.
    private func withoutKey(_ text: String) -> String { order.request.secretHeader?.value.removed(from: text) ?? text }

    private func report(_ failure: StreamFailure) {
        var details: [String: BusEvent.Field] = [:]
        details["http-status"] = failure.httpStatus.map { .integer(Int64($0)) }
        details["request-id"] = failure.requestID.map { .string(withoutKey($0)) }
        details["service-code"] = failure.serviceCode.map { .string(withoutKey($0)) }
        element.postError(
            domain: StreamFailure.domain, code: failure.category.rawValue, message: withoutKey(failure.message),
            details: details)
    }

    // MARK: Request

    /// An answer of which the first audio is here.
    private struct Answer {
        let response: HTTPResponse
        /// nil where the body is empty.
        let first: Bytes?
        let check: AnswerCheck
        let sent: Duration
    }

    /// Sends the request, again where that may help, until there is an answer with audio.
    @NetworkActor private func respond() async throws(StreamFailure) -> Answer {
        let policy = RetryPolicy(attempts: order.retries + 1)
        var attempt = 1
        while true {
            do throws(StreamFailure) {
                return try await send(attempt: attempt)
            } catch {
                guard error.isTransient, !isEnded,
                    let delay = policy.delay(afterAttempt: attempt, retryAfter: error.retryAfter)
                else { throw exhausted(error, attempts: attempt) }
                element.post(
                    StreamMessage.retry,
                    [
                        "attempt": .integer(Int64(attempt)), "delay": .double(delay.seconds),
                        "reason": .string(withoutKey(error.message)),
                    ])
                try? await Task.sleep(for: delay)
                if Task.isCancelled { throw error }
                attempt += 1
            }
        }
    }

    private func exhausted(_ failure: StreamFailure, attempts: Int) -> StreamFailure {
        guard failure.isTransient else { return failure }
        var told = failure
        if attempts > 1 { told.message += " (tried \(attempts) times)" }
        if let wait = failure.retryAfter, wait > RetryPolicy().retryAfterCap {
            told.message += "; the service asks to wait \(wait.components.seconds) s"
        }
        return told
    }

    @NetworkActor private func send(attempt: Int) async throws(StreamFailure) -> Answer {
        element.post(
            StreamMessage.request,
            ["attempt": .integer(Int64(attempt)), "characters": .integer(Int64(order.characters))])
        let sent = MonotonicTime.now
        let response: HTTPResponse
        do {
            response = try await engine.client.send(order.request)
        } catch {
            throw StreamFailure(error, received: 0)
        }
        guard response.status == 200 else { throw try await failure(of: response) }
        let metadata = ResponseMetadata(header: { response.headers[$0].map(withoutKey) })
        element.post(
            StreamMessage.response,
            StreamMessage.fields(of: metadata, reusedConnection: response.timings.reusedConnection))
        let check = AnswerCheck(format: order.format, requestID: metadata.requestID)
        try check.checkHead(contentType: response.headers["content-type"])
        let first = try await read(response)
        if let first { try check.checkStart(first) }
        return Answer(response: response, first: first, check: check, sent: sent)
    }

    /// What an answer that is no audio says, as far as it could be read.
    @NetworkActor private func failure(of response: HTTPResponse) async throws(StreamFailure) -> StreamFailure {
        var body: [UInt8] = []
        do {
            while body.count < ElevenLabsError.maximumBodyLength, let piece = try await response.read() {
                body += piece.array
            }
        } catch {
            // The status says what matters; words that were cut off do not change it.
            if error.kind == .cancelled { throw StreamFailure(error, received: 0) }
        }
        response.cancel()
        return StreamFailure(
            ElevenLabsError(
                httpStatus: response.status, header: { response.headers[$0].map(withoutKey) },
                // Before it is read, since a long message is shortened, perhaps in the middle of the key.
                body: Array(withoutKey(String(decoding: body, as: UTF8.self)).utf8)))
    }

    // MARK: Body

    /// Reads the body while the pipeline wants it, until its end.
    @NetworkActor private func deliver(_ answer: Answer) async throws(StreamFailure) {
        var aligner = order.format.bytesPerSample.map {
            SampleAligner(bytesPerSample: $0, rate: order.format.sampleRate)
        }
        var piece = answer.first
        if piece != nil { noteFirstByte(sent: answer.sent) }
        while let bytes = piece {
            state.withLock { $0.received += bytes.count }
            guard push(bytes, &aligner) else {
                // The pipeline takes no more: it is being stopped, or somebody downstream told why.
                answer.response.cancel()
                cancel()
                return
            }
            await source.waitForRoom()
            piece = try await read(answer.response)
        }
        try answer.check.checkEnd(
            received: receivedBytes, hasPartialSample: aligner?.hasPartialSample ?? false,
            isProven: !answer.response.endIsUnproven)
    }

    @NetworkActor private func read(_ response: HTTPResponse) async throws(StreamFailure) -> Bytes? {
        do {
            return try await response.read()
        } catch {
            throw StreamFailure(error, received: receivedBytes)
        }
    }

    private func noteFirstByte(sent: Duration) {
        let now = MonotonicTime.now
        element.post(
            StreamMessage.firstByte,
            ["time": .double(now.seconds), "time-to-first-byte": .double((now - sent).seconds)])
    }

    private func push(_ bytes: Bytes, _ aligner: inout SampleAligner?) -> Bool {
        guard aligner != nil else { return source.push(Buffer(wrapping: bytes)) }
        guard let samples = aligner?.align(bytes) else { return true }
        let buffer = Buffer(wrapping: samples.bytes)
        buffer.presentationTime = samples.start
        buffer.duration = samples.duration
        return source.push(buffer)
    }
}
