import GLib

/// When the samples of an answer are due in a pipeline whose clock does not wait.
///
/// The first is stamped with the moment at which it came and a margin for the way to the sink, the following by count. What
/// comes when its time is over, since the stream ran dry meanwhile, is stamped anew: a gap is heard, but no word is lost.
struct LiveTimeline: Sendable {
    /// The time that the way to a mixer or a sink may take: decoding, converting, the change of threads.
    let margin: Duration
    /// When position zero is due.
    private var origin: Duration?

    init(margin: Duration) { self.margin = margin }

    /// - Parameters: where the sample lies in the answers; the pipeline's running time.
    mutating func stamp(position: Duration, now: Duration) -> (time: Duration, isAnew: Bool) {
        if let origin, origin + position >= now { return (origin + position, false) }
        origin = now + margin - position
        return (now + margin, true)
    }
}
