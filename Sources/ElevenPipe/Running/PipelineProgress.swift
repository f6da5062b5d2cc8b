/// How far a pipeline is, at one moment.
public struct PipelineProgress: Sendable, Equatable {
    /// Bytes of audio received from the service.
    public var receivedBytes = 0
    /// How much decoded audio has passed.
    public var audioLength: Duration?
    /// How far the sinks have played or written.
    public var position: Duration?
    /// The loudest sample since the last look, 1 being full scale; nil while there is no decoded audio.
    public var peak: Double?

    /// Makes a progress of nothing.
    public init() {}
}
