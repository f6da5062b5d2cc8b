import GStreamer

/// Walks a graph from its sources, finds out what flows on each link, checks that it can, and puts in what is missing.
struct GraphExpander {
    let graph: Graph
    let catalogue: Catalogue
    let wiring: Wiring
    var findings: [Finding] = []

    /// What flows somewhere, and what it comes out of.
    struct Feed {
        var caps: Caps?
        var nature: StepNature?
        /// The steps before, as far as they are this feed's alone.
        var steps: [Expansion.Step] = []
        /// Who made the data, for messages: not a queue it passed.
        var label = ""
        /// Whether the caps are what an element of ours announces: all that the stream's caps will say.
        var isAnnounced = false
    }

    /// What flows after each of the author's steps of a branch.
    private var flows: [String: [Int: Feed]] = [:]
    private var ends: [String: Feed] = [:]
    private var takenNames: Set<String>
    var rawAudioTakers: [String: Bool] = [:]
    lazy var sharing = Sharing(graph, wiring, catalogue)
    var isAutomatic: Bool { graph.insertion == .automatic }

    init(graph: Graph, catalogue: Catalogue) {
        self.graph = graph
        self.catalogue = catalogue
        wiring = Wiring(graph, catalogue)
        takenNames = Set(graph.branches.map(\.name))
        for case .element(let element) in graph.branches.flatMap(\.steps) {
            element.name.map { _ = takenNames.insert($0) }
        }
    }

    /// The expanded graph. The graph's shape was checked before: no circle, no unknown name.
    mutating func expand() -> Expansion {
        var branches: [Expansion.Branch] = []
        for branch in inDataOrder() { branches += expand(branch) }
        nameElements(in: &branches)
        nameSources(in: &branches)
        var expanded = graph
        expanded.parameters = []
        expanded.insertion = .nothing
        expanded.service.defaults = []
        expanded.branches = graph.branches.flatMap { branch in
            // What was made for a branch's inputs stands before it.
            guard let last = branches.firstIndex(where: { $0.name == branch.name }) else { return [branch] }
            let first = branches[..<last].lastIndex { wiring.branches[$0.name] != nil }.map { $0 + 1 } ?? 0
            return branches[first...last].map(written)
        }
        return Expansion(graph: expanded, branches: branches)
    }

    private func written(_ branch: Expansion.Branch) -> Graph.Branch {
        let input =
            branch.inputs.isEmpty
            ? nil : Graph.Input(branch.inputs.map(\.source), location: branch.inputLocation)
        return Graph.Branch(branch.name, from: input, steps: branch.steps.map(\.step), location: branch.location)
    }

    /// Each branch after those it takes its data from; otherwise as in the file.
    private func inDataOrder() -> [Graph.Branch] {
        var ordered: [Graph.Branch] = []
        var waiting = graph.branches
        var done: Set<String> = []
        while let next = waiting.firstIndex(where: { branch in
            wiring.edges(into: branch.name).allSatisfy { done.contains($0.output.branch) }
        }) {
            // One at a time: a branch stands as near behind its sources as the file allows.
            let branch = waiting.remove(at: next)
            ordered.append(branch)
            done.insert(branch.name)
        }
        return ordered
    }

    // MARK: - One branch

    private mutating func expand(_ branch: Graph.Branch) -> [Expansion.Branch] {
        var made: [Expansion.Branch] = []
        var steps = branch.steps.enumerated().map { Expansion.Step(step: completed($1, $0, branch), index: $0) }
        let edges = wiring.edges(into: branch.name)
        var feeds = edges.map { feed(from: $0.output) }
        var inputs = edges.map { Expansion.Input(source: $0.source, output: $0.output) }
        if edges.count == 1, !edges[0].source.hasSettings {
            enter(&steps, of: branch, by: edges[0], feeds[0])
        } else if isAutomatic, !edges.isEmpty {
            made = meet(edges, in: branch, &steps, &inputs, &feeds)
        }
        linkInputs(&inputs, feeds, to: steps, of: branch)
        let flow = walk(&steps, of: branch, from: feeds)
        finish(&steps, of: branch, flow)
        made.append(
            Expansion.Branch(
                name: branch.name, inputs: inputs, steps: steps,
                inputLocation: branch.input?.location ?? branch.location, location: branch.location
            )
        )
        return made
    }

