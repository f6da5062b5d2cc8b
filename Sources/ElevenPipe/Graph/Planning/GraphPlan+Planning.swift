import GStreamer

extension GraphPlan {
    /// The plan of an expanded graph.
    init(_ expansion: Expansion, _ catalogue: Catalogue) {
        var taken = Set(expansion.branches.map(\.name))
        for branch in expansion.branches {
            for case .element(let element) in branch.steps.map(\.step) { element.name.map { _ = taken.insert($0) } }
        }
        var ends: [String: (name: String, kind: LinkPlan.Kind)] = [:]
        for branch in expansion.branches {
            var previous = branch.input.flatMap { ends[$0] }
            for step in branch.steps {
                let element = Self.element(step, in: branch.name, taken: &taken)
                elements.append(element)
                if let previous {
                    links.append(
                        LinkPlan(
                            from: previous.name, fromPad: nil, to: element.name, toPad: step.inputPad,
                            kind: previous.kind, decideConverters: step.decideConverters,
                            location: element.location
                        )
                    )
                }
                previous = (element.name, Self.kind(of: step.step, catalogue))
            }
            ends[branch.name] = previous
        }
    }

    private static func element(_ step: Expansion.Step, in branch: String, taken: inout Set<String>) -> ElementPlan {
        switch step.step {
        case .element(let element):
            return ElementPlan(
                name: element.name ?? element.factory, factory: element.factory,
                properties: element.properties.map {
                    PropertyPlan(name: $0.name, value: $0.value, location: $0.valueLocation)
                },
                location: element.location, branch: branch, isInserted: step.isInserted
            )
        case .caps(let filter):
            // Caps steps have no name in the file, so they get theirs here, where nothing is written back.
            var number = 1
            while !taken.insert("\(branch)-caps-\(number)").inserted { number += 1 }
            let caps = PropertyPlan(name: "caps", value: .text(filter.caps), location: filter.location)
            return ElementPlan(
                name: "\(branch)-caps-\(number)", factory: "capsfilter", properties: [caps],
                location: filter.location, branch: branch, isInserted: step.isInserted
            )
        }
    }

    private static func kind(of step: Graph.Step, _ catalogue: Catalogue) -> LinkPlan.Kind {
        guard let nature = catalogue.nature(of: step) else { return .static }
        if nature.outputs.contains(where: { $0.presence == .always }) { return .static }
        return nature.hasSometimesPads ? .sometimes : .request
    }
}
