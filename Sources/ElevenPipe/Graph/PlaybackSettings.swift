/// How playback waits for the network: the `playback` part of the file. What is nil, the engine chooses.
public struct PlaybackSettings: Sendable, Equatable {
    /// How much audio must be there before the first sound.
    public var prebuffer: Duration?
    /// How much audio must be there before sound goes on after it ran dry.
    public var rebuffer: Duration?
    /// How late a live pipeline plays.
    public var latency: Duration?

    /// Makes settings.
    public init(prebuffer: Duration? = nil, rebuffer: Duration? = nil, latency: Duration? = nil) {
        self.prebuffer = prebuffer
        self.rebuffer = rebuffer
        self.latency = latency
    }
}
