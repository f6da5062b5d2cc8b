/// What a run came to.
public struct PipelineSummary: Sendable, Equatable {
    /// One request to the service.
    public struct Request: Sendable, Equatable {
        /// The element that made it.
        public var element: String
        /// Which piece of a long input, or which of several texts, it was for, from 1; nil where there was one only.
        public var piece: Int?
        /// How often it was sent.
        public var attempts = 0
        /// How often the rest of a text was asked for, since an answer was cut.
        public var resumptions = 0
        /// From the request to the first byte of audio.
        public var timeToFirstByte: Duration?
        /// Bytes of audio that came into the pipeline. An answer that waits behind that of another piece has none yet.
        public var bytes = 0
        /// What the service said of it.
        public var answer = ServiceAnswer()
    }

    /// A time in which an element had nothing to give, since the network was slower than playback. What was to come came after
    /// it.
    public struct Stall: Sendable, Equatable {
        /// The element that had nothing to give.
        public var element: String
        /// From the start of the run.
        public var start: Duration
        /// How long it took.
        public var length: Duration

        /// Makes a stall.
        public init(element: String, start: Duration, length: Duration = .zero) {
            self.element = element
            self.start = start
            self.length = length
        }
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
    /// When playback had to wait for the network, in order.
    public var stalls: [Stall] = []
    /// When silence took the place of an input with `stall: continue`, in order.
    public var shifts: [Stall] = []
    /// The files written.
    public var files: [WrittenFile] = []
    /// How long the run took.
    public var elapsed: Duration = .zero

    /// Makes an empty summary.
    public init() {}
}
