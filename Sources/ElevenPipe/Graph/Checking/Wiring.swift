import GStreamer

/// Who takes data from whom: every source of every `from`, found in the graph.
struct Wiring {
    /// What data comes out of: the end of a branch, or a named pad of one of its elements.
    struct Output: Hashable {
        var branch: String
        /// The step whose pad it is; nil for the branch's end.
        var step: Int?
        /// The pad, or its template; nil for the branch's end.
        var pad: String?
    }

    /// One link between branches.
    struct Edge {
        /// The branch that takes the data.
        let consumer: String
        /// Which of the consumer's sources it is.
        let index: Int
        let source: Graph.Input.Source
        let output: Output
    }

    /// A place in the graph that data reaches: a step of a branch, and the edge by which it got into the branch.
    struct Way: Hashable {
        var branch: String
        var step: Int
        var input: Int?
    }

    let branches: [String: Graph.Branch]
    /// The sources that are nothing in this graph, with their branches.
    private(set) var unknown: [(branch: Graph.Branch, source: Graph.Input.Source)] = []
    private var edgesInto: [String: [Edge]] = [:]
    private var edgesFrom: [String: [Edge]] = [:]

    init(_ graph: Graph, _ catalogue: Catalogue) {
        branches = Dictionary(graph.branches.map { ($0.name, $0) }) { first, _ in first }
        let elements = Dictionary(
            graph.branches.flatMap { branch in
                branch.steps.enumerated().compactMap { index, step -> (String, (String, Int))? in
                    guard case .element(let element) = step, let name = element.name else { return nil }
                    return (name, (branch.name, index))
                }
            }
        ) { first, _ in first }
        for branch in graph.branches {
            for (index, source) in (branch.input?.sources ?? []).enumerated() {
                guard let output = Self.output(source, branches, elements, catalogue) else {
                    unknown.append((branch, source))
                    continue
                }
                let edge = Edge(consumer: branch.name, index: index, source: source, output: output)
                edgesInto[branch.name, default: []].append(edge)
                edgesFrom[output.branch, default: []].append(edge)
            }
        }
    }

    private static func output(
        _ source: Graph.Input.Source, _ branches: [String: Graph.Branch], _ elements: [String: (String, Int)],
        _ catalogue: Catalogue
    ) -> Output? {
        let branch = branches[source.branch]
        guard let pad = source.pad else { return branch.map { Output(branch: $0.name) } }
        let place = branch.map { ($0.name, $0.steps.count - 1) } ?? elements[source.branch]
        guard let (name, step) = place else { return nil }
        // The only pad of a branch's last element is that branch's end, by whichever name.
        if let owner = branches[name], step == owner.steps.count - 1, let last = owner.steps.last,
            let outputs = catalogue.nature(of: last)?.outputs, outputs.count == 1, outputs[0].presence == .always,
            outputs[0].name == pad
        {
            return Output(branch: name)
        }
        return Output(branch: name, step: step, pad: pad)
    }

    func edges(into branch: String) -> [Edge] { edgesInto[branch] ?? [] }

    /// Everything that takes from a branch, at its end or before.
    func edges(from branch: String) -> [Edge] { edgesFrom[branch] ?? [] }

    /// Those that take from the end of a branch.
    func consumers(of branch: String) -> [Edge] { edges(from: branch).filter { $0.output.step == nil } }

    /// Those that take from named pads of a step.
    func consumers(of branch: String, step: Int) -> [Edge] { edges(from: branch).filter { $0.output.step == step } }

    /// Everyone who takes from the element that an output belongs to, the next step of its own branch among them.
    func takers(of output: Output) -> [Way] {
        guard let branch = branches[output.branch] else { return [] }
        let last = branch.steps.count - 1
        let step = output.step ?? last
        let named = consumers(of: branch.name, step: step)
        let others = step == last ? consumers(of: branch.name) : []
        let ways = (others + named).map { Way(branch: $0.consumer, step: 0, input: $0.index) }
        return step < last ? [Way(branch: branch.name, step: step + 1, input: nil)] + ways : ways
    }

    /// Every place that data gets to from a place on, that one included, once each.
    func downstream(of way: Way) -> [Way] {
        var seen: Set<Way> = [way]
        var found: [Way] = []
        var waiting = [way]
        // From which step on a branch's steps have been found.
        var walked: [String: Int] = [:]
        while let next = waiting.popLast() {
            guard let branch = branches[next.branch] else { continue }
            found.append(next)
            let end = walked[next.branch] ?? branch.steps.count
            guard next.step < end else { continue }
            walked[next.branch] = next.step
            if end > next.step + 1 {
                found += (next.step + 1..<end).map { Way(branch: branch.name, step: $0, input: nil) }
            }
            let consumers = edges(from: branch.name).filter { $0.output.step.map { $0 >= next.step } ?? true }
            for edge in consumers {
                let way = Way(branch: edge.consumer, step: 0, input: edge.index)
                if seen.insert(way).inserted { waiting.append(way) }
            }
        }
        return found
    }

    func step(at way: Way) -> Graph.Step? {
        guard let steps = branches[way.branch]?.steps, steps.indices.contains(way.step) else { return nil }
        return steps[way.step]
    }
}
