/// What happens while a pipeline runs, in order. Times are counted from the start of the run. Where an input is sent in
/// several pieces, or an element says several texts, `piece` (from 1) tells which one an event is about; else it is nil.
public enum PipelineEvent: Sendable, Equatable {
    /// The pipeline begins to play: everything that could be checked without the service was found right.
    case started
    /// A request waits, since as many are under way with its key as the service allows at once, in this process; `ahead` go
    /// before it. `piece` as in `requested`.
    case queued(element: String, ahead: Int, piece: Int?)
    /// It waits no more, `after` the time that it waited.
    case dequeued(element: String, after: Duration, piece: Int?)
    /// A request goes out. `attempt` counts from 1; `piece` too, where an input is sent in several pieces.
    case requested(element: String, attempt: Int, size: RequestSize, piece: Int?)
    /// A long input is cut `at` a place in it, where `piece` (from 1) ends; `reason` is `limit` or `silence`.
    case cut(element: String, at: Duration, piece: Int, reason: String)
    /// A request failed for a passing reason and goes out again after `delay`; zero where it waits for another one's end.
    /// `piece` as in `requested`.
    case retrying(element: String, attempt: Int, delay: Duration, reason: String, piece: Int?)
    /// An answer was cut, and the rest of its text is asked for: so many `characters` of it were spoken, the last of them `words`.
    /// `credits` is what the broken request cost, where the service said so.
    case resuming(element: String, characters: Int, words: String, credits: Int?, reason: String)
    /// The service began to answer.
    case answered(element: String, ServiceAnswer, piece: Int?)
    /// The first byte of an answer's audio came; `timeToFirstByte` is counted from its request.
    case firstByte(element: String, timeToFirstByte: Duration, piece: Int?)
    /// The first decoded sample; `afterFirstByte` is what decoding took, nil where no service is involved.
    case firstAudio(at: Duration, afterFirstByte: Duration?)
    /// Playback waits for the network: the element has nothing to give, and all it gave has been played.
    case starved(element: String)
    /// Playback goes on, `after` the time that it waited.
    case resumed(after: Duration)
    /// What comes from an element is that much later from here on: it gave nothing in time, and since its way to a mixer has
    /// `stall: continue`, the others went on and silence took its place.
    case shifted(element: String, by: Duration)
    /// An answer is there to its end.
    case received(element: String, bytes: Int, piece: Int?)
    /// Nothing can be heard: there is no sound device or sound server.
    case noAudioDevice(element: String, location: SourceLocation?)
    /// An element warns; the pipeline goes on.
    case warning(String, location: SourceLocation?)
    /// A branch was added, and gets what comes from now on; see ``Pipeline/add(_:file:line:column:)``.
    case added(branch: String)
    /// A branch has ended and was taken out; see ``Pipeline/remove(branch:)``.
    case removed(branch: String)
    /// The pipeline is being ended before its own end.
    case stopping
}

/// How large a request is, in the unit that the service counts.
public enum RequestSize: Sendable, Equatable {
    /// Text, in Unicode scalars.
    case characters(Int)
    /// Uploaded audio: how long it is, unknown where it is encoded, and its bytes.
    case audio(Duration?, bytes: Int)
}

/// What the service says of a request in the head of its answer. All of it is optional on the wire.
public struct ServiceAnswer: Sendable, Equatable {
    /// The header `request-id`.
    public var requestID: String?
    /// The header `character-cost`: what the request costs. In a summary, of all requests that were sent for it.
    public var credits: Int?
    /// The header `current-concurrent-requests`.
    public var currentConcurrentRequests: Int?
    /// The header `maximum-concurrent-requests`.
    public var maximumConcurrentRequests: Int?
    /// Whether the request went over a connection that was open already.
    public var reusedConnection = false

    /// Makes an answer of which nothing is known.
    public init() {}
}
