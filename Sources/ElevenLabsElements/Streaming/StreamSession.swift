import ElevenLabs
import GLib
import GStreamer
import HTTP
import Synchronization

/// The requests of one stream of an element and the way of their answers into the pipeline.
///
/// The session holds the element for as long as its task runs, so the task may outlive the state change that cancels it.
final class StreamSession: Sendable {
    /// Gives the requests in order: waits for what the nth one (from 0) needs; nil where there are no more.
    typealias Orders = @Sendable (_ number: Int) async throws(StreamFailure) -> StreamOrder?

    /// Requests in flight at once: one whose answer goes into the pipeline, and the one after it.
    private static let window = 2
    /// An error is told no later than this after the last audio left: what everything waits for may never come.
    private static let patience = Duration.seconds(30)

    private let element: Element
    private let source: AppSource
    private let engine: StreamEngine
    private let format: OutputFormat
    private let liveMargin: Duration
    private let orders: Orders
    private let state = Mutex(State())

    private struct State {
        var task: Task<Void, Never>?
        var isEnded = false
        /// Nothing is added to what was received.
        var isComplete = false
        var received = 0
        /// Whether audio is received when it leaves for the pipeline: what lies behind the last whole word may never.
        var countsWords = false
        /// Whose answer goes into the pipeline.
        var turn = 0
    }

    init(
        element: Element, source: AppSource, engine: StreamEngine, format: OutputFormat, liveMargin: Duration,
        orders: @escaping Orders
    ) {
        self.element = element
        self.source = source
        self.engine = engine
        self.format = format
        self.liveMargin = liveMargin
        self.orders = orders
    }

    var receivedBytes: Int { state.withLock { $0.received } }

    var supply: StreamSupply {
        // The queue before the counter: what comes between is received and not yet queued, never the reverse.
        let queued = source.queuedBytes
        let isFull = source.isFull
        return state.withLock { state in
            StreamSupply(
                received: format.duration(ofBytes: state.received), queued: format.duration(ofBytes: queued),
                isEnded: state.isEnded || state.isComplete, isFull: isFull)
        }
    }

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

    /// The requests and the way of their answers, to be waited for.
    var task: Task<Void, Never>? { state.withLock { $0.task } }

    /// Whether nothing more comes of it.
    var isEnded: Bool { state.withLock { $0.isEnded } }

    @NetworkActor private func run() async {
        defer { state.withLock { $0.isEnded = true } }
        do throws(StreamFailure) {
            try await deliverAll()
            endOfStream()
        } catch {
            // In its place in the stream: what came before it is played, and nobody waits for more.
            state.withLock { $0.isComplete = true }
            await source.waitForEmptiness(patience: Self.patience)
            guard !isEnded else { return }
            element.post(error)
            // After the error, so that the end is never taken for a good one: what did arrive reaches the files.
            endOfStream()
        }
    }

    // Both under the lock, so that after a cancellation nothing of this stream gets into the next one.

    private func push(_ buffer: consuming Buffer) -> Bool {
        var buffer: Buffer? = buffer
        return state.withLock { state in
            guard !state.isEnded, let buffer = buffer.take() else { return false }
            if state.countsWords { state.received += buffer.count }
            return source.push(buffer)
        }
    }

    private func endOfStream() { state.withLock { if !$0.isEnded { source.endOfStream() } } }

    private typealias Attempt = (number: Int, result: Result<ServiceCall.Answer?, StreamFailure>)

    /// Sends each request as soon as the window allows, and lets the answers in one after the other.
    @NetworkActor private func deliverAll() async throws(StreamFailure) {
        let result: Result<Void, StreamFailure> = await withTaskGroup(of: Attempt.self) { group in
            defer { group.cancelAll() }
            var writer = AnswerWriter(
                element: element, push: { [self] in push($0) }, format: format, liveMargin: liveMargin)
            var answers: [Int: Result<ServiceCall.Answer?, StreamFailure>] = [:]
            for number in 0..<Self.window { group.addTask { await self.respond(number) } }
            for turn in 0... {
                state.withLock { $0.turn = turn }
                while answers[turn] == nil, let next = await group.next() { answers[next.number] = next.result }
                switch answers.removeValue(forKey: turn) {
                case .success(let answer?):
                    do throws(StreamFailure) {
                        try await deliverWhole(answer, &writer)
                    } catch {
                        return .failure(error)
                    }
                    if isEnded { return .success(()) }
                    group.addTask { await self.respond(turn + Self.window) }
                case .failure(let error): return .failure(error)
                case .success(nil), nil:
                    _ = writer.finish()
                    return .success(())
                }
            }
            return .success(())
        }
        try result.get()
    }

