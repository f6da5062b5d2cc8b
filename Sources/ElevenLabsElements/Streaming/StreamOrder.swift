import ElevenLabs
import GLib
import GStreamer
import HTTP

/// One request that an element makes, with what its messages tell of it.
struct StreamOrder: Sendable {
    let request: HTTPRequest
    /// What the answer is encoded in.
    let format: OutputFormat
    let retries: Int
    /// Where it waits for its place among the concurrent ones.
    let gate: RequestGate
    /// Whose limit counts there; empty where the service chooses.
    var model = ""
    let size: Size
    /// Which of several requests of one stream it is; nil where there is one only.
    var piece: Piece?
    /// How the rest is asked for where the answer is cut; nil where its audio is bare, so that nobody knows the rest.
    var continuation: Continuation?
    /// A whole answer plays longer than this; nil where that cannot be told.
    var leastDuration: Duration?
    /// Called when the answer is there to its end, so that what was uploaded can be let go of.
    var onAnswered: @Sendable () -> Void = {}

    /// A part of a long input, or one of several texts.
    struct Piece: Sendable, Equatable {
        /// From 1.
        let number: Int
        /// How long it is, at the rate of uploads; nil for a text, which has no length that its speech could be held to.
        var samples: Int?
    }

    /// What is to be asked for where the answer to a text is cut.
    struct Continuation: Sendable {
        /// The whole text, and how many of its characters others spoke before this order.
        let text: String
        let start: Int
        /// How often it may still be asked for.
        let remaining: Int
        /// The order for the text from a character on.
        let order: @Sendable (_ start: Int) throws(StreamFailure) -> StreamOrder

        /// What this order is to speak.
        var rest: Substring.UnicodeScalarView { text.unicodeScalars.dropFirst(start) }
    }

    /// How large a request is, in the unit that the service counts.
    enum Size: Sendable, Equatable {
        case characters(Int)
        /// Uploaded audio; nil where it is encoded, so that only its bytes are known.
        case audio(Duration?, bytes: Int)

        var fields: [String: BusEvent.Field] {
            switch self {
            case .characters(let count): ["characters": .integer(Int64(count))]
            case .audio(let duration?, let bytes):
                ["seconds": .double(duration.seconds), "upload-bytes": .integer(Int64(bytes))]
            case .audio(nil, let bytes): ["upload-bytes": .integer(Int64(bytes))]
            }
        }
    }

    /// The fields of a message about this request.
    func fields(_ fields: [String: BusEvent.Field]) -> [String: BusEvent.Field] {
        guard let piece else { return fields }
        return fields.merging(["piece": .integer(Int64(piece.number))]) { $1 }
    }

    /// A text from the server without the key, which an answer might repeat.
    func withoutKey(_ text: String) -> String { request.secretHeader?.value.removed(from: text) ?? text }

    /// A failure of this request, as it may be told.
    func told(_ failure: StreamFailure) -> StreamFailure {
        var told = failure
        told.message = withoutKey(failure.message)
        told.requestID = failure.requestID.map(withoutKey)
        told.serviceCode = failure.serviceCode.map(withoutKey)
        if let piece { told.message = "piece \(piece.number): \(told.message)" }
        return told
    }
}
