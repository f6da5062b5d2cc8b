import GLib
import HTTP

/// Reads an answer's body for the one who asked: one reader at a time, an end that stays the end, and a request that ends
/// when nobody holds it any more.
@NetworkActor
final class AnswerReader: Sendable {
    private let body: AnswerBody
    private let check: AnswerCheck
    private let key: Secret
    private let call: ClientCall
    /// What was read of the body to look at.
    private var first: Bytes?
    private var received = 0
    private var isReading = false
    private var ending: Result<Void, ElevenLabsClientError>?

    init(_ body: AnswerBody, first: Bytes?, check: AnswerCheck, key: Secret, call: ClientCall) {
        self.body = body
        self.first = first
        self.check = check
        self.key = key
        self.call = call
    }

    // On the network's thread, as everything here: the end of what nobody reads to its end is told as well.
    isolated deinit { if ending == nil { call.tell(.failed(.cancelled)) } }

    /// Waits for the next bytes; nil at the end of a whole body. Ever after, what ended it.
    func next() async throws(ElevenLabsClientError) -> Bytes? {
        guard !isReading else { throw .severalReaders }
        isReading = true
        defer { isReading = false }
        do throws(ElevenLabsClientError) {
            if let ending {
                try ending.get()
                return nil
            }
            if Task.isCancelled { throw .cancelled }
            if let bytes = try await read() {
                received += bytes.count
                return bytes
            }
            try checkEnd()
            // What is in lines has not ended well before its last line was read.
            if !check.isTimed { end() }
            return nil
        } catch {
            throw fail(error)
        }
    }

    /// The answer was read to its end.
    func end() {
        guard ending == nil else { return }
        ending = .success(())
        call.tell(.ended(receivedBytes: received))
    }

    private func checkEnd() throws(ElevenLabsClientError) {
        do {
            try check.checkEnd(received: received, isProven: !body.endIsUnproven)
            if !check.isTimed { try check.checkSamples(in: received) }
        } catch {
            throw ElevenLabsClientError(error, received: received)
        }
    }

    private func read() async throws(ElevenLabsClientError) -> Bytes? {
        if let bytes = first.take() { return bytes }
        do {
            return try await body.next()
        } catch {
            throw ElevenLabsClientError(error, received: received, requestID: check.requestID)
        }
    }

    /// Ends the answer; the first reason counts. - Returns: that reason.
    @discardableResult func fail(_ error: ElevenLabsClientError) -> ElevenLabsClientError {
        if case .failure(let reason) = ending { return reason }
        let reason = error.removing(key)
        ending = .failure(reason)
        first = nil
        body.cancel()
        call.tell(.failed(reason))
        return reason
    }
}

extension AnswerReader: CustomReflectable {
    /// Without children: a dump of an answer would show the service's head as it came, in which a key may be repeated.
    nonisolated var customMirror: Mirror { Mirror(self, children: []) }
}
