import Dispatch
import ElevenLabsElements
import GLib
import GStreamer
import Synchronization

/// A branch on its way into a running pipeline: checked with the whole graph, made and brought to READY beside the pipeline,
/// then put in and linked to its tee.
struct BranchAddition {
    private let pipeline: Pipeline
    private let name: String
    private let branch: Graph.Branch
    /// The graph with the branch, as the engine writes it.
    private let graph: Graph
    private let plan: GraphPlan
    private let part: GraphPlan

    /// Checks the branch.
    init(_ branch: Graph.Branch, to pipeline: Pipeline) throws {
        self.pipeline = pipeline
        name = branch.name
        self.branch = branch
        plan = pipeline.graph.plan
        var source = pipeline.graph.source
        source.branches.append(branch)
        let checked = try source.checked(forProgram: true)
        if let end = checked.openEnds.first { throw GraphError([end]) }
        graph = checked.graph
        part = checked.plan.addition(to: plan)
        guard !part.entries.isEmpty else {
            throw failure("it takes from no branch: write Branch(\"\(name)\", from: …)", at: branch.location)
        }
        for entry in part.entries where factory(of: entry.from) != "tee" {
            let source = checked.plan.elements.first { $0.name == entry.from }?.branch ?? entry.from
            throw failure(
                "there is no tee behind '\(source)': end that branch with the step 'tee', so that more can take from it",
                at: entry.location)
        }
    }

    /// Blocks.
    func run() throws(PipelineError) {
        let elements = try PipelineBuilder.make(part.elements)
        do throws(PipelineError) {
            try makeReady(elements)
            let result = pipeline.queue.sync {
                Result { () throws(PipelineError) in try attach(elements) }
            }
            try result.get()
        } catch {
            for element in elements.values { element.setState(.null) }
            throw error
        }
    }

    /// What cannot be opened is found out before the pipeline knows of it.
    private func makeReady(_ elements: [String: Element]) throws(PipelineError) {
        let cause = Mutex<BusEvent.Report?>(nil)
        let bus = Bus(ofLoose: Array(elements.values)) { event in
            if case .error(let report) = event { cause.withLock { $0 = $0 ?? report } }
        }
        defer { bus.close() }
        // Ours first: a missing key is told before a sink empties its file.
        let ours = elements.filter { $0.value.implementation is any StreamingElement }
        let engine = pipeline.built.withLock { $0?.pipeline.shared(StreamEngine.self, as: StreamEngine.contextType) }
        if let engine { for element in ours.values { element.share(engine, as: StreamEngine.contextType) } }
        for (name, element) in Array(ours) + elements.filter({ ours[$0.key] == nil })
        where element.setState(.ready) == .failure {
            if let cause = cause.withLock({ $0 }) { throw PipelineError(cause, plan: plan.with(part)) }
            throw PipelineError(
                .pipelineFailed, "'\(name)' could not be made ready", location: location(of: name), element: name)
        }
        let isSilent = elements.values.contains(where: \.isSilentSink)
        if isSilent, pipeline.options.requiresAudio {
            throw PipelineError(
                .outputFailed, "there is no sound device and no sound server, so nothing could be heard",
                location: part.elements.last?.location, element: part.elements.last?.name)
        }
    }

    /// In line with the pipeline's state changes, so that it is not closed meanwhile.
    private func attach(_ elements: [String: Element]) throws(PipelineError) {
        try pipeline.withRunning("'\(name)' cannot be added") { (built) throws(PipelineError) in
            let entries = part.entries
            for entry in entries where built.elements[entry.from]?.pad(named: "sink")?.hasEnded ?? true {
                throw failure("the stream of '\(entry.from)' has ended", at: entry.location)
            }
            do throws(PipelineError) {
                try putIn(elements, built)
            } catch {
                takeOut(elements, built)
                throw error
            }
            for (name, element) in elements { built.elements[name] = element }
            // The clock that runs is waited for by all: a new sink may say how late it is.
            if pipeline.gauge.withLock({ $0?.isLive ?? false }) { built.pipeline.recalculateLatency() }
            pipeline.noteChange(built, grown) { .added(branch: name, $0) }
            for sink in elements where sink.value.isSilentSink {
                pipeline.signal.yield(.noAudioDevice(element: sink.key))
            }
        }
    }

    /// The graph that runs now, in which other branches may have gone since this one was checked, with this one.
    private var grown: CheckedGraph {
        let current = pipeline.graph
        var source = current.source
        source.branches.append(branch)
        return CheckedGraph(
            graph: graph, warnings: current.warnings, plan: current.plan.with(part), source: source, openEnds: [])
    }

    private func putIn(_ elements: [String: Element], _ built: BuiltPipeline) throws(PipelineError) {
        for (name, element) in elements {
            guard built.pipeline.add(element) else {
                throw failure("there is another element '\(name)'", at: location(of: name))
            }
            element.startWithoutPreroll()
        }
        let entries = part.entries
        try PipelineBuilder.link(
            part.links.filter { link in !entries.contains(link) }, among: elements, in: built.pipeline,
            tap: pipeline.tap)
        // Sinks first, so that no data comes to what does not run.
        for step in part.elements.reversed() where elements[step.name]?.followParentState() == false {
            throw PipelineError(
                .pipelineFailed, "'\(step.name)' could not be started", location: step.location, element: step.name)
        }
        for entry in entries { try join(entry, elements, built) }
    }

    private func join(
        _ entry: GraphPlan.LinkPlan, _ elements: [String: Element], _ built: BuiltPipeline
    ) throws(PipelineError) {
        guard let tee = built.elements[entry.from], let sink = elements[entry.to] else {
            throw PipelineError(.internalFault, "the plan links an element that it does not hold")
        }
        let input = try PipelineBuilder.inputPad(of: sink, for: entry) ?? sink.pads(.sink).first { !$0.isLinked }
        guard let input, let output = tee.requestPad(template: "src_%u") else {
            throw failure("'\(entry.from)' cannot be linked to '\(entry.to)'", at: entry.location)
        }
        output.keepFormat()
        built.consumers[entry.from]?.add(output)
        if let reason = output.link(to: input) {
            built.consumers[entry.from]?.remove(output)
            tee.releasePad(output)
            throw failure("'\(entry.from)' cannot be linked to '\(entry.to)': \(reason)", at: entry.location)
        }
        // The end may have been passing the tee, which had counted its pads already: nobody else would give it to this one.
        DispatchQueue.global().async {
            let source = tee.pad(named: "sink")
            source?.waitForWhatPasses()
            if source?.hasEnded ?? false { input.sendEndOfStream() }
        }
    }

    private func takeOut(_ elements: [String: Element], _ built: BuiltPipeline) {
        for element in elements.values {
            for pad in element.pads(.sink) {
                guard let output = pad.peer, let tee = output.parent, let consumers = built.consumers[tee.name] else {
                    continue
                }
                consumers.remove(output)
                output.unlink(from: pad)
                tee.releasePad(output)
            }
        }
        for element in elements.values {
            element.setState(.null)
            built.pipeline.remove(element)
        }
    }

    private func factory(of name: String) -> String? { plan.elements.first { $0.name == name }?.factory }

    private func location(of name: String) -> SourceLocation? {
        part.elements.first { $0.name == name }?.location
    }

    private func failure(_ reason: String, at location: SourceLocation?) -> PipelineError {
        PipelineError(.invalidGraph, "'\(name)' cannot be added: \(reason)", location: location)
    }
}
