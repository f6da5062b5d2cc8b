import GStreamer

extension GraphPlan {
    /// The plan of an expanded graph.
    init(_ expansion: Expansion, _ catalogue: Catalogue) {
        var taken = Set(expansion.branches.map(\.name))
        for branch in expansion.branches {
            for case .element(let element) in branch.steps.map(\.step) { element.name.map { _ = taken.insert($0) } }
        }
        var steps: [String: Graph.Step] = [:]
        var ends: [String: String] = [:]
        for branch in expansion.branches {
            var previous: String?
            for step in branch.steps {
                guard let element = Self.element(step, in: branch.name, taken: &taken) else { continue }
                elements.append(element)
                steps[element.name] = step.step
                if let previous {
                    links.append(
                        LinkPlan(
                            from: previous, to: element.name, toPad: step.inputPad,
                            kind: Self.kind(of: steps[previous], nil, catalogue),
                            decideConverters: step.decideConverters, location: element.location
                        )
                    )
                } else {
                    for input in branch.inputs {
                        let source = input.source
                        guard let from = source.pad == nil ? ends[source.branch] : source.branch else { continue }
                        links.append(
                            LinkPlan(
                                from: from, fromPad: source.pad, to: element.name, toPad: input.inputPad,
                                padProperties: source.properties.map(Self.property),
                                kind: Self.kind(of: steps[from], source.pad, catalogue),
                                decideConverters: input.decideConverters || step.decideConverters,
                                location: branch.inputs.count > 1 || source.pad != nil
                                    ? source.location : element.location
                            )
                        )
                    }
                }
                previous = element.name
            }
            ends[branch.name] = previous
        }
    }

    private static func property(_ property: Graph.Property) -> PropertyPlan {
        PropertyPlan(name: property.name, value: property.value, location: property.valueLocation)
    }

    private static func element(_ step: Expansion.Step, in branch: String, taken: inout Set<String>) -> ElementPlan? {
        switch step.step {
        // There is none left when a graph is planned.
        case .module: return nil
        case .element(let element):
            return ElementPlan(
                name: element.name ?? element.factory, factory: element.factory,
                properties: element.properties.map(property),
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

    /// - Parameter pad: the output pad that is named; nil for whichever fits.
    private static func kind(of step: Graph.Step?, _ pad: String?, _ catalogue: Catalogue) -> LinkPlan.Kind {
        guard let nature = step.flatMap({ catalogue.nature(of: $0) }) else { return .static }
        switch pad.flatMap({ nature.output(named: $0) })?.presence {
        case .always: return .static
        case .sometimes: return .sometimes
        case .request: return .request
        case nil: break
        }
        if nature.outputs.contains(where: { $0.presence == .always }) { return .static }
        return nature.hasSometimesPads ? .sometimes : .request
    }
}
