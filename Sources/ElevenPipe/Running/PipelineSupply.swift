import ElevenLabsElements

/// What a pipeline has to play, at one moment: what the service gave, and how far that reaches.
struct PipelineSupply: Sendable, Equatable {
    struct Sink: Sendable, Equatable {
        /// How long until what comes next is late; nil before anything came.
        var rest: Duration?
        /// How long until all that came has been heard.
        var silence: Duration = .zero
        /// How much it takes before it begins to play.
        var fill: Duration = .zero
        /// The elements of ours whose audio comes to it, without those that lie behind another of ours.
        var sources: Set<String>
    }

    /// Whether the clock runs.
    var isPlaying: Bool
    /// Whether a source gives its data at the pace of the clock, so that the clock cannot wait.
    var isLive: Bool
    /// The elements of ours, by name.
    var sources: [String: StreamSupply]
    /// The steps that play against the clock, by name.
    var sinks: [String: Sink]
}
