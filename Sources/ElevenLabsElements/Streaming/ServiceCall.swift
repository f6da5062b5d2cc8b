import ElevenLabs
import GLib
import GStreamer
import HTTP

/// One request on its way to an answer: sent, and again where that may help, until there is audio.
struct ServiceCall: Sendable {
    let order: StreamOrder
    let element: Element
    let engine: StreamEngine
    /// Whether others go first, so that the answer is kept meanwhile.
    let isHeld: @Sendable () -> Bool

    /// An answer of which the first audio is here.
    struct Answer: Sendable {
        let order: StreamOrder
        /// What it costs, where the service says so.
        let credits: Int?
        /// What was read of the body to look at; nil where it is empty.
        let first: Bytes?
        /// The rest of it.
        let body: AnswerBody
        let check: AnswerCheck
        let sent: Duration
        let arrived: Duration
    }

    @NetworkActor func respond() async throws(StreamFailure) -> Answer {
        // Kept for all attempts, so that none who came later goes before.
        let number = order.gate.takeNumber()
        var attempt = 1
        var failures = 0
        while true {
            let place = try await place(for: number)
            do throws(StreamFailure) {
                return try await send(attempt: attempt, place)
            } catch {
                let delay = delay(after: error, place, &failures)
                guard let delay, error.isTransient, !Task.isCancelled else {
                    throw order.told(exhausted(error, attempts: attempt))
                }
                guard engine.retryBudget.take() else {
                    var told = exhausted(error, attempts: attempt)
                    told.message += "; all \(engine.retryBudget.limit) retries of the run are used up"
                    throw order.told(told)
                }
                post(
                    StreamMessage.retry,
                    [
                        "attempt": .integer(Int64(attempt)), "delay": .double(delay.seconds),
                        "reason": .string(order.withoutKey(error.message)),
                    ])
                try? await Task.sleep(for: delay)
                if Task.isCancelled { throw order.told(error) }
                attempt += 1
            }
        }
    }

    /// Waits in line where the service takes no more requests at once, and tells so.
    @NetworkActor private func place(for number: Int) async throws(StreamFailure) -> RequestGate.Place {
        let began = MonotonicTime.now
        let place = await order.gate.place(for: number) { ahead in
            post(StreamMessage.queued, ["ahead": .integer(Int64(ahead))])
        }
        guard let place else { throw StreamFailure(HTTPError(.cancelled), received: 0) }
        if place.wasWaitedFor {
            post(StreamMessage.dequeued, ["waited": .double((MonotonicTime.now - began).seconds)])
        }
        return place
    }

    /// Gives the place back. - Returns: how long to wait before the next attempt; nil where there is none.
    private func delay(after failure: StreamFailure, _ place: RequestGate.Place, _ failures: inout Int) -> Duration? {
        var othersRun = false
        if let concurrency = failure.concurrency {
            othersRun = order.gate.noteRefusal(of: place, limit: concurrency.limit, model: order.model)
        } else {
            place.giveBack()
        }
        // It waits for the end of one of ours, however many times: fewer run then. Others' ends nobody sees.
        if othersRun, order.retries > 0, failure.retryAfter == nil { return .zero }
        failures += 1
        return RetryPolicy(attempts: order.retries + 1).delay(afterAttempt: failures, retryAfter: failure.retryAfter)
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

    @NetworkActor private func send(
        attempt: Int, _ place: RequestGate.Place
    ) async throws(StreamFailure) -> Answer {
        post(StreamMessage.request, order.size.fields.merging(["attempt": .integer(Int64(attempt))]) { $1 })
        let sent = MonotonicTime.now
        let response: HTTPResponse
        do {
            response = try await engine.client.send(order.request)
        } catch {
            throw StreamFailure(error, received: 0)
        }
        guard response.status == 200 else { throw try await failure(of: response) }
        let metadata = ResponseMetadata(header: { response.headers[$0].map(order.withoutKey) })
        post(
            StreamMessage.response,
            StreamMessage.fields(of: metadata, reusedConnection: response.timings.reusedConnection))
        order.gate.note(limit: metadata.maximumConcurrentRequests, of: order.model)
        let check = AnswerCheck(
            format: order.format, requestID: metadata.requestID, isTimed: order.continuation != nil)
        try StreamFailure.checking { () throws(AnswerCheck.Fault) in
            try check.checkHead(contentType: response.headers["content-type"].map(order.withoutKey))
        }
        let body = AnswerBody(response, place)
        let first = try await body.read()
        let arrived = MonotonicTime.now
        if let first { try StreamFailure.checking { () throws(AnswerCheck.Fault) in try check.checkStart(first) } }
        if isHeld() { try await body.readAhead(while: isHeld) }
        return Answer(
            order: order, credits: metadata.characterCost, first: first, body: body, check: check, sent: sent,
            arrived: arrived)
    }

    @NetworkActor private func failure(of response: HTTPResponse) async throws(StreamFailure) -> StreamFailure {
        let refusal: ElevenLabsError
        do {
            refusal = try await ElevenLabsError.refusal(response, withoutKey: order.withoutKey)
        } catch {
            throw StreamFailure(error, received: 0)
        }
        let metadata = ResponseMetadata(header: { response.headers[$0].map(order.withoutKey) })
        var failure = StreamFailure(refusal)
        if refusal.isOverLimit(metadata) { failure.concurrency = .init(limit: metadata.maximumConcurrentRequests) }
        return failure
    }

    private func post(_ name: String, _ fields: [String: BusEvent.Field]) { element.post(name, order.fields(fields)) }
}
