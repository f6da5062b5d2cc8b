import ElevenLabs
import GStreamer
import HTTP

/// An answer that came to no good end while its text was spoken, and how it goes on where it was cut.
struct CutAnswer: Sendable {
    private let answer: ServiceCall.Answer
    private let continuation: StreamOrder.Continuation
    private let audio: AnswerAudio
    private let cause: StreamFailure

    /// nil where nobody knows which words were spoken.
    init?(_ answer: ServiceCall.Answer, _ audio: AnswerAudio, _ cause: StreamFailure) {
        guard let continuation = answer.order.continuation else { return nil }
        self.answer = answer
        self.continuation = continuation
        self.audio = audio
        self.cause = cause
    }

    /// Characters of the whole text that have been spoken.
    private var spoken: Int { continuation.start + audio.place.characters }

    private var isUnknown: Bool { audio.isLost || (audio.received > 0 && audio.progress?.hasTimes == false) }

    /// Why the rest is not known: the cause, and what the service left open.
    var obstacle: StreamFailure? {
        guard cause.isCut, isUnknown else { return nil }
        let reason =
            audio.progress?.hasTimes == true
            ? "the times that the service sent do not fit the text" : "the service sent no times"
        return told(cause, "; it cannot be resumed, since \(reason)")
    }

    /// Asks for the rest.
    /// - Throws: the cause, where it is no cut or was asked for too often, and what was spoken.
    @NetworkActor func resume(element: Element, engine: StreamEngine) async throws(StreamFailure) -> ServiceCall.Answer
    {
        // Its place at the gate is free then for the next one.
        answer.body.cancel()
        guard cause.isCut, continuation.remaining > 0 else { throw told(cause, words) }
        guard engine.retryBudget.take() else {
            throw told(cause, "; all \(engine.retryBudget.limit) retries of the run are used up" + words)
        }
        let order = try continuation.order(spoken)
        post(to: element)
        do throws(StreamFailure) {
            return try await ServiceCall(order: order, element: element, engine: engine, isHeld: { false }).respond()
        } catch {
            throw told(error, words)
        }
    }

    /// A failure where nobody goes on: bare audio does not say which words it holds, only how long it is.
    static func told(_ cause: StreamFailure, of order: StreamOrder, after audio: AnswerAudio) -> StreamFailure {
        guard cause.isCut else { return cause }
        var failure = cause
        let tenths = Int((order.format.duration(ofBytes: audio.received) / .milliseconds(100)).rounded())
        failure.message += "; about \(tenths / 10).\(tenths % 10) s of audio came before"
        if case .characters = order.size, PieceJoiner.canJoin(order.format) {
            failure.message += "; set 'resume' to word to have the rest asked for"
        }
        return failure
    }

    private func post(to element: Element) {
        var fields: [String: BusEvent.Field] = [
            "characters": .integer(Int64(spoken)), "words": .string(lastWords),
            "reason": .string(answer.order.withoutKey(cause.message)),
        ]
        fields["credits"] = answer.credits.map { .integer(Int64($0)) }
        element.post(StreamMessage.resume, answer.order.fields(fields))
    }

    /// A failure with what is to be said of the text.
    private func told(_ failure: StreamFailure, _ addition: String) -> StreamFailure {
        var failure = failure
        failure.message += addition
        return answer.order.told(failure)
    }

    private var words: String {
        guard !isUnknown else { return "" }
        guard spoken > 0 else { return "; no word of the text was spoken" }
        return
            "; the text was spoken up to '\(lastWords)', \(spoken) of \(continuation.text.unicodeScalars.count) characters"
    }

    /// The last few words of the whole text that were spoken.
    private var lastWords: String {
        let before = Substring(continuation.text.unicodeScalars.prefix(spoken))
        return DisplayText.line(
            String(before.suffix(200)).split(separator: " ").suffix(5).joined(separator: " "), limit: 80)
    }
}