    /// What comes out of an output of a branch that was expanded before.
    private func feed(from output: Wiring.Output) -> Feed {
        guard let step = output.step, let pad = output.pad else { return ends[output.branch] ?? Feed() }
        guard let flow = flows[output.branch]?[step], let nature = flow.nature, let template = nature.output(named: pad)
        else { return Feed() }
        let caps = template.caps.isAny ? (nature.isTransparent ? flow.caps : nil) : template.caps
        return Feed(caps: caps, nature: nature.giving(template), label: nature.label)
    }

    /// Goes through a branch's steps: what comes, whether it can, what goes on.
    mutating func walk(_ steps: inout [Expansion.Step], of branch: Graph.Branch, from feeds: [Feed]) -> Feed {
        var flow = feeds.first ?? Feed()
        if feeds.count > 1 { flow = Feed(caps: Self.together(feeds.map(\.caps)), nature: feeds.last?.nature) }
        var index = 0
        while index < steps.count {
            if index > 0 { separate(&steps, at: index, of: branch, after: flow) }
            guard let nature = catalogue.nature(of: steps[index].step) else { break }
            if index > 0 || feeds.count == 1 {
                check(flow, to: nature, at: steps[index].step.location)
                if index > 0 { steps[index].inputPad = inputPad(of: steps[index].step, for: flow.caps) }
            }
            flow.caps = output(of: steps[index].step, nature, for: flow.caps)
            flow.nature = nature
            if !nature.isTransparent || flow.label.isEmpty { flow.label = nature.label }
            if !nature.isTransparent, nature.filter == nil {
                flow.isAnnounced = ServiceElements.isOurs(nature.factory)
            }
            if let author = steps[index].index { flows[branch.name, default: [:]][author] = flow }
            index += 1
        }
        return flow
    }

    private static func together(_ caps: [Caps?]) -> Caps? {
        let known = caps.compactMap(\.self)
        guard known.count == caps.count, let first = known.first else { return nil }
        return known.dropFirst().reduce(first) { $0.union($1) }
    }

    /// The end of a branch: a tee where several take from it.
    private mutating func finish(_ steps: inout [Expansion.Step], of branch: Graph.Branch, _ flow: Feed) {
        var flow = flow
        if isAutomatic, wiring.consumers(of: branch.name).count > 1, let last = flow.nature, !last.givesToMany {
            let location = steps.last?.step.location ?? branch.location
            if last.givesDecodedPads, takesRawAudio(atEndOf: branch.name) {
                steps += [inserted("audioconvert", at: location), inserted("audioresample", at: location)]
                flow.caps = Caps("audio/x-raw")
            }
            steps.append(inserted("tee", at: location))
            flow.nature = catalogue.nature(of: steps[steps.count - 1].step)
        }
        flow.steps = steps
        ends[branch.name] = flow
    }

    /// Keeps the end of a branch that was made for an input.
    mutating func note(_ feed: Feed, asEndOf branch: String) { ends[branch] = feed }

    /// A name that nothing has yet: `NAME-input-1`.
    mutating func freshName(for branch: String) -> String {
        var number = 1
        while !takenNames.insert("\(branch)-input-\(number)").inserted { number += 1 }
        return "\(branch)-input-\(number)"
    }

    /// A step as it runs: with the file's defaults, and what lets a late sink go its own way.
    private mutating func completed(_ step: Graph.Step, _ index: Int, _ branch: Graph.Branch) -> Graph.Step {
        let step = step.withDefaults(graph.service.defaults, catalogue).withoutUnset
        guard case .element(var element) = step, isAutomatic,
            sharing.lateSinks.contains(Wiring.Way(branch: branch.name, step: index, input: nil)),
            !element.properties.contains(where: { $0.name == "async" })
        else { return step }
        element.properties.append(Graph.Property("async", "false", location: element.location))
        return .element(element)
    }

    func inserted(_ factory: String, at location: SourceLocation) -> Expansion.Step {
        Expansion.Step(step: .element(Graph.Element(factory, location: location)), isInserted: true)
    }

    mutating func error(at location: SourceLocation, _ message: String) {
        findings.append(Finding(.error, at: location, message))
    }
}
