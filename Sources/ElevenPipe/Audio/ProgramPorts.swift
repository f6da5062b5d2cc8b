import GStreamer
import Synchronization

/// What a program takes out of a pipeline and puts into it: the graph with the branches that this needs, and the ports.
final class ProgramPorts: Sendable {
    private struct State {
        var graph: CheckedGraph
        /// By the name of the branch that was added for each.
        var outputs: [String: OutputPort] = [:]
        /// By the name that the program uses: that of the element, or of its branch.
        var inputs: [String: InputPort] = [:]
        /// By the name of the element.
        var builtInputs: [String: InputPort] = [:]
        var hasBegun = false
    }

    private let state: Mutex<State>

    init(_ graph: CheckedGraph) { state = Mutex(State(graph: graph)) }

    /// The graph as it runs.
    var graph: CheckedGraph { state.withLock { $0.graph } }

    private var outputs: [OutputPort] { state.withLock { Array($0.outputs.values) } }
    private var inputs: [InputPort] { state.withLock { Array($0.inputs.values) } }

    // MARK: Before the run

    /// Adds a branch that ends in an `appsink`; it is checked and expanded as any other consumer.
    func addOutput(
        _ name: String, _ steps: [Graph.Step], _ policy: ReaderPolicy
    ) throws(GraphError) -> OutputPort {
        try change { (state) throws(GraphError) in
            let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2, !parts.contains("") else {
                throw Self.error(
                    "\(Quotation.of(name)) is not a source: write BRANCH, or BRANCH.PAD or ELEMENT.PAD for a named output",
                    in: state)
            }
            let source = Graph.Input.Source(parts[0], pad: parts.count == 2 ? parts[1] : nil)
            var graph = state.graph.source
            let taken = graph.names
            var number = 1
            var branch: String { "\(parts.joined(separator: "-"))-output-\(number)" }
            while taken.contains(branch) { number += 1 }
            graph.branches.append(Graph.Branch(forProgram: branch, from: source, steps: steps))
            state.graph = try graph.checked(forProgram: true, warnings: state.graph.warnings)
            let port = OutputPort(source: name, policy: policy)
            state.outputs[branch] = port
            return port
        }
    }

    /// Makes an `appsrc` the program's. - Parameter properties: what to set on it, from what the graph says.
    func addInput(
        _ name: String, _ properties: (Graph.Element) throws(GraphError) -> [Graph.Property]
    ) throws(GraphError) -> (port: InputPort, element: Graph.Element) {
        try change { (state) throws(GraphError) in
            var graph = state.graph.source
            guard let place = graph.place(ofInput: name), case .element(var element) = graph[place] else {
                throw Self.error(Self.unknown(name, in: graph), in: state)
            }
            guard element.factory == "appsrc" else {
                throw Self.error(
                    "'\(name)' is of the kind '\(element.factory)': a program feeds an 'appsrc'", in: state)
            }
            guard state.inputs[name] == nil else {
                throw Self.error("the input '\(name)' has a writer already", in: state)
            }
            for property in try properties(element) {
                element.properties.removeAll { $0.name == property.name }
                element.properties.append(property)
            }
            graph[place] = .element(element)
            state.graph = try graph.checked(forProgram: true, warnings: state.graph.warnings)
            let port = InputPort(name: name)
            state.inputs[name] = port
            return (port, element)
        }
    }

    private func change<Result: Sendable>(
        _ body: (inout State) throws(GraphError) -> Result
    ) throws(GraphError) -> Result {
        try state.withLock { (state) throws(GraphError) in
            if state.hasBegun {
                throw Self.error(
                    "the pipeline has begun to run: ask for its outputs and inputs before run()", in: state)
            }
            return try body(&state)
        }
    }

    private static func error(_ message: String, in state: State) -> GraphError {
        GraphError([Finding(.error, at: state.graph.source.location, message)])
    }

    private static func unknown(_ name: String, in graph: Graph) -> String {
        let names = graph.inputNames
        let all = names.isEmpty ? "it has none" : "there are \(names.map { "'\($0)'" }.joined(separator: ", "))"
        return
            "the graph has no input \(Quotation.of(name)), an 'appsrc' of that name or in a branch of that name; \(all)"
    }

    // MARK: The run

    /// Closes the list. - Returns: why the graph cannot run as it is: an input that nobody feeds, an end that nobody takes.
    func begin() -> PipelineError? {
        state.withLock { state in
            state.hasBegun = true
            if let end = state.graph.openEnds.first {
                return PipelineError(.invalidGraph, end.message, location: end.location)
            }
            for step in state.graph.plan.elements where step.factory == "appsrc" {
                guard state.inputs[step.name] ?? state.inputs[step.branch] == nil else { continue }
                let names = state.graph.source.inputNames
                let name = names.contains(step.name) ? step.name : step.branch
                return PipelineError(
                    .invalidGraph,
                    "nobody feeds the input '\(name)': a program does that, with pipeline.input(\"\(name)\")",
                    location: step.location, element: step.name)
            }
            return nil
        }
    }

    /// The graph has changed while it runs.
    func replaceGraph(_ graph: CheckedGraph) { state.withLock { $0.graph = graph } }

    /// Takes over what was built for the ports.
    func attach(_ built: BuiltPipeline) {
        let (graph, outputs, inputs) = state.withLock { ($0.graph, $0.outputs, $0.inputs) }
        for step in graph.plan.elements {
            guard let element = built.elements[step.name] else { continue }
            if step.factory == "appsink" { outputs[step.branch]?.attach(element) }
            if step.factory == "appsrc", let port = inputs[step.name] ?? inputs[step.branch] {
                port.attach(element)
                state.withLock { $0.builtInputs[step.name] = port }
            }
        }
    }

    /// Whether this element is one of the inputs, and nothing has been written to it.
    func isEmptyInput(_ name: String) -> Bool { state.withLock { $0.builtInputs[name]?.isEmpty ?? false } }

    /// Whether this element is one of the inputs.
    func isInput(_ name: String) -> Bool { state.withLock { $0.builtInputs[name] != nil } }

    /// Something has failed; on the thread that tells of it.
    func noteFailure() { for port in outputs { port.noteFailure() } }

    /// The run ends before its time. - Parameter dropping: what has come to the program and was not taken is dropped.
    func cutShort(dropping: Bool) {
        for port in outputs { port.cutShort(dropping: dropping) }
        for port in inputs { port.cutShort() }
    }

    /// Takes what lies in the pipeline, which is about to be closed, so that it can be read after that.
    func takeRest() { for port in outputs { port.takeRest() } }

    /// The run is over, or will never be.
    func finish(_ error: PipelineError?) {
        for port in outputs { port.finish(error) }
        for port in inputs { port.finish(error) }
    }
}
