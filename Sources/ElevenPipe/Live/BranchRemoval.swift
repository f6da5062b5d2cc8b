import Dispatch
import GLib
import GStreamer
import Synchronization

/// A branch on its way out of a running pipeline: taken from its tee at once, given the end of the stream, and let go of when
/// that has come to its sinks.
struct BranchRemoval: Sendable {
    private let pipeline: Pipeline
    private let name: String
    private let part: GraphPlan
    private let sinks: [GraphPlan.ElementPlan]
    private let inputs: [Input]
    /// Those of them that there is something in: what has not begun has no end.
    private let begun: [Input]
    private let ends: SinkEnds.Wait

    /// An input pad of the branch, which nothing feeds any more, and the tee's pad that did.
    private struct Input: Sendable {
        let pad: Pad
        let source: Pad
    }

    /// Takes the branch from its tee. Blocks.
    init(_ name: String, from pipeline: Pipeline) throws(PipelineError) {
        let graph = pipeline.graph
        let authored = Set(graph.source.branches.map(\.name))
        let part = graph.plan.part(of: name, authored: authored)
        if let reason = Self.obstacle(name, part, graph.plan) {
            throw PipelineError(
                .invalidGraph, "'\(name)' cannot be taken out: \(reason)", location: part.elements.first?.location)
        }
        self.pipeline = pipeline
        self.name = name
        self.part = part
        let result = pipeline.queue.sync {
            Result { () throws(PipelineError) in
                try pipeline.withRunning("'\(name)' cannot be taken out") { (built) throws(PipelineError) in
                    part.entries.compactMap { Self.detach($0, built) }
                }
            }
        }
        inputs = try result.get()
        guard inputs.count == part.entries.count else {
            throw PipelineError(
                .invalidGraph, "'\(name)' cannot be taken out: it is being taken out already",
                location: part.elements.first?.location)
        }
        begun = inputs.filter { $0.pad.hasBegun || $0.source.hasBegun }
        sinks = part.elements.filter { graph.plan.isSink($0) }
        ends = pipeline.sinkEnds.wait(for: begun.count == inputs.count ? Set(sinks.map(\.name)) : [])
    }

    private static func obstacle(_ name: String, _ part: GraphPlan, _ plan: GraphPlan) -> String? {
        guard !part.elements.isEmpty else {
            let names = Set(plan.elements.map(\.branch))
            return "there is no such branch"
                + (NameSuggestion.nearest(to: name, among: names.sorted()).map { "; did you mean '\($0)'?" } ?? "")
        }
        let names = Set(part.elements.map(\.name))
        if let taker = plan.links.first(where: { names.contains($0.from) && !names.contains($0.to) }) {
            return "'\(taker.to)' takes from it"
        }
        guard !part.entries.isEmpty else { return "it takes from no branch: it would leave nothing to do" }
        for entry in part.entries {
            guard plan.elements.contains(where: { $0.name == entry.from && $0.factory == "tee" }) else {
                return "it is the only one that takes from '\(entry.from)', which has no tee"
            }
            let others = plan.links.contains { $0.from == entry.from && !names.contains($0.to) }
            guard others else {
                return "it is the last one that takes from '\(entry.from)': add another one first, or stop the pipeline"
            }
        }
        return nil
    }

    private static func detach(_ entry: GraphPlan.LinkPlan, _ built: BuiltPipeline) -> Input? {
        guard let tee = built.elements[entry.from] else { return nil }
        for output in tee.pads(.source) {
            guard let input = output.peer, input.parent?.name == entry.to else { continue }
            built.consumers[entry.from]?.remove(output)
            output.unlink(from: input)
            tee.releasePad(output)
            return Input(pad: input, source: output)
        }
        return nil
    }

    private func files(isWhole: Bool) -> [WrittenFile] {
        sinks.compactMap { $0.written(isPartial: !isWhole, isFinalised: isWhole) }
    }

    /// Waits for the end, and lets go. - Returns: what was written.
    func finish() async -> [WrittenFile] {
        // Each waits behind what the branch still holds; NULL frees those that wait.
        let sent = begun.map { input in Task { await Self.end(input) } }
        let isWhole = await ends.value() && begun.count == inputs.count
        // With the run the branch has ended too; and who could not be closed then is not waited for.
        if pipeline.sinkEnds.isOver { return files(isWhole: isWhole) }
        let files = await pipeline.queue.run { [self] in dispose(isWhole: isWhole) }
        for task in sent { await task.value }
        return files
    }

    private static func end(_ input: Input) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                // Taken out before anything came: what writes a header all the same must know of what.
                if !input.pad.hasBegun { input.source.describeStream(to: input.pad) }
                input.pad.sendEndOfStream()
                continuation.resume()
            }
        }
    }

    /// Everything behind the pads that were fed, converters that were put in later among it.
    private var elements: [Element] {
        var found: [Element] = []
        var next = inputs.compactMap(\.pad.parent)
        while let element = next.popLast() {
            guard !found.contains(where: { $0.isSame(as: element) }) else { continue }
            found.append(element)
            next += element.pads(.source).compactMap { $0.peer?.parent }
        }
        return found
    }

    private func dispose(isWhole: Bool) -> [WrittenFile] {
        guard var built = pipeline.built.withLock({ $0 }) else { return files(isWhole: isWhole) }
        let elements = elements
        for element in elements.reversed() {
            element.lockState(true)
            element.setState(.null)
        }
        for element in elements { built.pipeline.remove(element) }
        for step in part.elements { built.elements[step.name] = nil }
        pipeline.built.withLock { if $0 != nil { $0 = built } }
        let graph = pipeline.graph
        var source = graph.source
        source.branches.removeAll { $0.name == name }
        let rest = CheckedGraph(
            graph: graph.graph, warnings: graph.warnings, plan: graph.plan.without(part), source: source,
            openEnds: graph.openEnds)
        let files = files(isWhole: isWhole)
        pipeline.noteChange(built, rest) { .removed(branch: name, files, $0) }
        return files
    }
}
