/// What a run came to.
public struct PipelineSummary: Sendable, Equatable {
    /// One request to the service.
    public struct Request: Sendable, Equatable {
        /// The element that made it.
        public var element: String
        /// How often it was sent.
        public var attempts = 0
        /// From the request to the first byte of audio.
        public var timeToFirstByte: Duration?
        /// Bytes of audio received.
        public var bytes = 0
        /// What the service said of it.
        public var answer = ServiceAnswer()
    }

    /// How a run ended that did not fail.
    public enum Ending: String, Sendable, Equatable {
        /// Every sample was played or written.
        case completed
        /// It was stopped before its end.
        case stopped
    }

    /// How it ended.
    public var ending = Ending.completed
    /// The requests, in the order of the graph.
    public var requests: [Request] = []
    /// From the start of the run to the first decoded sample.
    public var firstAudio: Duration?
    /// From the first byte of audio to the first decoded sample.
    public var decodingDelay: Duration?
    /// How much audio went through, counted in samples where it was decoded.
    public var audioLength: Duration?
    /// The files written.
    public var files: [WrittenFile] = []
    /// How long the run took.
    public var elapsed: Duration = .zero

    /// Makes an empty summary.
    public init() {}
}
