import Dispatch
import ElevenLabsElements
import GLib
import GStreamer
import Synchronization

/// A graph that runs, once.
///
/// Make it of a graph, read ``events`` if you want to follow, and call ``run()``; or ``start()`` it, do something meanwhile, and
/// ``wait()`` for its end. ``withPipeline(_:engine:options:body:)`` does so and leaves nothing behind.
public final class Pipeline: Sendable {
    /// What happens, in order, until the run is over. One reader.
    public let events: AsyncStream<PipelineEvent>

    /// What a program takes out and puts in.
    let ports: ProgramPorts
    /// The graph as it runs, with what the program takes from it.
    var graph: CheckedGraph { ports.graph }
    let engine: Engine
    let options: Options
    let queue = BlockingQueue(label: "elevenpipe.pipeline")
    let tap: AudioTap
    /// Everything that happens to a run comes in one line: what GStreamer posts, what a state change returned, what the
    /// user wants. So what was posted before is also seen before.
    let signals: AsyncStream<PipelineRun.Signal>
    let signal: AsyncStream<PipelineRun.Signal>.Continuation
    let report: AsyncStream<PipelineEvent>.Continuation
    let built = Mutex<BuiltPipeline?>(nil)
    let gauge = Mutex<SupplyGauge?>(nil)
    /// No other pipeline of the process has it.
    let number = Pipeline.count.add(1, ordering: .relaxed).newValue
    private static let count = Atomic(0)
    /// Whether nothing runs in it any more.
    let isClosed = Atomic(false)
    /// Apart from the state changes: how much there is to play is asked while they take their time.
    let supplyQueue = BlockingQueue(label: "elevenpipe.supply")
    private let task = Mutex<Task<Result<PipelineSummary, PipelineError>, Never>?>(nil)
    private let outcome = Mutex<Result<PipelineSummary, PipelineError>?>(nil)
    private let currentState = Mutex(State.idle)
    /// Ends when the run has started.
    private let playing: AsyncStream<Never>
    private let play: AsyncStream<Never>.Continuation
    /// Apart from the state changes, which may take their time: who asks how far the run is must not wait for them.
    private let progressQueue = BlockingQueue(label: "elevenpipe.progress")
    /// For properties that a program sets while the pipeline runs.
    let controlQueue = BlockingQueue(label: "elevenpipe.control")
    /// For branches that come and go.
    let changeQueue = BlockingQueue(label: "elevenpipe.change")
    let sinkEnds = SinkEnds()

    /// Where a run is.
    public enum State: String, Sendable, Equatable {
        /// Not started.
        case idle
        /// Elements are made, devices and files are opened.
        case starting
        /// It plays.
        case running
        /// It waits for ``Pipeline/resume()``.
        case paused
        /// It waits for the network; see ``PlaybackSettings``.
        case buffering
        /// It is being ended: files are finalised and everything is closed.
        case stopping
        /// It is over.
        case finished
    }

    /// How a pipeline runs.
    public struct Options: Sendable, Equatable {
        /// Whether the lack of a sound device is an error; else it is an event and the pipeline runs in silence.
        public var requiresAudio: Bool
        /// How often the run's requests are sent again at most, all elements together; each element has its own limit
        /// besides, the property `retries`.
        public var maximumRetries: Int
        /// How long the run may take, from its start; nil for as long as it wants. Past it the run ends in order and fails
        /// with `deadline-exceeded`.
        public var deadline: Duration?

        /// Makes options; those that are not named are the standard ones.
        public init(requiresAudio: Bool = false, maximumRetries: Int = 100, deadline: Duration? = nil) {
            self.requiresAudio = requiresAudio
            self.maximumRetries = maximumRetries
            self.deadline = deadline
        }
    }

    /// Makes a pipeline. Nothing is opened and nothing is asked of the service yet.
    public init(_ graph: CheckedGraph, engine: Engine, options: Options = Options()) {
        ports = ProgramPorts(graph)
        self.engine = engine
        self.options = options
        (events, report) = AsyncStream.makeStream()
        (playing, play) = AsyncStream.makeStream()
        let (signals, signal) = AsyncStream.makeStream(of: PipelineRun.Signal.self)
        self.signals = signals
        self.signal = signal
        tap = AudioTap { moment in signal.yield(.firstAudio(moment)) }
    }

    /// Makes a pipeline of a graph that was not checked yet. Ends that nothing in the graph takes are for the program: for
    /// ``audio(from:as:rate:channels:policy:paced:)`` and ``bytes(from:)``. Where it takes none, the run fails.
    ///
    /// - Throws: everything else that is wrong with the graph, at once.
    public convenience init(_ graph: Graph, engine: Engine, options: Options = Options()) throws(GraphError) {
        self.init(try graph.checked(forProgram: true), engine: engine, options: options)
    }

