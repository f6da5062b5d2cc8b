import ElevenLabs

/// How much audio an element of ours has to give, at one moment.
package struct StreamSupply: Sendable, Equatable {
    /// All the audio that the service has sent so far.
    package var received: Duration
    /// What of it has not left the element yet; zero where there is no byte to give.
    package var queued: Duration
    /// Whether nothing will come any more.
    package var isEnded: Bool
    /// Whether nothing was asked for that has not come, though more may be: there is nothing to wait for but the program.
    package var isIdle = false
    /// Whether no more is taken in before some of it has left.
    package var isFull: Bool

    package init(received: Duration, queued: Duration, isEnded: Bool = false, isFull: Bool = false) {
        self.received = received
        self.queued = queued
        self.isEnded = isEnded
        self.isFull = isFull
    }
}

extension OutputFormat {
    /// How long so many bytes play: exact where the samples are not compressed, else by the bitrate.
    func duration(ofBytes count: Int) -> Duration { .seconds(Double(count) / Double(byteRate)) }
}
