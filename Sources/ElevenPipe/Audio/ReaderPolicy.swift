import GStreamer

/// What a pipeline does with audio that comes while its reader is busy.
public enum ReaderPolicy: Sendable, Equatable {
    /// The pipeline waits for the reader, and nothing is lost. Branches that share the source wait with it, as soon as the
    /// second of audio that lies between them is used up.
    case wait
    /// So much audio waits for the reader; beyond it the oldest is dropped and counted. For a meter or a live listener.
    case dropOldest(beyond: Duration)
    /// So much audio waits for the reader; beyond it what comes is dropped and counted.
    case dropNewest(beyond: Duration)

    var overflow: AppSink.Overflow {
        switch self {
        case .wait: .wait
        case .dropOldest(let limit): .dropOldest(beyond: limit)
        case .dropNewest(let limit): .dropNewest(beyond: limit)
        }
    }
}
