import GLib
import HTTP
import Synchronization

/// One call of the client: sent, and again where that may help, until there is audio or a whole listing.
struct ClientCall: Sendable {
    let client: ElevenLabsClient
    let operation: ClientEvent.Operation
    private let number = ClientCall.count.wrappingAdd(1, ordering: .relaxed).newValue

    private static let count = Atomic(0)

    init(_ operation: ClientEvent.Operation, of client: ElevenLabsClient) {
        self.operation = operation
        self.client = client
    }

    func tell(_ kind: ClientEvent.Kind) {
        client.onEvent?(ClientEvent(operation: operation, call: number, kind: kind))
    }

    /// Why an attempt failed, and what that means for another one.
    struct Failure: Error {
        var error: ElevenLabsClientError
        var isTransient = false
        var retryAfter: Duration?
        /// Refused since too many run, by the service's own word or by its count; and how many may, where it says so.
        var isOverLimit = false
        var limit: Int?
        /// Some of those that run are ours: it may wait for the end of one of them.
        var waitsForOurs = false
    }

    /// Does the work of a call, and tells what became of it where that is a failure.
    func run<Value: Sendable>(
        _ body: @Sendable (Secret) async throws(ElevenLabsClientError) -> Value
    ) async throws(ElevenLabsClientError) -> Value {
        do throws(ElevenLabsClientError) {
            let key = try await client.key()
            do throws(ElevenLabsClientError) {
                return try await body(key)
            } catch {
                throw error.removing(key)
            }
        } catch {
            tell(.failed(error))
            throw error
        }
    }

    /// Tries until it succeeds or there is no use in it.
    @NetworkActor func retrying<Value: Sendable>(
        _ attempt: @NetworkActor () async throws(Failure) -> Value
    ) async throws(ElevenLabsClientError) -> Value {
        var attempts = 0
        var failures = 0
        while true {
            do throws(Failure) {
                if Task.isCancelled { throw Failure(error: .cancelled) }
                attempts += 1
                return try await attempt()
            } catch {
                guard let delay = delay(after: error, &failures) else { throw exhausted(error, attempts) }
                tell(.retrying(after: delay, because: error.error))
                do { try await Task.sleep(for: delay) } catch { throw .cancelled }
            }
        }
    }

    /// How long to wait before the next attempt; nil where there is none.
    private func delay(after failure: Failure, _ failures: inout Int) -> Duration? {
        guard failure.isTransient, !Task.isCancelled else { return nil }
        // It waits for the end of one of ours, however many times: fewer run then. Others' ends nobody sees.
        if failure.waitsForOurs, client.retries > 0, failure.retryAfter == nil { return .zero }
        failures += 1
        return RetryPolicy(attempts: client.retries + 1)
            .delay(afterAttempt: failures, retryAfter: failure.retryAfter)
    }

    private func exhausted(_ failure: Failure, _ attempts: Int) -> ElevenLabsClientError {
        if Task.isCancelled { return .cancelled }
        guard attempts > 1, case .unreachable(let reason) = failure.error else { return failure.error }
        return .unreachable(reason: "\(reason) (tried \(attempts) times)")
    }

    /// Sends a request. - Returns: an answer with status 200.
    @NetworkActor func send(_ request: HTTPRequest, key: Secret) async throws(Failure) -> HTTPResponse {
        let response: HTTPResponse
        let refusal: ElevenLabsError
        do throws(HTTPError) {
            response = try await HTTPClient.shared.send(request)
            if response.status == 200 { return response }
            refusal = try await ElevenLabsError.refusal(response, withoutKey: key.removed)
        } catch {
            throw Failure(error)
        }
        throw Failure(refusal, ResponseMetadata(header: { response.headers[$0] }))
    }
}

extension ClientCall.Failure {
    /// What HTTP could not carry. - Parameter received: bytes of the body that came; nil where there was no answer yet.
    init(_ cause: HTTPError, received: Int? = nil, requestID: String? = nil) {
        self.init(
            error: ElevenLabsClientError(cause, received: received, requestID: requestID),
            isTransient: cause.isTransient)
    }

    /// What the service refused.
    fileprivate init(_ refusal: ElevenLabsError, _ metadata: ResponseMetadata) {
        self.init(error: .refused(refusal), isTransient: refusal.isTransient, retryAfter: refusal.retryAfter)
        isOverLimit = refusal.isOverLimit(metadata)
        limit = metadata.maximumConcurrentRequests
    }
}
