import GStreamer

/// Walks a graph from its sources, finds out what flows on each link, checks that it can, and puts in what is missing.
struct GraphExpander {
    let graph: Graph
    let catalogue: Catalogue
    var findings: [Finding] = []

    /// What flows after the end of a branch, and what its last step is.
    struct End {
        var caps: Caps?
        var steps: [Expansion.Step]
    }

    private var ends: [String: End] = [:]
    private var isAutomatic: Bool { graph.insertion == .automatic }

    init(graph: Graph, catalogue: Catalogue) {
        self.graph = graph
        self.catalogue = catalogue
    }

    /// The expanded graph. The graph's shape was checked before: no circle, no unknown name.
    mutating func expand() -> Expansion {
        var branches: [Expansion.Branch] = []
        for branch in inDataOrder() {
            let source = branch.input?.sources.first
            let steps = expand(branch, from: source.flatMap { ends[$0.branch] })
            branches.append(
                Expansion.Branch(
                    name: branch.name, input: source?.branch, inputLocation: source?.location, steps: steps
                )
            )
        }
        nameElements(in: &branches)
        var expanded = graph
        expanded.parameters = []
        expanded.insertion = .nothing
        expanded.service.defaults = []
        expanded.branches = graph.branches.map { branch in
            var branch = branch
            branch.steps = branches.first { $0.name == branch.name }?.steps.map(\.step) ?? branch.steps
            return branch
        }
        return Expansion(graph: expanded, branches: branches)
    }

