/// What happens while a pipeline runs, in order. Times are counted from the start of the run.
public enum PipelineEvent: Sendable, Equatable {
    /// The pipeline begins to play: everything that could be checked without the service was found right.
    case started
    /// A request goes out. `attempt` counts from 1.
    case requested(element: String, attempt: Int, characters: Int)
    /// A request failed for a passing reason and goes out again after `delay`.
    case retrying(element: String, attempt: Int, delay: Duration, reason: String)
    /// The service began to answer.
    case answered(element: String, ServiceAnswer)
    /// The first byte of an answer's audio came; `timeToFirstByte` is counted from its request.
    case firstByte(element: String, timeToFirstByte: Duration)
    /// The first decoded sample; `afterFirstByte` is what decoding took, nil where no service is involved.
    case firstAudio(at: Duration, afterFirstByte: Duration?)
    /// An answer is there to its end.
    case received(element: String, bytes: Int)
    /// Nothing can be heard: there is no sound device or sound server.
    case noAudioDevice(element: String, location: SourceLocation?)
    /// An element warns; the pipeline goes on.
    case warning(String, location: SourceLocation?)
    /// The pipeline is being ended before its own end.
    case stopping
}

/// What the service says of a request in the head of its answer. All of it is optional on the wire.
public struct ServiceAnswer: Sendable, Equatable {
    /// The header `request-id`.
    public var requestID: String?
    /// The header `character-cost`: what the request costs.
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
