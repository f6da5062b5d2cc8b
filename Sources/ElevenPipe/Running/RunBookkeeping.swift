import ElevenLabsElements
import GLib
import GStreamer

/// What a run comes to, kept as it goes: turns the elements' messages into events and adds up the summary.
struct RunBookkeeping {
    /// The graph as it runs now.
    private var plan: GraphPlan
    /// The files of branches that were taken out.
    private var earlierFiles: [WrittenFile] = []
    private let started: Duration
    /// Whether the files of the graph were opened at all.
    var opensFiles = false
    /// Of each element, by piece.
    private var requests: [String: [Int: PipelineSummary.Request]] = [:]
    /// The pieces of each element that were received to their end.
    private var whole: [String: Set<Int>] = [:]
    private var firstByte: Duration?
    private var firstAudio: Duration?
    private var decodingDelay: Duration?
    private var stalls: [PipelineSummary.Stall] = []
    private var shifts: [PipelineSummary.Stall] = []
    /// Of the stall that is not over.
    private var stallBegan: Duration?

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
        let piece = fields["piece"]?.integer.map(Int.init)
        switch name {
        case StreamMessage.cut:
            return [
                .cut(
                    element: source, at: .seconds(fields["at"]?.double ?? 0), piece: piece ?? 1,
                    reason: fields["reason"]?.string ?? "")
            ]
        case StreamMessage.queued:
            return [.queued(element: source, ahead: Int(fields["ahead"]?.integer ?? 0), piece: piece)]
        case StreamMessage.dequeued:
            return [.dequeued(element: source, after: .seconds(fields["waited"]?.double ?? 0), piece: piece)]
        case StreamMessage.shift:
            let length = Duration.seconds(fields["by"]?.double ?? 0)
            let element = plan.service(before: source) ?? source
            shifts.append(
                PipelineSummary.Stall(
                    element: element, start: .seconds(fields["at"]?.double ?? 0), length: length))
            return [.shifted(element: element, by: length)]
        default: break
        }
        var request = requests[source]?[piece ?? 1] ?? PipelineSummary.Request(element: source, piece: piece)
        defer { if name.hasPrefix("elevenlabs-") { requests[source, default: [:]][piece ?? 1] = request } }
        switch name {
        case StreamMessage.request:
            request.attempts = Int(fields["attempt"]?.integer ?? 1)
            return [
                .requested(element: source, attempt: request.attempts, size: RequestSize(fields), piece: piece)
            ]
        case StreamMessage.retry:
            return [
                .retrying(
                    element: source, attempt: Int(fields["attempt"]?.integer ?? 1),
                    delay: .seconds(fields["delay"]?.double ?? 0), reason: fields["reason"]?.string ?? "",
                    piece: piece)
            ]
        case StreamMessage.response:
            let answer = ServiceAnswer(fields)
            let spent = request.answer.credits
            request.answer = answer
            // Each of them is charged for.
            if let spent { request.answer.credits = spent + (answer.credits ?? 0) }
            return [.answered(element: source, answer, piece: piece)]
        case StreamMessage.resume:
            request.resumptions += 1
            return [
                .resuming(
                    element: source, characters: Int(fields["characters"]?.integer ?? 0),
                    words: fields["words"]?.string ?? "", credits: fields["credits"]?.integer.map(Int.init),
                    reason: fields["reason"]?.string ?? "")
            ]
        case StreamMessage.firstByte:
            let duration = Duration.seconds(fields["time-to-first-byte"]?.double ?? 0)
            request.timeToFirstByte = duration
            // Where elements of ours follow each other, the last one's is what the first audio was decoded from.
            if firstAudio == nil { firstByte = fields["time"]?.double.map { .seconds($0) } }
            return [.firstByte(element: source, timeToFirstByte: duration, piece: piece)]
        case StreamMessage.end:
            request.bytes = Int(fields["bytes"]?.integer ?? 0)
            whole[source, default: []].insert(piece ?? 1)
            return [.received(element: source, bytes: request.bytes, piece: piece)]
        default: return []
        }
    }

    private func noteWarning(_ report: BusEvent.Report) -> [PipelineEvent] {
        let step = plan.step(of: report.ancestry)
        // Told as an event of its own, in words for people.
        if step?.factory == "autoaudiosink", report.domain == BusEvent.Report.resourceDomain { return [] }
        return [.warning("\(step?.name ?? report.element): \(report.message)", location: step?.location)]
    }

    /// - Parameter moment: on the monotonic clock.
    mutating func noteFirstAudio(_ moment: Duration) -> PipelineEvent {
        firstAudio = moment - started
        decodingDelay = firstByte.map { moment - $0 }
        return .firstAudio(at: moment - started, afterFirstByte: decodingDelay)
    }

    /// The clock stands, since an element has run dry.
    mutating func noteStarved(_ element: String) -> PipelineEvent {
        let now = MonotonicTime.now
        stallBegan = now
        stalls.append(PipelineSummary.Stall(element: element, start: now - started))
        return .starved(element: element)
    }

    /// - Returns: what there is to tell; nil where the clock did not stand.
    mutating func noteResumed() -> PipelineEvent? {
        guard let began = stallBegan.take(), var stall = stalls.popLast() else { return nil }
        stall.length = MonotonicTime.now - began
        stalls.append(stall)
        return .resumed(after: stall.length)
    }

    /// The graph has changed. - Parameter files: those of a branch that was taken out.
    mutating func noteChange(_ plan: GraphPlan, files: [WrittenFile] = []) {
        self.plan = plan
        earlierFiles += files
    }

    // MARK: The end

    /// - Parameters:
    ///   - received: bytes each element of ours received, also where the answer was not whole.
    ///   - audioLength: decoded audio that passed.
    mutating func result(
        _ outcome: PipelineStateMachine.Outcome, received: [String: Int], audioLength: Duration?
    ) -> Result<PipelineSummary, PipelineError> {
        // A run may end while its clock stands.
        _ = noteResumed()
        var summary = PipelineSummary()
        summary.stalls = stalls
        summary.shifts = shifts
        summary.requests = plan.elements.flatMap { step in
            let pieces = (requests[step.name] ?? [:]).sorted { $0.key < $1.key }
            return withUnfinished(pieces, whole[step.name] ?? [], received[step.name])
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
            // Where the end was to be written, writing failed.
            let failed = error.code == .outputFailed ? error.element : nil
            error.files = files(arePartial: true, unfinished: unfinished.union([failed].compactMap { $0 }))
            return .failure(error)
        }
    }

    /// Where an answer was not whole, only the element knows what came of it. Answers are taken one after the other, so what no
    /// whole one explains belongs to the first that is not.
    private func withUnfinished(
        _ pieces: [(key: Int, value: PipelineSummary.Request)], _ whole: Set<Int>, _ received: Int?
    ) -> [PipelineSummary.Request] {
        var requests = pieces.map(\.value)
        guard let received, let open = pieces.firstIndex(where: { !whole.contains($0.key) }) else { return requests }
        requests[open].bytes = max(0, received - requests.reduce(0) { $0 + $1.bytes })
        return requests
    }

    private func files(arePartial: Bool, unfinished: Set<String> = []) -> [WrittenFile] {
        guard opensFiles else { return [] }
        let files = plan.elements.filter { plan.isSink($0) }.compactMap {
            $0.written(isPartial: arePartial, isFinalised: !unfinished.contains($0.name))
        }
        return earlierFiles + files
    }
}

extension RequestSize {
    fileprivate init(_ fields: [String: BusEvent.Field]) {
        if let bytes = fields["upload-bytes"]?.integer {
            self = .audio(fields["seconds"]?.double.map { .seconds($0) }, bytes: Int(bytes))
        } else {
            self = .characters(Int(fields["characters"]?.integer ?? 0))
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