    /// Each branch after the one it takes its data from; otherwise as in the file.
    private func inDataOrder() -> [Graph.Branch] {
        var ordered: [Graph.Branch] = []
        var waiting = graph.branches
        var done: Set<String> = []
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.input?.sources.allSatisfy { done.contains($0.branch) } ?? true }
            guard !ready.isEmpty else { break }
            // One at a time: a branch stands as near behind its source as the file allows.
            ordered.append(ready[0])
            done.insert(ready[0].name)
            waiting.removeAll { $0.name == ready[0].name }
        }
        return ordered
    }

    func consumers(of branch: String) -> [Graph.Branch] {
        graph.branches.filter { $0.input?.sources.contains { $0.branch == branch } ?? false }
    }

    private mutating func expand(_ branch: Graph.Branch, from end: End?) -> [Expansion.Step] {
        var steps = branch.steps.map { Expansion.Step(step: withDefaults($0)) }
        var caps = end?.caps
        var previous = end?.steps.last.flatMap { catalogue.nature(of: $0.step) }
        if isAutomatic, let previous, let end { enter(&steps, of: branch, after: previous, end) }
        var index = 0
        while index < steps.count {
            if index > 0, isAutomatic, let previous { decode(&steps, at: index, of: branch, after: previous) }
            guard let nature = catalogue.nature(of: steps[index].step) else { break }
            if let previous {
                check(previous, gives: caps, to: nature, at: steps[index].step.location)
                steps[index].inputPad = inputPad(of: steps[index].step, nature, for: caps)
            }
            caps = output(of: steps[index].step, nature, for: caps)
            previous = nature
            index += 1
        }
        if isAutomatic, consumers(of: branch.name).count > 1, let last = previous, !last.givesToMany {
            let location = steps.last?.step.location ?? branch.location
            if last.givesDecodedPads, takesRawAudio(after: steps.count, in: steps, of: branch) {
                steps += [inserted("audioconvert", at: location), inserted("audioresample", at: location)]
                caps = Caps("audio/x-raw")
            }
            steps.append(inserted("tee", at: location))
        }
        ends[branch.name] = End(caps: caps, steps: steps)
        return steps
    }

    /// The `elevenlabs` defaults of the file, on elements of ours that do not set them themselves.
    private func withDefaults(_ step: Graph.Step) -> Graph.Step {
        guard case .element(var element) = step else { return step }
        if ServiceElements.isOurs(element.factory) {
            // A property that the element leaves alone stands against the default, too.
            let own = Set(element.properties.map(\.name))
            for property in graph.service.defaults
            where !own.contains(property.name) && catalogue.property(property.name, of: element.factory) != nil {
                element.properties.append(property)
            }
        }
        element.properties.removeAll { $0.value == .unset }
        return .element(element)
    }

    // MARK: - Putting in

    /// Where a branch takes its data from another: a queue behind a tee, converters for raw audio.
    private func enter(
        _ steps: inout [Expansion.Step], of branch: Graph.Branch, after previous: StepNature, _ end: End
    ) {
        let location = steps.first?.step.location ?? branch.location
        let source = branch.input?.sources.first?.branch ?? ""
        let isShared = consumers(of: source).count > 1
        if isShared, steps.first.map({ !Self.isQueue($0.step) }) ?? true {
            steps.insert(inserted("queue", at: location), at: 0)
        }
        if previous.givesDecodedPads, !isShared {
            decode(&steps, at: 0, of: branch, after: previous)
            return
        }
        let afterQueues = steps.firstIndex { !Self.isQueue($0.step) } ?? steps.count
        guard takesRawAudio(after: afterQueues, in: steps, of: branch) else { return }
        if let caps = end.caps {
            guard caps.isRawAudio else {
                // A mixed answer is decided by what comes.
                if caps.allowsRawAudio { markUndecided(&steps, at: afterQueues, before: isShared ? [] : end.steps) }
                return
            }
            convert(&steps, at: afterQueues, before: isShared ? [] : end.steps)
        } else {
            markUndecided(&steps, at: afterQueues, before: isShared ? [] : end.steps)
        }
    }

    /// Behind pads that appear with decoded data: converters, also because they take audio and nothing else.
    private func decode(
        _ steps: inout [Expansion.Step], at index: Int, of branch: Graph.Branch, after previous: StepNature
    ) {
        guard takesRawAudio(after: index, in: steps, of: branch) else { return }
        if previous.givesDecodedPads {
            convert(&steps, at: index, before: [])
        } else if previous.hasSometimesPads, previous.output == nil {
            markUndecided(&steps, at: index, before: [])
        }
    }

    private func markUndecided(_ steps: inout [Expansion.Step], at index: Int, before: [Expansion.Step]) {
        let present = converters(in: steps, from: index) + converters(in: before.reversed(), from: 0)
        if !(present.contains("audioconvert") && present.contains("audioresample")), steps.indices.contains(index) {
            steps[index].decideConverters = true
        }
    }

    /// Puts in those of the two converters that the author has not put right there already.
    private func convert(_ steps: inout [Expansion.Step], at index: Int, before: [Expansion.Step]) {
        let location = steps.indices.contains(index) ? steps[index].step.location : before.last?.step.location
        let place = location ?? graph.location
        let present = Set(converters(in: steps, from: index) + converters(in: before.reversed(), from: 0))
        if present.isEmpty {
            steps.insert(
                contentsOf: [inserted("audioconvert", at: place), inserted("audioresample", at: place)], at: index
            )
        } else if present == ["audioconvert"] {
            let after = steps[index...].firstIndex { Self.factory($0.step) == "audioconvert" }
            steps.insert(inserted("audioresample", at: place), at: after.map { $0 + 1 } ?? index)
        } else if present == ["audioresample"] {
            steps.insert(inserted("audioconvert", at: place), at: index)
        }
    }

    private func converters(in steps: [Expansion.Step], from index: Int) -> [String] {
        var found: [String] = []
        for step in steps.dropFirst(index) {
            guard let nature = catalogue.nature(of: step.step), nature.isConverter || nature.isTransparent else {
                break
            }
            if nature.isConverter { found.append(nature.factory) }
        }
        return found
    }

    /// Whether raw audio is welcome at the next step that looks at its data, perhaps in a branch further on.
    private func takesRawAudio(after index: Int, in steps: [Expansion.Step], of branch: Graph.Branch) -> Bool {
        takesRawAudio(steps.dropFirst(index).map(\.step), of: branch.name)
    }

    private func takesRawAudio(_ steps: [Graph.Step], of branch: String) -> Bool {
        for step in steps {
            guard let nature = catalogue.nature(of: step), !nature.isTransparent else { continue }
            return nature.takesRawAudio
        }
        let next = consumers(of: branch)
        return next.isEmpty || next.contains { takesRawAudio($0.steps, of: $0.name) }
    }

    private func inserted(_ factory: String, at location: SourceLocation) -> Expansion.Step {
        Expansion.Step(step: .element(Graph.Element(factory, location: location)), isInserted: true)
    }

    private static func factory(_ step: Graph.Step) -> String? {
        if case .element(let element) = step { element.factory } else { nil }
    }

    private static func isQueue(_ step: Graph.Step) -> Bool { ["queue", "queue2"].contains(factory(step)) }
}
