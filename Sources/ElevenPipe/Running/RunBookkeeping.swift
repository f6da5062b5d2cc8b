import ElevenLabsElements
import GLib
import GStreamer

/// What a run comes to, kept as it goes: turns the elements' messages into events and adds up the summary.
struct RunBookkeeping {
    private let plan: GraphPlan
    private let started: Duration
    /// Whether the files of the graph were opened at all.
    var opensFiles = false
    private var requests: [String: PipelineSummary.Request] = [:]
    private var firstByte: Duration?
    private var firstAudio: Duration?
    private var decodingDelay: Duration?

    init(plan: GraphPlan, started: Duration) {
        self.plan = plan
        self.started = started
    }

    /// Takes a message in; returns what there is to tell.
    mutating func note(_ event: BusEvent) -> [PipelineEvent] {
        switch event {
        case .element(let source, let name, let fields): noteMessage(name, of: source, fields)
        case .warning(let report): noteWarning(report)
        default: []
        }
    }

    private mutating func noteMessage(
        _ name: String, of source: String, _ fields: [String: BusEvent.Field]
    ) -> [PipelineEvent] {
        var request = requests[source] ?? PipelineSummary.Request(element: source)
        defer { if name.hasPrefix("elevenlabs-") { requests[source] = request } }
        switch name {
        case StreamMessage.request:
            request.attempts = Int(fields["attempt"]?.integer ?? 1)
            let characters = Int(fields["characters"]?.integer ?? 0)
            return [.requested(element: source, attempt: request.attempts, characters: characters)]
        case StreamMessage.retry:
            return [
                .retrying(
                    element: source, attempt: Int(fields["attempt"]?.integer ?? 1),
                    delay: .seconds(fields["delay"]?.double ?? 0), reason: fields["reason"]?.string ?? "")
            ]
        case StreamMessage.response:
            request.answer = ServiceAnswer(fields)
            return [.answered(element: source, request.answer)]
        case StreamMessage.firstByte:
            let duration = Duration.seconds(fields["time-to-first-byte"]?.double ?? 0)
            request.timeToFirstByte = duration
            if firstByte == nil { firstByte = fields["time"]?.double.map { .seconds($0) } }
            return [.firstByte(element: source, timeToFirstByte: duration)]
        case StreamMessage.end:
            request.bytes = Int(fields["bytes"]?.integer ?? 0)
            return [.received(element: source, bytes: request.bytes)]
        default: return []
        }
    }

    private func noteWarning(_ report: BusEvent.Report) -> [PipelineEvent] {
        let step = plan.step(of: report.ancestry)
        // Told as an event of its own, in words for people.
        if step?.factory == "autoaudiosink", report.domain == "gst-resource-error-quark" { return [] }
        return [.warning("\(step?.name ?? report.element): \(report.message)", location: step?.location)]
    }

    /// - Parameter moment: on the monotonic clock.
    mutating func noteFirstAudio(_ moment: Duration) -> PipelineEvent {
        firstAudio = moment - started
        decodingDelay = firstByte.map { moment - $0 }
        return .firstAudio(at: moment - started, afterFirstByte: decodingDelay)
    }

    // MARK: The end

    /// - Parameters:
    ///   - received: bytes each element of ours received, also where the answer was not whole.
    ///   - audioLength: decoded audio that passed.
    func result(
        _ outcome: PipelineStateMachine.Outcome, received: [String: Int], audioLength: Duration?
    ) -> Result<PipelineSummary, PipelineError> {
        var summary = PipelineSummary()
        summary.requests = plan.elements.compactMap { step in
            guard var request = requests[step.name] else { return nil }
            request.bytes = received[step.name] ?? request.bytes
            return request
        }
        summary.firstAudio = firstAudio
        summary.decodingDelay = decodingDelay
        summary.audioLength = audioLength
        summary.elapsed = MonotonicTime.now - started
        switch outcome {
        case .completed:
            summary.files = files(arePartial: false)
            return .success(summary)
        case .ended(.stopped, let unfinished):
            summary.ending = .stopped
            summary.files = files(arePartial: true, unfinished: unfinished)
            return .success(summary)
        case .ended(.failed(var error), let unfinished):
            error.files = files(arePartial: true, unfinished: unfinished)
            return .failure(error)
        }
    }

    private func files(arePartial: Bool, unfinished: Set<String> = []) -> [WrittenFile] {
        guard opensFiles else { return [] }
        return plan.elements.filter { plan.isSink($0) }.compactMap { step in
            guard case .text(let path)? = step.properties.first(where: { $0.name == "location" })?.value else {
                return nil
            }
            return WrittenFile(path: path, isPartial: arePartial, isFinalised: !unfinished.contains(step.name))
        }
    }
}

extension ServiceAnswer {
    fileprivate init(_ fields: [String: BusEvent.Field]) {
        self.init()
        requestID = fields["request-id"]?.string
        credits = fields["credits"]?.integer.map(Int.init)
        currentConcurrentRequests = fields["current-concurrent-requests"]?.integer.map(Int.init)
        maximumConcurrentRequests = fields["maximum-concurrent-requests"]?.integer.map(Int.init)
        reusedConnection = fields["reused-connection"]?.bool ?? false
    }
}