    @NetworkActor private func respond(_ number: Int) async -> Attempt {
        do throws(StreamFailure) {
            guard let order = try await orders(number) else { return (number, .success(nil)) }
            let call = ServiceCall(order: order, element: element, engine: engine) { [self] in
                state.withLock { $0.turn < number }
            }
            return (number, .success(try await call.respond()))
        } catch {
            return (number, .failure(error))
        }
    }

    // MARK: Body

    /// Lets an answer in and, where it is cut, those that go on with it.
    @NetworkActor private func deliverWhole(
        _ first: ServiceCall.Answer, _ writer: inout AnswerWriter
    ) async throws(StreamFailure) {
        var answer = first
        while true {
            var audio = AnswerAudio(of: answer.order)
            do throws(StreamFailure) {
                return try await deliver(answer, &audio, &writer)
            } catch {
                guard !isEnded else { throw answer.order.told(error) }
                guard let cut = CutAnswer(answer, audio, error) else {
                    throw answer.order.told(CutAnswer.told(error, of: answer.order, after: audio))
                }
                // All words are there; only the end itself is missing.
                if error.isCut, audio.place.isEnd { return end(answer, audio, &writer) }
                if let failure = cut.obstacle {
                    // Nobody will say it again.
                    _ = writer.end()
                    throw failure
                }
                answer = try await cut.resume(element: element, engine: engine)
            }
        }
    }

    /// Reads the body while the pipeline wants it, until its end.
    @NetworkActor private func deliver(
        _ answer: ServiceCall.Answer, _ audio: inout AnswerAudio, _ writer: inout AnswerWriter
    ) async throws(StreamFailure) {
        if answer.first != nil { noteFirstByte(of: answer) }
        state.withLock { $0.countsWords = answer.order.continuation != nil }
        var inspection = AnswerInspection(format)
        var isWanted = writer.begin(answer.order, start: answer.first)
        var chunk = answer.first
        while let bytes = chunk {
            let piece = try audio.read(bytes)
            if answer.order.continuation == nil { state.withLock { $0.received += piece.count } }
            let checked = try inspect(piece, of: answer, &inspection)
            isWanted = isWanted && writer.add(checked, of: audio)
            guard isWanted else {
                // The pipeline takes no more: it is being stopped, or somebody downstream told why.
                answer.body.cancel()
                cancel()
                return
            }
            await source.waitForRoom()
            chunk = try await answer.body.read(received: max(1, audio.received))
        }
        let rest = try audio.finish()
        _ = writer.add(try inspect(rest, of: answer, &inspection), of: audio)
        var doubts = try StreamFailure.checking { () throws(AnswerCheck.Fault) in
            try answer.check.checkEnd(received: audio.received, isProven: !answer.body.endIsUnproven)
            try answer.check.checkSamples(in: audio.received)
            return try answer.check.checkEnd(inspection, of: answer.order)
        }
        if let progress = audio.progress, progress.isShort {
            doubts.append("the answer has its proper end, but by its times it does not hold the whole text")
        }
        end(answer, audio, &writer)
        if isEnded { return }
        for doubt in doubts { element.postWarning(doubt) }
    }

    private func inspect(
        _ bytes: Bytes, of answer: ServiceCall.Answer, _ inspection: inout AnswerInspection
    ) throws(StreamFailure) -> Bytes {
        do { return try answer.check.inspect(bytes, &inspection) ?? Bytes([]) } catch { throw StreamFailure(error) }
    }

    /// The answer is there to its end.
    private func end(_ answer: ServiceCall.Answer, _ audio: AnswerAudio, _ writer: inout AnswerWriter) {
        _ = writer.end()
        guard !isEnded else { return }
        let received = answer.order.continuation == nil ? audio.received : receivedBytes
        element.post(StreamMessage.end, answer.order.fields(["bytes": .integer(Int64(received))]))
        answer.order.onAnswered()
    }

    private func noteFirstByte(of answer: ServiceCall.Answer) {
        element.post(
            StreamMessage.firstByte,
            answer.order.fields([
                "time": .double(answer.arrived.seconds),
                "time-to-first-byte": .double((answer.arrived - answer.sent).seconds),
            ]))
    }
}
