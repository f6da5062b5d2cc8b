import GLib
import HTTP

/// A call that is answered with audio: it takes its turn, and succeeds with the first byte.
extension ClientCall {
    /// - Parameters:
    ///   - model: whose limit of concurrent requests counts; empty where the service chooses the model.
    ///   - request: the request with the key.
    @NetworkActor func audio(
        _ request: HTTPRequest, model: Model?, format: OutputFormat, key: Secret, isTimed: Bool = false
    ) async throws(ElevenLabsClientError) -> (response: AudioResponse, check: AnswerCheck) {
        let gate = RequestGate.shared(for: key, at: client.baseURL)
        // Kept for all attempts, so that none who came later goes before.
        let turn = gate.takeNumber()
        var attempt = 0
        return try await retrying { () throws(Failure) in
            guard let place = await gate.place(for: turn, onWait: { tell(.queued(ahead: $0)) }) else {
                throw Failure(error: .cancelled)
            }
            attempt += 1
            tell(.sending(attempt: attempt))
            let start = ContinuousClock.now
            do throws(Failure) {
                let response = try await send(request, key: key)
                let metadata = ResponseMetadata(header: { response.headers[$0].map(key.removed) })
                tell(.answered(metadata, after: .now - start))
                gate.note(limit: metadata.maximumConcurrentRequests, of: model?.rawValue ?? "")
                let check = AnswerCheck(format: format, requestID: metadata.requestID, isTimed: isTimed)
                let contentType = response.headers["content-type"].map {
                    DisplayText.line(key.removed(from: $0), limit: 200)
                }
                let body = AnswerBody(response, place)
                let first = try await first(of: body, contentType: contentType, check)
                tell(.firstByte(after: .now - start))
                let reader = AnswerReader(body, first: first, check: check, key: key, call: self)
                return (
                    AudioResponse(
                        metadata: metadata, contentType: contentType, outputFormat: format, reader: reader), check
                )
            } catch {
                throw leave(place, at: gate, model: model, after: error)
            }
        }
    }

    /// The first bytes of audio. Until they are here, the request may be sent again.
    @NetworkActor private func first(
        of body: AnswerBody, contentType: String?, _ check: AnswerCheck
    ) async throws(Failure) -> Bytes {
        let first: Bytes?
        do throws(AnswerBody.Failure) {
            first = try await body.next()
        } catch {
            if case .connection(let error) = error { throw Failure(error, received: 0, requestID: check.requestID) }
            throw Failure(error: ElevenLabsClientError(error, received: 0, requestID: check.requestID))
        }
        do throws(AnswerCheck.Fault) {
            try check.checkHead(contentType: contentType)
            guard let first else { throw check.notAudio("the service's answer holds no audio") }
            try check.checkStart(first)
            return first
        } catch {
            body.cancel()
            throw Failure(error: ElevenLabsClientError(error, received: 0))
        }
    }

    /// Gives the place of a failed attempt back, and says whether one of ours is to be waited for.
    private func leave(
        _ place: RequestGate.Place, at gate: RequestGate, model: Model?, after failure: Failure
    ) -> Failure {
        var failure = failure
        if failure.isOverLimit {
            failure.waitsForOurs = gate.noteRefusal(of: place, limit: failure.limit, model: model?.rawValue ?? "")
        } else {
            place.giveBack()
        }
        return failure
    }
}
