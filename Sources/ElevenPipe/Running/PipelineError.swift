/// Why a pipeline did not do all it was meant to: one sentence with its cause, the place in the graph, and what kind of
/// failure it is. It never holds the key or the text to speak.
public struct PipelineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure, each with an exit code of the command.
    public enum Code: String, Sendable, Equatable, CaseIterable {
        /// An element failed for a reason of its own.
        case pipelineFailed = "pipeline-failed"
        /// The graph, or a request made from it, is wrong: the service would refuse or did refuse it (400, 404, 422).
        case invalidGraph = "invalid-graph"
        /// A file that the graph reads is missing, unreadable or empty, or a device that it records from is gone.
        case inputMissing = "input-missing"
        /// The service cannot be reached, or does not begin to answer.
        case serviceUnreachable = "service-unreachable"
        /// A mistake of this software.
        case internalFault = "internal-fault"
        /// Nothing can be written to a file, or played on a device.
        case outputFailed = "output-failed"
        /// The service is busy or broken for the moment (429, 5xx), and the retries are used up.
        case temporary
        /// The run's deadline passed before its end.
        case deadlineExceeded = "deadline-exceeded"
        /// The answer was cut short, or is not what the API promises.
        case incompleteAnswer = "incomplete-answer"
        /// The key, a permission or the quota was refused.
        case refused
        /// The key or another part of the configuration is missing or wrong.
        case configuration
    }

    /// What kind of failure it is. A closed set, fit for a metric's label.
    public var code: Code
    /// One sentence.
    public var message: String
    /// The step at fault, where it is known.
    public var location: SourceLocation?
    /// The name of the element at fault, where it is known.
    public var element: String?
    /// The id under which the service knows the request.
    public var requestID: String?
    /// The service's own word, as in `voice_not_found`.
    public var serviceCode: String?
    /// The HTTP status of the service's answer.
    public var httpStatus: Int?
    /// The files that the run wrote to, none of which is whole.
    public var files: [WrittenFile] = []
    /// GStreamer's further words, for developers.
    public var debugDetails: String?

    /// Makes an error.
    public init(_ code: Code, _ message: String, location: SourceLocation? = nil, element: String? = nil) {
        self.code = code
        self.message = message
        self.location = location
        self.element = element
    }

    /// `file:line:column: error: message`, or `error: message` where the place is not known.
    public var description: String {
        guard let location, location.line > 0 else { return "error: \(message)" }
        return "\(location): error: \(message)"
    }

    /// The command's exit code for it.
    public var exitCode: Int32 {
        switch code {
        case .pipelineFailed: 1
        case .invalidGraph: 65
        case .inputMissing: 66
        case .serviceUnreachable: 69
        case .internalFault: 70
        case .outputFailed: 74
        case .temporary, .deadlineExceeded: 75
        case .incompleteAnswer: 76
        case .refused: 77
        case .configuration: 78
        }
    }
}
