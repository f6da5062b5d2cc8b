import GLib
import GStreamer

extension GraphChecker {
    /// Pads that are named: they exist, and each has one link.
    mutating func checkPads(_ wiring: Wiring) {
        for branch in graph.branches {
            checkInputPads(of: branch)
            var takers: [Wiring.Output: SourceLocation] = [:]
            for edge in wiring.edges(from: branch.name) {
                guard let step = edge.output.step, branch.steps.indices.contains(step), let pad = edge.output.pad,
                    let nature = catalogue.nature(of: branch.steps[step])
                else { continue }
                guard let template = nature.output(named: pad) else {
                    let place = edge.source.location
                    if !nature.outputs.isEmpty {
                        error(at: place, unknownPad(pad, nature.label, nature.outputs, "output"))
                    }
                    continue
                }
                if let first = takers[edge.output] {
                    error(
                        at: edge.source.location,
                        "\(edge.source.name) is taken already at \(first): begin one branch with it, and take from that"
                            + " branch as often as you like"
                    )
                } else if template.presence == .always, step + 1 < branch.steps.count {
                    error(
                        at: edge.source.location,
                        "\(edge.source.name) goes to the next step at \(branch.steps[step + 1].location) already: end the"
                            + " branch '\(branch.name)' there, and take from it as often as you like"
                    )
                }
                // A template stands for a new pad each time.
                if pad != template.name || template.presence == .always { takers[edge.output] = edge.source.location }
            }
        }
    }

    private func unknownPad(_ pad: String, _ element: String, _ templates: [PadTemplate], _ kind: String) -> String {
        let names = templates.map(\.name).sorted()
        let nearest = NameSuggestion.nearest(to: pad, among: names).map { "; did you mean '\($0)'?" }
        let all = names.isEmpty ? "; it has none" : "; it has \(names.joined(separator: ", "))"
        return "'\(element)' has no \(kind) pad \(Quotation.of(pad))\(nearest ?? all)"
    }

    // MARK: - Input pads

    private mutating func checkInputPads(of branch: Graph.Branch) {
        guard let sources = branch.input?.sources, let first = branch.steps.first,
            let nature = catalogue.nature(of: first), !nature.inputs.isEmpty
        else { return }
        var taken: [String: SourceLocation] = [:]
        for source in sources {
            guard let pad = source.inputPad else { continue }
            guard let template = nature.input(named: pad) else {
                error(at: source.location, unknownPad(pad, nature.label, nature.inputs, "input"))
                continue
            }
            let isPattern = pad == template.name && pad.contains("%")
            if !isPattern, let other = taken.updateValue(source.location, forKey: pad) {
                error(
                    at: source.location, "the input pad '\(pad)' of '\(nature.label)' is taken already at \(other)"
                )
            }
        }
        let fixed = nature.inputs.filter { !$0.name.contains("%") }
        if fixed.count == nature.inputs.count, sources.count > fixed.count, nature.takesSeveral {
            error(
                at: sources[fixed.count].location,
                "'\(nature.label)' has no input pad left: it has \(fixed.map(\.name).joined(separator: ", ")), and"
                    + " \(sources.count) come in"
            )
        }
        let settings = sources.enumerated().filter { !$1.properties.isEmpty }
        guard !settings.isEmpty, let inspection = ElementInspection(factory: nature.factory) else { return }
        for (index, source) in settings {
            guard let pad = Self.example(source.inputPad, index, nature) else { continue }
            check(source.properties, ofPad: pad, nature.factory, inspection)
        }
    }

    /// The name of a pad that can be looked at: the one that is meant, or the next that a template makes.
    private static func example(_ named: String?, _ index: Int, _ nature: StepNature) -> String? {
        let template = named.map { nature.input(named: $0) } ?? nature.inputs.first
        guard let template else { return nil }
        if let named, named != template.name { return named }
        return template.name.firstIndex(of: "%").map { "\(template.name[..<$0])\(index)" } ?? template.name
    }

    private mutating func check(
        _ properties: [Graph.Property], ofPad pad: String, _ factory: String, _ inspection: ElementInspection
    ) {
        var seen: Set<String> = []
        for property in properties {
            if !seen.insert(property.name).inserted {
                error(at: property.location, "the property '\(property.name)' is set twice")
            }
            // A graph file has them among the properties of the input pad; in Swift they are parameters.
            if let parameter = ["stall": "stall: .continue", "pad": "inputPad: \"\(pad)\""][property.name] {
                error(
                    at: property.location,
                    "'\(property.name)' is not a property of the input pad: give the source's initialiser '\(parameter)'"
                )
                continue
            }
            do {
                let target = try inspection.target("\(pad)::\(property.name)")
                check(property, target.spec, of: "\(factory).\(pad)")
            } catch {
                self.error(at: property.location, "the input pad '\(pad)' of '\(factory)': \(error)")
            }
        }
    }
}
