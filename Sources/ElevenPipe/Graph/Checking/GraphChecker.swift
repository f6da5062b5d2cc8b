import GStreamer

/// Holds a graph against the installed elements: all findings at once, and the expansion where there can be one.
struct GraphChecker {
    struct Result {
        var findings: [Finding]
        var expansion: Expansion?
        /// The graph without modules.
        var source: Graph
        /// The ends that nothing takes, where they are left open.
        var openEnds: [Finding]
    }

    let graph: Graph
    let catalogue: Catalogue
    var findings: [Finding] = []
    var leavesEndsOpen = false
    var openEnds: [Finding] = []

    /// - Parameter leavingEndsOpen: whether what nothing in the graph takes is left to a program.
    static func check(_ graph: Graph, leavingEndsOpen: Bool = false) -> Result {
        let catalogue = Catalogue()
        var inliner = GraphInliner(catalogue: catalogue)
        var checker = GraphChecker(graph: inliner.inlined(graph), catalogue: catalogue)
        checker.findings = inliner.findings
        checker.leavesEndsOpen = leavingEndsOpen
        return checker.run()
    }

    init(graph: Graph, catalogue: Catalogue) {
        self.graph = graph
        self.catalogue = catalogue
    }

    private mutating func run() -> Result {
        checkNames()
        checkSteps()
        checkServiceDefaults()
        checkNeeds()
        checkProgramSteps()
        let wereComplete = graph.branches.allSatisfy { !$0.isIncomplete } && allStepsKnown
        let before = findings.count
        checkShape()
        let hasShapeErrors = findings[before...].contains { $0.severity == .error }
        guard wereComplete, !hasShapeErrors, !graph.branches.isEmpty else {
            if graph.branches.isEmpty, graph.location == .code {
                error(at: graph.location, "the graph has no branches")
            }
            return Result(findings: findings, expansion: nil, source: graph, openEnds: openEnds)
        }
        var expander = GraphExpander(graph: graph, catalogue: catalogue)
        let expansion = expander.expand()
        findings += expander.findings
        return Result(findings: findings, expansion: expansion, source: graph, openEnds: openEnds)
    }

    mutating func error(at location: SourceLocation, _ message: String) {
        findings.append(Finding(.error, at: location, message))
    }

    mutating func warning(at location: SourceLocation, _ message: String) {
        findings.append(Finding(.warning, at: location, message))
    }

    private var allStepsKnown: Bool {
        graph.branches.allSatisfy { $0.steps.allSatisfy { catalogue.nature(of: $0) != nil } }
    }

    // MARK: - Names

    private mutating func checkNames() {
        var taken: [String: String] = [:]
        for branch in graph.branches {
            // The file's reader has told this already; a graph made in Swift comes here first.
            if branch.location == .code, let problem = Names.problem(branch.name, of: "branch") {
                error(at: branch.location, problem)
            }
            if taken[branch.name] != nil {
                error(at: branch.location, "there are two branches named '\(branch.name)'")
            }
            taken[branch.name] = "a branch"
        }
        for branch in graph.branches {
            for case .element(let element) in branch.steps {
                guard let name = element.name else { continue }
                let location = element.nameLocation ?? element.location
                if let problem = Names.problem(name, of: "element") {
                    error(at: location, problem)
                } else if let owner = taken[name] {
                    error(at: location, "the name '\(name)' is taken: \(owner) has it already")
                }
                taken[name] = "the element '\(element.factory)' in the branch '\(branch.name)'"
            }
        }
    }
}
