import ElevenLabsElements
import GStreamer
import Synchronization

extension Pipeline {
    /// Builds the pipeline and takes it to READY: devices are opened, and nothing is asked of the service yet. Blocks.
    func prepare() {
        let built: BuiltPipeline
        do {
            built = try PipelineBuilder.build(graph.plan, name: graph.graph.name ?? "elevenpipe", tap: tap) {
                [signal] event in signal.yield(.bus(event))
            }
        } catch {
            signal.yield(.failure(error))
            return
        }
        built.pipeline.share(engine.stream, as: StreamEngine.contextType)
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
        for sink in built.silentSinks { signal.yield(.noAudioDevice(element: sink)) }
        signal.yield(.prepared(finalised: built.finalisedSinks))
    }

    /// Takes the pipeline to NULL and lets go of its bus. Blocks.
    func close() {
        if let built = built.withLock({ $0 }) {
            // A sink may only now find that its file cannot be closed; its message comes before this one.
            if built.pipeline.setState(.null) == .failure {
                signal.yield(.failure(PipelineError(.outputFailed, "the pipeline could not be closed")))
            }
            built.bus.close()
        }
        signal.yield(.tornDown)
    }
}
