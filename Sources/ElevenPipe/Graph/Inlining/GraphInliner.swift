/// Puts the graphs of modules in the place of the steps that use them, with names of their own.
struct GraphInliner {
    let catalogue: Catalogue
    private(set) var findings: [Finding] = []

    init(catalogue: Catalogue) { self.catalogue = catalogue }

    /// The graph without modules. What cannot be put in is left out, and told.
    mutating func inlined(_ graph: Graph) -> Graph { inlined(graph, isModule: false) }

    private mutating func inlined(_ graph: Graph, isModule: Bool) -> Graph {
        var graph = graph
        while let place = Self.firstModule(in: graph) {
            guard case .module(let module) = graph.branches[place.branch].steps[place.step] else { break }
            var inner = Module(module, catalogue: catalogue)
            inner.graph = inlined(adopted(module), isModule: true)
            let problem =
                inner.isUnknown || inner.graph.branches.contains(where: \.isIncomplete)
                ? nil : problem(inner, at: place, in: graph, isModule: isModule)
            if let problem { findings.append(Finding(.error, at: module.location, problem)) }
            if inner.isUnknown {
                // Told where elements are checked, with the module's own place.
                var checker = GraphChecker(graph: inner.graph, catalogue: catalogue)
                checker.checkSteps()
                findings += checker.findings
            }
            guard problem == nil, !inner.isUnknown, !inner.graph.branches.contains(where: \.isIncomplete) else {
                graph.branches[place.branch].steps.remove(at: place.step)
                graph.branches[place.branch].isIncomplete = true
                continue
            }
            inner.rename(in: graph, usedIn: graph.branches[place.branch].name)
            graph.branches.replaceSubrange(
                place.branch...place.branch,
                with: inner.spliced(into: graph.branches[place.branch], at: place.step))
            let steps = graph.branches.reduce(0) { $0 + $1.steps.count }
            guard steps <= Limits.steps, graph.branches.count <= Limits.branches else {
                findings.append(
                    Finding(
                        .error, at: module.location,
                        "with its modules the graph has more than \(Limits.branches) branches or \(Limits.steps) steps")
                )
                graph.branches = []
                break
            }
        }
        return graph
    }

    private static func firstModule(in graph: Graph) -> (branch: Int, step: Int)? {
        for (index, branch) in graph.branches.enumerated() {
            let step = branch.steps.firstIndex { if case .module = $0 { true } else { false } }
            if let step { return (index, step) }
        }
        return nil
    }

    /// The module's graph with its own defaults on its elements; what only a whole graph can say is refused.
    private mutating func adopted(_ module: Graph.Module) -> Graph {
        var graph = module.graph
        var checker = GraphChecker(graph: graph, catalogue: catalogue)
        checker.checkServiceDefaults()
        findings += graph.warnings + checker.findings
        let service = graph.service
        let foreign = [
            (service.baseURL != nil, "base-url"), (service.apiKeyEnvironment != nil, "api-key-env"),
            (service.apiKeyFile != nil, "api-key-file"), (graph.playback != PlaybackSettings(), "playback"),
            (graph.insertion == .nothing, "insert"),
        ]
        for (isSet, name) in foreign where isSet {
            findings.append(
                Finding(
                    .error, at: graph.location,
                    "'\(name)' holds for a whole run: a module leaves it to the graph that uses it"))
        }
        for branch in graph.branches.indices {
            graph.branches[branch].steps = graph.branches[branch].steps.map {
                $0.withDefaults(service.defaults, catalogue)
            }
        }
        return graph
    }

    /// Why the module does not fit where it stands; nil where it does.
    private func problem(
        _ module: Module, at place: (branch: Int, step: Int), in graph: Graph, isModule: Bool
    ) -> String? {
        let branch = graph.branches[place.branch]
        let hasInput = branch.input != nil || place.step > 0
        let isTaken =
            place.step < branch.steps.count - 1
            || graph.branches.contains { $0.input?.sources.contains { $0.branch == branch.name } ?? false }
        let (file, inputs, outputs) = ("the module '\(module.file)'", module.openInputs, module.openOutputs)
        if hasInput, inputs.isEmpty {
            return "\(file) takes no input, since all its branches begin with a source: it can only be the first step"
        }
        if inputs.count > 1 { return "\(file) leaves several inputs open, and only one can be fed: \(list(inputs))" }
        // In a module, what needs an input at the head of a branch leaves it open for the graph outside.
        if !hasInput, !isModule, let input = inputs.first {
            return "\(file) needs an input, for its branch '\(input)': begin with 'from' or with a source"
        }
        if isTaken, outputs.isEmpty {
            return "\(file) gives nothing on, since all its branches end with a sink: nothing can follow it"
        }
        if isTaken, outputs.count > 1 {
            return "\(file) leaves several outputs open, and only one can go on: \(list(outputs))"
        }
        return nil
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
