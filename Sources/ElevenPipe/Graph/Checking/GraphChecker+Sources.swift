import GStreamer

extension GraphChecker {
    /// Sources that exist, and how many an element can take.
    mutating func checkSources(_ wiring: Wiring) {
        for (branch, source) in wiring.unknown {
            error(at: source.location, source.pad == nil ? unknown(source, in: branch) : unknownOwner(of: source))
        }
        for branch in graph.branches {
            guard let input = branch.input, let nature = branch.steps.first.flatMap({ catalogue.nature(of: $0) })
            else { continue }
            if input.sources.isEmpty {
                error(at: input.location, "'from' names no source")
            } else if input.sources.count > 1, !nature.inputs.isEmpty, !nature.takesSeveral {
                error(
                    at: input.location,
                    "'\(nature.label)' takes one input, and \(input.sources.count) come in: put before it"
                        + " 'audiomixer' (all at once), 'concat' (one after the other), 'audiointerleave' (each a channel)"
                        + " or a muxer"
                )
            }
        }
    }

    private func unknown(_ source: Graph.Input.Source, in branch: Graph.Branch) -> String {
        let name = source.branch
        let names = graph.branches.map(\.name).filter { $0 != branch.name }
        for branch in graph.branches {
            for case .element(let element) in branch.steps where element.name == name {
                return "'\(name)' is an element: name its branch, '\(branch.name)', and let it end there, or one of its"
                    + " output pads, as in '\(name).\(pads(of: element).first ?? "src")'"
            }
        }
        if let factory = catalogue.factory(name), !names.contains(name) {
            return "there is no branch '\(name)'; it is an element (\(factory.longName)): write '- \(name)'"
        }
        return "there is no branch \(Quotation.of(name))\(alternatives(to: name, among: names, "there are"))"
    }

    private func pads(of element: Graph.Element) -> [String] {
        catalogue.nature(of: .element(element))?.outputs.map(\.name).sorted() ?? []
    }

    private func unknownOwner(of source: Graph.Input.Source) -> String {
        let elements = graph.branches.flatMap(\.steps).compactMap { step -> String? in
            if case .element(let element) = step { element.name } else { nil }
        }
        if elements.isEmpty, catalogue.factory(source.branch) != nil {
            return
                "\(Quotation.of(source.name)) needs an element of that name: give the '\(source.branch)' that is meant a"
                + " 'name', and write that name before the dot"
        }
        let names = graph.branches.map(\.name) + elements
        return "there is no branch or named element \(Quotation.of(source.branch))"
            + alternatives(to: source.branch, among: names, "there are")
    }

    /// A walk up from every branch; whoever comes back to a branch that is on its way has found a circle.
    mutating func checkCycles(_ wiring: Wiring) {
        var path: [String] = []
        var done: Set<String> = []
        var told: Set<String> = []
        func circles(above name: String) -> [(circle: [String], location: SourceLocation)] {
            guard !done.contains(name) else { return [] }
            path.append(name)
            defer {
                path.removeLast()
                done.insert(name)
            }
            return wiring.edges(into: name).flatMap { edge in
                guard let index = path.firstIndex(of: edge.output.branch) else {
                    return circles(above: edge.output.branch)
                }
                return [(Array(path[index...]), edge.source.location)]
            }
        }
        for branch in graph.branches {
            for (circle, location) in circles(above: branch.name) where told.isDisjoint(with: circle) {
                told.formUnion(circle)
                let words = (circle.reversed() + [circle[circle.count - 1]]).joined(separator: " → ")
                error(
                    at: location,
                    circle.count == 1
                        ? "the branch '\(circle[0])' takes its data from itself"
                        : "these branches take their data from each other: \(words)"
                )
            }
        }
    }
}
