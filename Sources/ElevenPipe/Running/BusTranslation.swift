import ElevenLabsElements
import GStreamer

extension PipelineError {
    /// What an error message on the bus means to the user of a graph.
    init(_ report: BusEvent.Report, plan: GraphPlan) {
        let step = plan.step(of: report.ancestry)
        self.init(.pipelineFailed, report.message, location: step?.location, element: step?.name ?? report.element)
        debugDetails = report.debug
        switch report.domain {
        case StreamFailure.domain:
            code = Code(StreamFailure.Category(rawValue: report.code))
            requestID = report.details["request-id"]?.string
            serviceCode = report.details["service-code"]?.string
            httpStatus = report.details["http-status"]?.integer.map(Int.init)
            return
        case LateLink.errorDomain: return
        case "gst-resource-error-quark":
            code = Code(resourceError: report.code, isSource: plan.isSource(step), isSink: plan.isSink(step))
        default: break
        }
        message = Self.sentence(report, step)
    }

    /// GStreamer's sentence, with the element before it and behind it the cause, which stands in the debug text's second
    /// line: the file that is missing, the system's error, why data stopped flowing.
    private static func sentence(_ report: BusEvent.Report, _ step: GraphPlan.ElementPlan?) -> String {
        var sentence = report.message
        while sentence.last == "." || sentence.last == " " { sentence.removeLast() }
        let debug = report.debug ?? ""
        var cause = debug.firstIndex(of: "\n").map { debug[debug.index(after: $0)...] } ?? ""
        cause = cause.prefix { $0 != "\n" }
        if cause.contains("not-negotiated") {
            sentence += ": the elements around it cannot agree on a format (not-negotiated)"
        } else if cause.contains("not-linked") {
            sentence += ": its output goes nowhere (not-linked)"
        } else if !cause.isEmpty {
            sentence += ": " + cause.trimmingPrefix("system error: ")
        }
        return "\(step.map { "\($0.factory) " } ?? "")'\(step?.name ?? report.element)': \(sentence)"
    }
}

extension PipelineError.Code {
    init(_ category: StreamFailure.Category?) {
        self =
            switch category {
            case .invalidRequest: .invalidGraph
            case .unreachable: .serviceUnreachable
            case .temporary: .temporary
            case .incomplete: .incompleteAnswer
            case .refused: .refused
            case .configuration: .configuration
            case .internalFault, nil: .internalFault
            }
    }

    /// The values of `GstResourceError`: what cannot be opened or read on the side of a source is an input, all else output.
    init(resourceError code: Int, isSource: Bool, isSink: Bool) {
        switch code {
        case 3, 5, 9: self = isSource ? .inputMissing : .outputFailed
        case 4, 6, 7, 8, 10, 14: self = .outputFailed
        default: self = isSink ? .outputFailed : .pipelineFailed
        }
    }
}

extension GraphPlan {
    /// The step that an element on the bus belongs to: itself, or the innermost bin around it that a step made.
    func step(of ancestry: [String]) -> ElementPlan? {
        for name in ancestry {
            if let step = elements.first(where: { $0.name == name }) { return step }
        }
        return nil
    }

    /// Whether nothing flows out of a step.
    func isSink(_ step: ElementPlan?) -> Bool { step.map { step in !links.contains { $0.from == step.name } } ?? false }

    /// Whether nothing flows into a step.
    func isSource(_ step: ElementPlan?) -> Bool { step.map { step in !links.contains { $0.to == step.name } } ?? false }
}
