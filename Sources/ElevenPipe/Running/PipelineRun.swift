import Dispatch
import ElevenLabsElements
import GLib
import GStreamer
import Synchronization

/// One run of a pipeline: takes its signals one by one, asks the state machine what follows, and does it.
final class PipelineRun {
    /// Anything that happens to a run.
    enum Signal: Sendable {
        case bus(BusEvent)
        /// From here on files are open, and what was in them is gone.
        case opening
        case prepared(finalised: Set<String>, supply: PipelineSupply)
        case failure(PipelineError)
        case firstAudio(Duration)
        case noAudioDevice(element: String)
        case rendering
        case supply(PipelineSupply)
        case added(branch: String, SinkChange)
        case removed(branch: String, [WrittenFile], SinkChange)
        case pause
        case resume
        case stop
        case overdue
        case deadline
        case abandon
        case tornDown
    }

    /// The graph and its sinks after a branch has come or gone.
    struct SinkChange: Sendable {
        let plan: GraphPlan
        let finalised: Set<String>
        let supply: PipelineSupply
    }

    /// How long the end of the stream may take to reach the files; and to reach a speaker behind the rest of an answer that was
    /// cut, which is at most one piece (64 KiB: 16 s of MP3 at 32 kbit/s) and what queues and devices hold.
    private static let endingTime = (unheard: Duration.milliseconds(800), heard: Duration.seconds(20))
    /// How long GStreamer may take to close everything, before it is left behind: after a run's own end, and after a stop,
    /// which is to be over within a second.
    private static let closingTime = (completed: Duration.seconds(5), stopped: Duration.milliseconds(200))

    /// The pipelines that could not be closed in time, until they are: what is not in NULL must not be disposed of.
    private static let leftBehind = Mutex<[Int: BuiltPipeline]>([:])

    /// Takes from a pipeline what is still being closed, and keeps it until it is.
    private static func leaveBehind(_ pipeline: Pipeline) -> BuiltPipeline? {
        // Both under one lock: closing may only now begin, and has to find it in one place or the other.
        leftBehind.withLock { all in
            let built = pipeline.built.withLock { $0.take() }
            if !pipeline.isClosed.load(ordering: .acquiring) { all[pipeline.number] = built }
            return built
        }
    }

    /// What is to be closed of a pipeline, also where its run has left it behind.
    static func remains(of pipeline: Pipeline) -> BuiltPipeline? {
        leftBehind.withLock { all in pipeline.built.withLock { $0 } ?? all[pipeline.number] }
    }

    /// A pipeline is in NULL, in time or not.
    static func noteClosed(_ pipeline: Pipeline) {
        // Let go of outside of the lock.
        _ = leftBehind.withLock { all in
            pipeline.isClosed.store(true, ordering: .releasing)
            return all.removeValue(forKey: pipeline.number)
        }
    }

