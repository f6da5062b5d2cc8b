/// Runs a pipeline as long as a body of code, and never longer: it is started before the body, and when the body has returned or
/// thrown, or the task was cancelled, it has ended and nothing of it is left.
///
/// ```swift
/// try await withPipeline(graph, engine: engine) { pipeline in
///     try await Task.sleep(for: .seconds(5))
///     pipeline.pause()
///     …
///     try await pipeline.wait()  // to its own end; without this line it is stopped here
/// }
/// ```
/// What a program reads or feeds has to be asked for before the start: ``withPipeline(_:engine:options:preparing:body:)`` does so.
/// - Parameters:
///   - graph: the graph to run.
///   - engine: what it shares with other pipelines.
///   - options: how it runs.
///   - body: what is done while it runs. Where the pipeline fails, the body's task is cancelled.
/// - Returns: what the body returns.
/// - Throws: ``GraphError`` for a graph that cannot run; ``PipelineError`` where the run failed, which is then the cause of
///   whatever the body threw; else what the body throws.
public func withPipeline<Success: Sendable>(
    _ graph: Graph, engine: Engine, options: Pipeline.Options = Pipeline.Options(),
    body: @escaping @Sendable (Pipeline) async throws -> Success
) async throws -> Success {
    try await withPipeline(graph, engine: engine, options: options, preparing: { _ in }) { pipeline, _ in
        try await body(pipeline)
    }
}

/// Runs a pipeline as long as a body of code, as ``withPipeline(_:engine:options:body:)`` does, with what a program reads or feeds.
///
/// ```swift
/// try await withPipeline(graph, engine: engine) { pipeline in
///     try pipeline.audio(from: "speech", as: Int16.self)
/// } body: { pipeline, audio in
///     for try await chunk in audio { … }
/// }
/// ```
/// - Parameters:
///   - graph: the graph to run. Its ends may be open for what is prepared.
///   - engine: what it shares with other pipelines.
///   - options: how it runs.
///   - prepare: asks for what comes out of the pipeline and goes into it, before it starts.
///   - body: what is done with that while it runs. Where the pipeline fails, the body's task is cancelled.
/// - Returns: what the body returns.
/// - Throws: as ``withPipeline(_:engine:options:body:)``, and what `prepare` throws.
public func withPipeline<Prepared: Sendable, Success: Sendable>(
    _ graph: Graph, engine: Engine, options: Pipeline.Options = Pipeline.Options(),
    preparing prepare: (Pipeline) throws -> Prepared,
    body: @escaping @Sendable (Pipeline, Prepared) async throws -> Success
) async throws -> Success {
    let pipeline = try Pipeline(graph, engine: engine, options: options)
    let prepared = try prepare(pipeline)
    try await pipeline.start()
    return try await withThrowingTaskGroup(of: Success?.self) { group in
        group.addTask {
            defer { pipeline.stop() }
            return try await body(pipeline, prepared)
        }
        group.addTask {
            try await pipeline.wait()
            return nil
        }
        var success: Success?
        var failure: (any Error)?
        // Both: what the body threw first may be but a consequence of the run's failure.
        while let result = await group.nextResult() {
            switch result {
            case .success(let value): success = value ?? success
            case .failure(let error):
                failure = error as? PipelineError ?? failure ?? error
                group.cancelAll()
            }
        }
        if let failure { throw failure }
        guard let success else { throw CancellationError() }
        return success
    }
}
