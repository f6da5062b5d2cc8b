/// How playback waits for the network: the `playback` part of the file. What is nil, the engine chooses.
public struct PlaybackSettings: Sendable, Equatable {
    /// How much audio must be there before the first sound; nothing where it is nil.
    public var prebuffer: Duration?
    /// How much audio must be there before sound goes on after it ran dry; 500 ms where it is nil. Each time it ran dry
    /// doubles it, up to 5 s.
    public var rebuffer: Duration?
    /// How late a live pipeline plays what its sources take up; where it is nil, as early as its elements can. Less than that
    /// gets a warning from GStreamer and what comes late is lost.
    public var latency: Duration?

    /// Makes settings.
    public init(prebuffer: Duration? = nil, rebuffer: Duration? = nil, latency: Duration? = nil) {
        self.prebuffer = prebuffer
        self.rebuffer = rebuffer
        self.latency = latency
    }
}