    private let pipeline: Pipeline
    private var machine: PipelineStateMachine
    private var bookkeeping: RunBookkeeping
    private var timers: [Task<Void, Never>] = []
    private var outcome: PipelineStateMachine.Outcome?
    private var wasAbandoned = false

    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
        machine = PipelineStateMachine(playback: pipeline.graph.graph.playback)
        bookkeeping = RunBookkeeping(plan: pipeline.graph.plan, started: MonotonicTime.now)
    }

    func untilEnd() async -> Result<PipelineSummary, PipelineError> {
        handle(.start)
        if let deadline = pipeline.options.deadline { after(deadline, .overdue) }
        for await signal in pipeline.signals {
            guard let input = translate(signal) else { continue }
            if isEnding(input), pipeline.built.withLock({ $0?.isEmpty ?? true }) { machine.noteEmptiness() }
            handle(input)
            if outcome != nil { break }
        }
        for timer in timers { timer.cancel() }
        pipeline.signal.finish()
        pipeline.sinkEnds.finish()
        let reading = pipeline.tap.read()
        pipeline.gauge.withLock { $0 = nil }
        // Where it was abandoned its threads are still in it.
        let built = wasAbandoned ? Self.leaveBehind(pipeline) : pipeline.built.withLock { $0.take() }
        let streams = built?.streams ?? [:]
        if !wasAbandoned {
            for stream in streams.values { await stream.finished() }
        }
        let received = streams.mapValues(\.receivedBytes)
        guard let outcome else {
            return .failure(PipelineError(.internalFault, "the run's signals ended before the run"))
        }
        return bookkeeping.result(outcome, received: received, audioLength: reading?.length)
    }

    private func handle(_ input: PipelineStateMachine.Input) {
        let actions = machine.handle(input)
        pipeline.note(machine.publicState)
        perform(actions)
    }

    private func isEnding(_ input: PipelineStateMachine.Input) -> Bool {
        switch input {
        case .stop, .failure, .overdue: machine.isUnderWay
        default: false
        }
    }

    // MARK: In

    private func translate(_ signal: Signal) -> PipelineStateMachine.Input? {
        switch signal {
        case .bus(let event):
            if case .sinkEnded(let element) = event { pipeline.sinkEnds.note(element) }
            for told in bookkeeping.note(event) { pipeline.tell(told) }
            return input(of: event)
        case .opening:
            bookkeeping.opensFiles = true
            return nil
        case .prepared(let finalised, let supply):
            if machine.state == .preparing { pipeline.tell(.started) }
            return .prepared(finalised: finalised, supply: supply)
        case .failure(let error): return .failure(error)
        case .firstAudio(let moment):
            pipeline.tell(bookkeeping.noteFirstAudio(moment))
            return nil
        case .noAudioDevice(let element):
            let location = pipeline.graph.plan.step(of: [element])?.location
            guard pipeline.options.requiresAudio else {
                pipeline.tell(.noAudioDevice(element: element, location: location))
                return nil
            }
            return .failure(
                PipelineError(
                    .outputFailed, "there is no sound device and no sound server, so nothing could be heard",
                    location: location, element: element))
        case .rendering: return .rendering
        case .added(let branch, let change):
            bookkeeping.noteChange(change.plan)
            pipeline.tell(.added(branch: branch))
            return .sinksChanged(finalised: change.finalised, supply: change.supply)
        case .removed(let branch, let files, let change):
            bookkeeping.noteChange(change.plan, files: files)
            pipeline.tell(.removed(branch: branch))
            return .sinksChanged(finalised: change.finalised, supply: change.supply)
        case .supply(let supply): return .supply(supply)
        case .pause: return .pause
        case .resume: return .resume
        case .stop:
            if machine.isUnderWay { pipeline.tell(.stopping) }
            return .stop
        case .overdue:
            let deadline = pipeline.options.deadline ?? .zero
            let isWhole = deadline.components.attoseconds == 0
            let seconds = isWhole ? "\(deadline.components.seconds)" : "\(deadline.seconds)"
            return .overdue(PipelineError(.deadlineExceeded, "the run was not over after \(seconds) s, its deadline"))
        case .deadline: return .deadline
        case .abandon:
            wasAbandoned = true
            return .abandon
        case .tornDown: return .tornDown
        }
    }

    private func input(of event: BusEvent) -> PipelineStateMachine.Input? {
        switch event {
        case .error(let report): .failure(PipelineError(report, plan: pipeline.graph.plan))
        case .endOfStream: .endOfStream
        case .sinkEnded(let element): .sinkEnded(element)
        case .latencyChanged: .latencyChanged
        case .clockLost: .clockLost
        default: nil
        }
    }

    // MARK: Out

    private func perform(_ actions: [PipelineStateMachine.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: PipelineStateMachine.Action) {
        let pipeline = pipeline
        switch action {
        case .prepare: pipeline.queue.async { pipeline.prepare() }
        case .play:
            withBuilt { built in
                built.startProgramSinks()
                guard built.pipeline.setState(.playing) == .failure else { return pipeline.noteStarted() }
                pipeline.signal.yield(.failure(PipelineError(.pipelineFailed, "the pipeline could not start")))
            }
        case .pause:
            let isForLong = machine.publicState == .paused
            withBuilt { built in
                if isForLong { built.pauseWithoutPreroll() }
                switch built.pipeline.setState(.paused) {
                case .failure:
                    pipeline.signal.yield(.failure(PipelineError(.pipelineFailed, "the pipeline could not be paused")))
                    return
                case .noPreroll: pipeline.gauge.withLock { $0 }?.noteLive()
                case .success, .async: break
                }
                pipeline.noteStarted()
                pipeline.gauge.withLock { $0 }?.letThrough()
            }
        case .look(let delay):
            pipeline.supplyQueue.async(after: delay) {
                guard let gauge = pipeline.gauge.withLock({ $0 }) else { return }
                pipeline.signal.yield(.supply(gauge.read()))
            }
        case .noteStarved(let element, let isIdle):
            // At once: what comes next may come before the pause does.
            pipeline.gauge.withLock { $0 }?.expectGap()
            if !isIdle { pipeline.tell(bookkeeping.noteStarved(element)) }
        case .setClockBack: pipeline.queue.async { pipeline.gauge.withLock { $0 }?.setClockBack() }
        case .noteResumed: bookkeeping.noteResumed().map { pipeline.tell($0) }
        case .endSources(let dropping, let isHeard):
            withBuilt { built in
                pipeline.gauge.withLock { $0 }?.letThrough()
                built.playFinalisedSinks()
                // After the state change that starts the sources, else they start when they should have ended. And not in
                // line with state changes: sending an event may block, and then NULL must still be possible.
                DispatchQueue.global().async { built.end(dropping: dropping, isHeard: isHeard) }
            }
        case .startDeadline(let isHeard):
            after(isHeard ? Self.endingTime.heard : Self.endingTime.unheard, .deadline)
        case .tearDown:
            let isCompleted = machine.state == .tearingDown(.completed)
            after(isCompleted ? Self.closingTime.completed : Self.closingTime.stopped, .abandon)
            pipeline.queue.async { pipeline.close() }
        case .recalculateLatency: withBuilt { $0.pipeline.recalculateLatency() }
        case .restartClock:
            withBuilt { built in
                built.pipeline.setState(.paused)
                built.pipeline.setState(.playing)
            }
        case .finish(let outcome): self.outcome = outcome
        }
    }

    private func withBuilt(_ body: @escaping @Sendable (BuiltPipeline) -> Void) {
        let pipeline = pipeline
        pipeline.queue.async {
            if let built = pipeline.built.withLock({ $0 }) { body(built) }
        }
    }

    private func after(_ delay: Duration, _ signal: Signal) {
        let continuation = pipeline.signal
        timers.append(
            Task {
                try? await Task.sleep(for: delay)
                if !Task.isCancelled { continuation.yield(signal) }
            })
    }
}
