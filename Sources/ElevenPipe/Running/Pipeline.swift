import Dispatch
import ElevenLabsElements
import GLib
import GStreamer
import Synchronization

/// A graph that runs, once.
///
/// Make it of a checked graph, read ``events`` if you want to follow, and call ``run()``.
public final class Pipeline: Sendable {
    /// What happens, in order, until the run is over. One reader.
    public let events: AsyncStream<PipelineEvent>

    let graph: CheckedGraph
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
    private let hasRun = Mutex(false)
    /// Apart from the state changes, which may take their time: who asks how far the run is must not wait for them.
    private let progressQueue = BlockingQueue(label: "elevenpipe.progress")

    /// How a pipeline runs.
    public struct Options: Sendable, Equatable {
        /// Whether the lack of a sound device is an error; else it is an event and the pipeline runs in silence.
        public var requiresAudio = false

        /// Makes the standard options.
        public init() {}
    }

    /// Makes a pipeline. Nothing is opened and nothing is asked of the service yet.
    public init(_ graph: CheckedGraph, engine: Engine, options: Options = Options()) {
        self.graph = graph
        self.engine = engine
        self.options = options
        (events, report) = AsyncStream.makeStream()
        let (signals, signal) = AsyncStream.makeStream(of: PipelineRun.Signal.self)
        self.signals = signals
        self.signal = signal
        tap = AudioTap { moment in signal.yield(.firstAudio(moment)) }
    }

    /// Runs the pipeline to its end. Cancelling the task stops it as ``stop()`` does.
    ///
    /// - Returns: what the run came to, also where it was stopped.
    /// - Throws: the first cause of a failure; what follows from it is not told. A second call fails with `internalFault`.
    public func run() async throws(PipelineError) -> PipelineSummary {
        let isSecond = hasRun.withLock { hasRun in
            defer { hasRun = true }
            return hasRun
        }
        if isSecond { throw PipelineError(.internalFault, "a pipeline runs once, and this one has run") }
        let outcome = await withTaskCancellationHandler {
            // In a task of its own: a stream ends for a cancelled reader, and the end of a run has still to be seen.
            await Task { await PipelineRun(self).untilEnd() }.value
        } onCancel: {
            stop()
        }
        report.finish()
        return try outcome.get()
    }

    /// Ends the run in order, within a second: requests are cancelled, files are finalised, and ``run()`` returns. Called
    /// again, it ends the run at once. Any thread, any moment.
    public func stop() { signal.yield(.stop) }

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
