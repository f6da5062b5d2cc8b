/// Something that happened to one of an engine's pipelines: what a log or a metric is made of.
public struct PipelineNotice: Sendable {
    /// What happened.
    public enum Content: Sendable {
        /// As ``Pipeline/events`` tells it.
        case event(PipelineEvent)
        /// The run is over; the last notice of a pipeline.
        case ended(Result<PipelineSummary, PipelineError>)
    }

    /// The name of the pipeline's graph, where it has one.
    public var pipeline: String?
    /// A number that no other pipeline of the process has.
    public var number: Int
    /// What happened.
    public var content: Content
}
