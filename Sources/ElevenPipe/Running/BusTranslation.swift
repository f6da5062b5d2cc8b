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
        case LateLink.errorDomain:
            if report.code == LateLink.deviceGone { code = .outputFailed }
            return
        case BusEvent.Report.resourceDomain:
            code = Code(resourceError: report.code, isSource: plan.isSource(step), isSink: plan.isSink(step))
        default: if report.missingDecoder != nil { code = .invalidGraph }
        }
        message = Self.sentence(report, step)
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
            case .storage: .outputFailed
            case .configuration: .configuration
            case .internalFault, nil: .internalFault
            }
    }

    /// The values of `GstResourceError`: what cannot be opened or read on the side of a source is an input, all else output.
    init(resourceError code: Int, isSource: Bool, isSink: Bool) {
        switch code {
        case 6, 8, 10, 14: self = .outputFailed
        case 3, 4, 5, 7, 9: self = isSource ? .inputMissing : .outputFailed
        // Sound servers that go away fail with no code of their own.
        default: self = isSink ? .outputFailed : isSource ? .inputMissing : .pipelineFailed
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
