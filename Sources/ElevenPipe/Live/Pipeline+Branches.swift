import Dispatch
import GLib
import GStreamer
import Synchronization

extension Pipeline {
    /// Adds a consumer to the running pipeline: a branch that takes from a branch of the graph and ends in a sink. The others
    /// do not notice.
    ///
    /// ```swift
    /// try await pipeline.add(
    ///     Branch("recording", from: "speech") {
    ///         "flacenc"
    ///         Step.filesink(location: "from-now-on.flac")
    ///     })
    /// ```
    /// It gets what comes from now on, at the stream's own time. There must be a tee where it takes from: there is one where
    /// several branches take from one, and where a branch ends in the step `tee`, put there for this.
    ///
    /// The branch then belongs to the graph: ``set(_:on:to:)`` finds its elements, an error in it ends the run, and the run ends
    /// when all sinks have ended, its own among them.
    /// - Parameters:
    ///   - branch: the branch. Its name, and those of its elements, must be new.
    ///   - file: the source file that the branch stands in, for what is told of it.
    ///   - line: its line there.
    ///   - column: its column.
    /// - Throws: ``GraphError`` where the branch does not fit the graph; ``PipelineError`` where the pipeline does not run, where
    ///   there is no tee or its stream has ended, and where the branch's elements cannot be made ready (a file that cannot be
    ///   opened). The run goes on as if nothing had been asked.
    public func add(
        _ branch: Branch, file: String = #fileID, line: Int = #line, column: Int = #column
    ) async throws {
        let branch = branch.placed(at: SourceLocation(file: file, line: line, column: column))
        try await change("'\(branch.name)' cannot be added") { [self] in try BranchAddition(branch, to: self).run() }
    }

    /// Takes a consumer out of the running pipeline: one that was added, or one of the graph's own.
    ///
    /// What it has been given is still played or written, and its files are finalised, before this returns; in a paused pipeline
    /// that is after ``resume()``. Cancelling the task ends the wait: what the branch still holds is dropped.
    ///
    /// - Parameter name: the branch's name. Nobody else may take from it, and it must not be the last one at its tee: for
    ///   another one in its place, add that first.
    /// - Returns: the files that it wrote, in full: they are part of the run's summary too.
    /// - Throws: ``PipelineError`` with code `invalid-graph` where there is no such branch, or none that can be taken out, and
    ///   where the pipeline does not run.
    @discardableResult
    public func remove(branch name: String) async throws(PipelineError) -> [WrittenFile] {
        do {
            let removal = try await change("'\(name)' cannot be taken out") { [self] in
                try BranchRemoval(name, from: self)
            }
            return await removal.finish()
        } catch {
            throw error as? PipelineError ?? PipelineError(.internalFault, "\(error)")
        }
    }

    /// Makes a change, which may block, one at a time, and not where the pipeline's states are changed: opening a file may take
    /// its time. A second after the run nobody waits for that any more.
    private func change<Value: Sendable>(
        _ change: String, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        // Before a file is opened, and so emptied.
        guard takesChanges else { throw Self.notRunning(change) }
        let (results, result) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
        changeQueue.async { result.yield(Result { try body() }) }
        let number = sinkEnds.onFinish {
            DispatchQueue.global().asyncAfter(deadline: .now() + 1) { result.yield(.failure(Self.notRunning(change))) }
        }
        defer { sinkEnds.callOff(number) }
        // Cancelled or not: the change is made or it is not.
        let first = await Task { await results.first { _ in true } }.value
        guard let first else { throw Self.notRunning(change) }
        return try first.get()
    }

    private static func notRunning(_ change: String) -> PipelineError {
        PipelineError(.invalidGraph, "\(change): the pipeline does not run")
    }

    /// Whether it plays or is paused.
    var takesChanges: Bool { [.running, .paused, .buffering].contains(state) }

    /// What a change may work with: the pipeline, while it plays or is paused. On ``queue``.
    func withRunning<Value>(
        _ change: String, _ body: (inout BuiltPipeline) throws(PipelineError) -> Value
    ) throws(PipelineError) -> Value {
        // Only here and in `close()`, which is in line with this: nobody else takes it meanwhile.
        guard takesChanges, var built = built.withLock({ $0 }) else {
            throw Self.notRunning(change)
        }
        let value = try body(&built)
        // It may have been left behind meanwhile.
        self.built.withLock { if $0 != nil { $0 = built } }
        return value
    }

    /// Makes a change known to everyone who looks at the graph or its sinks. On ``queue``.
    func noteChange(
        _ built: BuiltPipeline, _ graph: CheckedGraph, _ signal: (PipelineRun.SinkChange) -> PipelineRun.Signal
    ) {
        ports.replaceGraph(graph)
        guard let gauge = gauge.withLock({ $0 }) else { return }
        gauge.follow(built, graph.plan)
        self.signal.yield(
            signal(PipelineRun.SinkChange(plan: graph.plan, finalised: built.finalisedSinks, supply: gauge.read())))
    }
}
