import ElevenLabs
import GLib
import HTTP

extension AnswerBody {
    /// Waits for the next bytes; nil at the end of a whole body. One reader.
    /// - Parameter received: bytes of audio that have left for the pipeline before, for the failure.
    func read(received: Int = 0) async throws(StreamFailure) -> Bytes? {
        do {
            return try await next()
        } catch {
            throw StreamFailure(error, received: received)
        }
    }

    /// Reads ahead, as far as memory goes, for as long as others go first.
    func readAhead(while isHeld: () -> Bool) async throws(StreamFailure) {
        do {
            try await fill(while: isHeld)
        } catch {
            throw StreamFailure(error, received: 0)
        }
    }
}

extension StreamFailure {
    fileprivate init(_ failure: AnswerBody.Failure, received: Int) {
        switch failure {
        case .connection(let error): self.init(error, received: received)
        case .storage(let error):
            self.init(
                .internalFault,
                "the answer, which is read early since other requests wait for it, cannot be kept: "
                    + error.description)
        }
    }
}
