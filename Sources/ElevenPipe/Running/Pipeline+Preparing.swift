import ElevenLabsElements
import GLib
import GStreamer
import Synchronization

extension Pipeline {
    /// Builds the pipeline and takes it to READY: devices are opened, and nothing is asked of the service yet. Blocks.
    func prepare() {
        if let error = ports.begin() {
            signal.yield(.failure(error))
            return
        }
        let plan = graph.plan
        if let error = InputCheck.problem(plan) {
            signal.yield(.failure(error))
            return
        }
        tap.ignore(plan.elementsBeforeOutput)
        let built: BuiltPipeline
        do {
            built = try PipelineBuilder.build(plan, name: graph.graph.name ?? "elevenpipe", ports: ports, tap: tap) {
                [signal, ports] event in
                if case .error = event { ports.noteFailure() }
                signal.yield(.bus(event))
            }
        } catch {
            signal.yield(.failure(error))
            return
        }
        built.pipeline.share(engine.stream.with(RetryBudget(options.maximumRetries)), as: StreamEngine.contextType)
        if let latency = graph.graph.playback.latency {
            built.pipeline.set("latency", Value(UInt64(latency.clockTime)))
        }
        self.built.withLock { $0 = built }
        // Ours first: a missing key or a text that is too long is told before a sink opens, and so empties, its file.
        for name in built.streams.keys where built.elements[name]?.setState(.ready) == .failure {
            signal.yield(.failure(PipelineError(.pipelineFailed, "'\(name)' could not be made ready", element: name)))
            return
        }
        signal.yield(.opening)
        guard built.pipeline.setState(.ready) != .failure else {
            // What the element at fault said came before this, and counts.
            signal.yield(.failure(PipelineError(.pipelineFailed, "the pipeline could not be made ready")))
            return
        }
        built.startProgramSinks()
        let gauge = SupplyGauge(built, plan) { [signal] in signal.yield(.rendering) }
        self.gauge.withLock { $0 = gauge }
        for sink in built.silentSinks { signal.yield(.noAudioDevice(element: sink)) }
        signal.yield(.prepared(finalised: built.finalisedSinks, supply: gauge.read()))
    }

    /// Takes the pipeline to NULL and lets go of its bus. Blocks.
    func close() {
        gauge.withLock { $0 }?.letThrough()
        if let built = PipelineRun.remains(of: self) {
            ports.takeRest()
            built.stopSinks()
            // A decodebin 1.22 that found no type fails on its way down, once, and a bin stops at the first that fails.
            let isClosed = (0..<3).contains { _ in built.pipeline.setState(.null) != .failure }
            // A sink may only now find that its file cannot be closed; its message comes before this one.
            let areSinksClosed = built.closeSinks()
            if !isClosed || !areSinksClosed {
                signal.yield(.failure(PipelineError(.outputFailed, "the pipeline could not be closed")))
            }
            built.bus.close()
        }
        PipelineRun.noteClosed(self)
        signal.yield(.tornDown)
    }
}