    deinit {
        // Who waits for a run that never came.
        ports.finish(PipelineError(.internalFault, "the pipeline was let go of, and has never run"))
    }

    /// Runs the pipeline to its end: ``start()`` and ``wait()`` in one. Cancelling the task stops it as ``stop()`` does.
    ///
    /// - Returns: what the run came to, also where it was stopped.
    /// - Throws: the first cause of a failure; what follows from it is not told. A second call fails with `internalFault`.
    @discardableResult
    public func run() async throws(PipelineError) -> PipelineSummary {
        _ = try begin()
        return try await wait()
    }

    /// Starts the run and returns when it plays, or is paused because ``pause()`` came before.
    ///
    /// Cancelling the task that waits here stops the run; afterwards the run goes on by itself until its end or ``stop()``,
    /// whoever started it.
    /// - Throws: why the run failed before it played. A second call fails with `internalFault`.
    public func start() async throws(PipelineError) {
        let task = try begin()
        await withTaskCancellationHandler {
            for await _ in playing { return }
        } onCancel: {
            stop()
        }
        // Over before it played: with a failure, or stopped, which is none.
        if case .failure(let error) = outcome.withLock({ $0 }) {
            _ = await task.value
            throw error
        }
    }

    /// Waits for the end of a run that was started. Cancelling the task stops the run as ``stop()`` does. Any number of tasks
    /// may wait, also when the run is over.
    ///
    /// - Returns: what the run came to, also where it was stopped.
    /// - Throws: the first cause of a failure. Where nothing was started, `internalFault`.
    @discardableResult
    public func wait() async throws(PipelineError) -> PipelineSummary {
        guard let task = task.withLock({ $0 }) else {
            throw PipelineError(.internalFault, "the pipeline was not started, so there is no end to wait for")
        }
        let outcome = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            stop()
        }
        return try outcome.get()
    }

    /// Silence, and every clock and position stands still, until ``resume()``. What the service sends is taken as far as there
    /// is room, and no time runs out meanwhile but ``Options/deadline``. Before the start, the run then starts paused.
    public func pause() { signal.yield(.pause) }

    /// Goes on after ``pause()``, where it stood.
    public func resume() { signal.yield(.resume) }

    /// Ends the run in order, within a second: requests are cancelled, files are finalised, and ``run()`` returns. Called
    /// again, it ends the run at once. Any thread, any moment; before the start, the run ends as soon as it starts.
    public func stop() { signal.yield(.stop) }

    /// Where the run is.
    public var state: State { currentState.withLock { $0 } }

    /// How far the sinks have played or written, from the start of the stream; nil before and after the run.
    public var position: Duration? {
        get async { await progress().position }
    }

    /// Starts the run, once.
    private func begin() throws(PipelineError) -> Task<Result<PipelineSummary, PipelineError>, Never> {
        let begun = task.withLock { task -> Task<Result<PipelineSummary, PipelineError>, Never>? in
            guard task == nil else { return nil }
            // In a task of its own: a stream ends for a cancelled reader, and the end of a run has still to be seen.
            let begun = Task { [self] in
                let result = await PipelineRun(self).untilEnd()
                outcome.withLock { $0 = result }
                engine.note(.ended(result), of: self)
                if case .failure(let error) = result { ports.finish(error) } else { ports.finish(nil) }
                note(.finished)
                noteStarted()
                report.finish()
                return result
            }
            task = begun
            return begun
        }
        guard let begun else { throw PipelineError(.internalFault, "a pipeline runs once, and this one has run") }
        return begun
    }

    /// The graph's name.
    var name: String? { graph.graph.name }

    /// Tells everyone who listens.
    func tell(_ event: PipelineEvent) {
        report.yield(event)
        engine.note(.event(event), of: self)
    }

    /// What the run says of itself.
    func note(_ state: State) { currentState.withLock { $0 = state } }

    /// Nobody waits for the start any more: GStreamer has taken it, or the run is over.
    func noteStarted() { play.finish() }

    /// How far the run is.
    public func progress() async -> PipelineProgress {
        guard let built = built.withLock({ $0 }) else { return PipelineProgress() }
        return await progressQueue.run { [tap] in
            var progress = PipelineProgress()
            progress.receivedBytes = built.streams.values.reduce(0) { $0 + $1.receivedBytes }
            progress.position = built.pipeline.position
            let reading = tap.read()
            progress.audioLength = reading?.length
            progress.peak = reading?.peak
            return progress
        }
    }
}
