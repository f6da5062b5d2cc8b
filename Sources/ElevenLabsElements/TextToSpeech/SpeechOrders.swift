import ElevenLabs
import HTTP

/// The orders for one text: for all of it, and for the rest where an answer is cut.
struct SpeechOrders: Sendable {
    /// How often a cut answer is gone on with, where `retries` does not say otherwise.
    private static let usualResumptions = 3
    /// How much of what was spoken is told to the service, which needs no more than the last sentences for its melody.
    private static let previousLength = 1000

    let settings: PropertySettings
    let engine: StreamEngine

    /// The order for the whole text.
    func first() throws(StreamFailure) -> StreamOrder {
        try order(from: 0, remaining: settings.unsigned("retries").map(Int.init) ?? Self.usualResumptions)
    }

    /// - Parameter start: characters of the text that have been spoken already.
    private func order(from start: Int, remaining: Int) throws(StreamFailure) -> StreamOrder {
        var request = TextToSpeechProperties.request(settings)
        let (text, format) = (request.text, request.effectiveOutputFormat)
        let resumes = settings.string("resume") == "word"
        request.withTimestamps = resumes
        if resumes, !PieceJoiner.canJoin(format) {
            throw StreamFailure(
                .invalidRequest,
                "'resume' is word, but answers in \(format) cannot be joined: set 'output-format' to mp3, pcm, ulaw or alaw"
            )
        }
        if start > 0 { Self.takeUp(&request, at: start) }
        try settings.check(request)
        let key = try engine.key()
        let wire: HTTPRequest
        do {
            wire = try request.httpRequest(baseURL: engine.baseURL, key: key, timeouts: settings.timeouts)
        } catch {
            throw StreamFailure(.invalidRequest, error.description)
        }
        var order = StreamOrder(
            request: wire, format: format, retries: settings.retries,
            gate: engine.gate(for: key), model: settings.string("model-id") ?? "",
            size: .characters(request.text.unicodeScalars.count), leastDuration: LeastDuration.speaking(request.text))
        guard resumes else { return order }
        order.continuation = StreamOrder.Continuation(text: text, start: start, remaining: remaining) {
            start throws(StreamFailure) in
            try self.order(from: start, remaining: remaining - 1)
        }
        return order
    }

    /// Makes a request for the rest of its text. Request ids, which would win over a text, do not name a request that was not read
    /// to its end.
    private static func takeUp(_ request: inout TextToSpeechRequest, at start: Int) {
        let scalars = request.text.unicodeScalars
        if request.effectiveModel.takesStitching {
            let before = (request.previousText.map { $0 + " " } ?? "") + String(scalars.prefix(start))
            request.previousText = String(before.unicodeScalars.suffix(previousLength))
            request.previousRequestIDs = nil
        }
        request.text = String(scalars.dropFirst(start))
    }
}
