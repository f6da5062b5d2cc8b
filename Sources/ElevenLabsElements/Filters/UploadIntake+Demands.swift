import ElevenLabs
import GLib
import GStreamer

extension UploadIntake {
    /// What is asked of the input, before any of it is known.
    struct Demands: Sendable {
        /// What the service takes in one request.
        let maximumDuration: Duration
        let maximumBytes: Int
        /// When a long input is cut; nil where it must not be.
        let mode: PieceCutter.Mode?
        /// What helps where it is too long.
        let cure: String
        /// What `file-format` was set to.
        let format: UploadFormat?
    }

    /// What is asked about the input.
    struct Input: Sendable {
        /// Whether it comes at the pace of a clock, so that its end is not waited for to tell how long it is.
        let isLive: @Sendable () -> Bool
        /// How long it is, where what is linked to the filter knows.
        let duration: @Sendable () -> Duration?
    }

    /// A place where the input is cut.
    struct Cut: Sendable, Equatable {
        /// Where in the input.
        let place: Duration
        /// The piece that ends there, from 1.
        let piece: Int
        let isAtLimit: Bool
    }
}

extension UploadIntake.Demands {
    /// What a kind of request and the set properties ask for.
    init<Request: UploadRequest>(_: Request.Type, _ settings: PropertySettings) {
        let request = Request(settings)
        let split = settings.string("split") ?? "limit"
        let canJoin = PieceJoiner.canJoin(request.answerFormat)
        let mode: PieceCutter.Mode? =
            switch split {
            case "none": nil
            case "silence":
                .silence(
                    minimum: .seconds(settings.double("split-minimum") ?? 5),
                    pause: .seconds(settings.double("split-pause") ?? 0.5))
            default: .limit
            }
        self.init(
            maximumDuration: Request.maximumDuration, maximumBytes: Request.maximumBytes,
            mode: canJoin ? mode : nil,
            cure: canJoin
                ? "set 'split' to limit or silence, then it goes in pieces"
                : "set 'output-format' to mp3 or pcm, then it goes in pieces (answers in \(request.answerFormat) cannot be "
                    + "joined)",
            format: request.fileFormat)
    }
}

/// What is told of an input that the service does not take.
extension UploadIntake.Demands {
    /// - Parameter isWhole: whether that is all of the input.
    func tooLong(_ duration: Duration, isEncoded: Bool, isWhole: Bool) -> StreamFailure {
        StreamFailure(
            .invalidRequest,
            "the input is \(isWhole ? "" : "more than ")\(Self.words(duration)) long, but the service takes "
                + "\(Self.words(maximumDuration)) at most; \(isEncoded ? cureOfEncoded : cure)")
    }

    func tooLarge(_ bytes: Int, isWhole: Bool) -> StreamFailure {
        StreamFailure(
            .invalidRequest,
            "the input has \(isWhole ? "" : "more than ")\(Self.megabytes(bytes)), but the service takes "
                + "\(Self.megabytes(maximumBytes)) at most; \(cureOfEncoded)")
    }

    /// Only raw audio is cut.
    private var cureOfEncoded: String {
        mode == nil
            ? "put 'decodebin' before the element and \(cure)"
            : "put 'decodebin' before the element, then it goes in pieces"
    }

    private static func megabytes(_ bytes: Int) -> String { "\(Double(bytes / 100_000) / 10) MB" }

    /// `12 min 3.5 s`.
    static func words(_ duration: Duration) -> String {
        let tenths = Int((duration.seconds * 10).rounded())
        let (minutes, rest) = (tenths / 600, tenths % 600)
        let seconds = rest % 10 == 0 ? "\(rest / 10) s" : "\(rest / 10).\(rest % 10) s"
        if minutes == 0 { return seconds }
        return rest == 0 ? "\(minutes) min" : "\(minutes) min \(seconds)"
    }
}
