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
        case prepared(finalised: Set<String>)
        case failure(PipelineError)
        case firstAudio(Duration)
        case noAudioDevice(element: String)
        case stop
        case deadline
        case abandon
        case tornDown
    }

    /// How long the end of the stream may take to reach the files.
    private static let endingTime = Duration.milliseconds(800)
    /// How long GStreamer may take to close everything, before it is left behind: after a run's own end, and after a stop,
    /// which is to be over within a second.
    private static let closingTime = (completed: Duration.seconds(5), stopped: Duration.milliseconds(200))

    /// The pipelines that could not be closed, for the rest of the process.
    private static let leftBehind = Mutex<[BuiltPipeline?]>([])

    private let pipeline: Pipeline
    private var machine = PipelineStateMachine()
    private var bookkeeping: RunBookkeeping
    private var timers: [Task<Void, Never>] = []
    private var outcome: PipelineStateMachine.Outcome?
    private var wasAbandoned = false

    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
        bookkeeping = RunBookkeeping(plan: pipeline.graph.plan, started: MonotonicTime.now)
    }

    func untilEnd() async -> Result<PipelineSummary, PipelineError> {
        perform(machine.handle(.start))
        for await signal in pipeline.signals {
            guard let input = translate(signal) else { continue }
            if isEnding(input), pipeline.built.withLock({ $0?.isEmpty ?? true }) { machine.noteEmptiness() }
            perform(machine.handle(input))
            if outcome != nil { break }
        }
        for timer in timers { timer.cancel() }
        pipeline.signal.finish()
        let reading = pipeline.tap.read()
        let built = pipeline.built.withLock { $0.take() }
        let streams = built?.streams ?? [:]
        if wasAbandoned {
            // Its threads are still in it: what is not in NULL must not be disposed of.
            Self.leftBehind.withLock { $0.append(built) }
        } else {
            for stream in streams.values { await stream.finished() }
        }
        let received = streams.mapValues(\.receivedBytes)
        guard let outcome else {
            return .failure(PipelineError(.internalFault, "the run's signals ended before the run"))
        }
        return bookkeeping.result(outcome, received: received, audioLength: reading?.length)
    }

    private func isEnding(_ input: PipelineStateMachine.Input) -> Bool {
        switch input {
        case .stop, .failure: machine.state == .running
        default: false
        }
    }

    // MARK: In

    private func translate(_ signal: Signal) -> PipelineStateMachine.Input? {
        switch signal {
        case .bus(let event):
            for told in bookkeeping.note(event) { pipeline.report.yield(told) }
            return input(of: event)
        case .opening:
            bookkeeping.opensFiles = true
            return nil
        case .prepared(let finalised):
            if machine.state == .preparing { pipeline.report.yield(.started) }
            return .prepared(finalised: finalised)
        case .failure(let error): return .failure(error)
        case .firstAudio(let moment):
            pipeline.report.yield(bookkeeping.noteFirstAudio(moment))
            return nil
        case .noAudioDevice(let element):
            let location = pipeline.graph.plan.step(of: [element])?.location
            guard pipeline.options.requiresAudio else {
                pipeline.report.yield(.noAudioDevice(element: element, location: location))
                return nil
            }
            return .failure(
                PipelineError(
                    .outputFailed, "there is no sound device and no sound server, so nothing could be heard",
                    location: location, element: element))
        case .stop:
            if machine.state == .running { pipeline.report.yield(.stopping) }
            return .stop
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
                guard built.pipeline.setState(.playing) == .failure else { return }
                pipeline.signal.yield(.failure(PipelineError(.pipelineFailed, "the pipeline could not start")))
            }
        case .endSources(let dropping):
            withBuilt { built in
                built.playFinalisedSinks()
                // After the state change that starts the sources, else they start when they should have ended. And not in
                // line with state changes: sending an event may block, and then NULL must still be possible.
                DispatchQueue.global().async { built.end(dropping: dropping) }
            }
        case .startDeadline: after(Self.endingTime, .deadline)
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
