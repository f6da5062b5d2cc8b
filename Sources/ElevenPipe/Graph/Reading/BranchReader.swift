import GStreamer
import YAML

/// Reads `graph`: branches and their steps.
struct BranchReader {
    let context: ReadingContext

    func read(_ graph: Node.Pair) -> [Graph.Branch] {
        guard let pairs = graph.value.pairs, !pairs.isEmpty else {
            let place = graph.value.isNull || graph.value.pairs != nil ? graph.key.start : graph.value.start
            context.error(
                at: place,
                graph.value.items == nil
                    ? "'graph' holds no branches: write 'name:' under it, indented, and under that a list of steps"
                    : "'graph' holds named branches, not a list: write 'name:' and under it the list of steps"
            )
            return []
        }
        let steps = pairs.reduce(0) { $0 + ($1.value.items?.count ?? 0) }
        guard pairs.count <= Limits.branches, steps <= Limits.steps else {
            context.error(
                at: graph.key.start,
                "more than \(Limits.branches) branches or \(Limits.steps) steps are not a graph that can run"
            )
            return []
        }
        return pairs.map(branch)
    }

    private func branch(_ pair: Node.Pair) -> Graph.Branch {
        let name = pair.key.text ?? ""
        if Secrets.isName(name) {
            context.error(at: pair.key.start, Secrets.advice(name))
        } else if let problem = Names.problem(name, of: "branch") {
            context.error(at: pair.key.start, problem)
        }
        var branch = Graph.Branch(name, steps: [], location: SourceLocation(pair.key.start))
        guard let items = pair.value.items else {
            context.error(at: pair.value.isNull ? pair.key.start : pair.value.start, notAList(name, pair.value))
            branch.isIncomplete = true
            return branch
        }
        for (index, item) in items.enumerated() { read(item, at: index, of: items, into: &branch) }
        if branch.steps.isEmpty, !branch.isIncomplete {
            context.error(
                at: pair.key.start,
                branch.input == nil
                    ? "the branch '\(name)' is empty: write its steps under it, each after '- '"
                    : "the branch '\(name)' has no step after 'from'"
            )
            branch.isIncomplete = true
        }
        return branch
    }

    private func notAList(_ name: String, _ value: Node) -> String {
        if value.isNull { return "the branch '\(name)' is empty: write its steps under it, each after '- '" }
        let example = value.pairs?.first?.key.text ?? value.text ?? "decodebin"
        return "a branch is a list of steps: write each after '- ', as in \(Quotation.of("- " + example))"
    }

    private func read(_ item: Node, at index: Int, of items: [Node], into branch: inout Graph.Branch) {
        let step: Graph.Step?
        if let pairs = item.pairs {
            if let from = pairs.first(where: { $0.key.text == "from" }) {
                readInput(from, in: pairs, at: index, into: &branch)
                return
            }
            step = mapping(item, pairs, in: branch.name)
        } else if item.items != nil {
            context.error(at: item.start, "a step is one element, not a list: write each step after a '- ' of its own")
            step = nil
        } else {
            step = scalar(item, after: index > 0 ? items[index - 1] : nil)
        }
        if let step { branch.steps.append(step) } else { branch.isIncomplete = true }
    }

    private func readInput(_ from: Node.Pair, in pairs: [Node.Pair], at index: Int, into branch: inout Graph.Branch) {
        let location = SourceLocation(from.key.start)
        if pairs.count > 1 {
            context.error(at: location, "'from' stands alone: write what follows it as the next step, after '- '")
            branch.isIncomplete = true
        }
        if index > 0 {
            context.error(
                at: location,
                branch.input == nil
                    ? "'from' must be the first step of its branch"
                    : "a branch has one 'from', its first step"
            )
            branch.isIncomplete = true
            return
        }
        let reading = InputReader(context: context).sources(from.value)
        if !reading.isComplete { branch.isIncomplete = true }
        if !reading.sources.isEmpty { branch.input = Graph.Input(reading.sources, location: location) }
    }

    private func scalar(_ item: Node, after previous: Node?) -> Graph.Step? {
        guard !item.isNull else {
            context.error(at: item.start, "an empty step: write an element's name after '- '")
            return nil
        }
        guard let text = context.filledIn(item) else { return nil }
        let location = SourceLocation(item.start)
        if text.contains("/") { return .caps(Graph.CapsFilter(text, location: location)) }
        if text.contains(" ! ") || text.hasSuffix(" !") {
            context.error(at: item.start, "a step is one element: write each part between '!' as a step of its own")
        } else if text.contains("="), let caps = previous?.text, caps.contains("/") {
            context.error(at: item.start, "an unquoted comma ends the caps: write \"\(caps),\(text)\" in quotes")
        } else if let space = text.firstIndex(where: \.isWhitespace), text.contains("=") {
            context.error(
                at: item.start,
                "properties stand in a mapping: write '- \(text[..<space].prefix(40)): {property: value}'"
            )
        } else {
            return .element(Graph.Element(text, location: location))
        }
        return nil
    }

    private func mapping(_ item: Node, _ pairs: [Node.Pair], in branch: String) -> Graph.Step? {
        guard let pair = pairs.first else {
            context.error(at: item.start, "an empty step: write an element's name after '- '")
            return nil
        }
        let factory = pair.key.text ?? ""
        if pairs.count > 1 {
            refuseSeveralKeys(pairs, factory)
            return nil
        }
        let location = SourceLocation(pair.key.start)
        if factory == "use" { return ModuleReader(context: context).module(pair).map(Graph.Step.module) }
        if factory.contains("/") {
            if pair.value.isNull { return .caps(Graph.CapsFilter(factory, location: location)) }
            context.error(at: pair.key.start, "caps have no properties: put all of them into one text in quotes")
            return nil
        }
        if factory.contains("${") {
            context.error(at: pair.key.start, "parameters can stand in values, not in names")
            return nil
        }
        return element(factory, pair.value, at: location).map(Graph.Step.element)
    }

    /// Two keys in one step: a property that stands at the level of its element, or a step that lacks its dash.
    private func refuseSeveralKeys(_ pairs: [Node.Pair], _ factory: String) {
        let second = pairs[1].key
        let name = Quotation.of(second.text ?? "")
        let isProperty = pairs[0].value.isNull && pairs[1].value.text != nil && !pairs[1].value.isNull
        context.error(
            at: second.start,
            isProperty
                ? "\(name) stands at the level of '\(factory)': indent it further, to make it a property of '\(factory)'"
                : "a step has one key, its element: write \(name) as a step of its own, after '- ', or indent it as a"
                    + " property of '\(factory)'"
        )
    }

    private func element(_ factory: String, _ value: Node, at location: SourceLocation) -> Graph.Element? {
        var element = Graph.Element(factory, location: location)
        if value.isNull { return element }
        guard let pairs = value.pairs else {
            context.error(at: value.start, "the properties of '\(factory)' stand in a mapping: {property: value}")
            return nil
        }
        guard pairs.count <= Limits.properties else {
            context.error(at: location, "more than \(Limits.properties) properties on one element")
            return nil
        }
        var isComplete = true
        for pair in pairs {
            let name = pair.key.text ?? ""
            if name == "name" {
                isComplete = readName(pair.value, into: &element) && isComplete
            } else if Secrets.isName(name), ServiceElements.isOurs(factory) {
                context.error(at: pair.key.start, Secrets.advice(name))
            } else if let property = PropertyReader(context: context).property(pair) {
                element.properties.append(property)
            }
        }
        return isComplete ? element : nil
    }

    private func readName(_ node: Node, into element: inout Graph.Element) -> Bool {
        if node.isNull { return true }
        guard node.text != nil, let name = context.filledIn(node) else {
            if node.text == nil { context.error(at: node.start, "an element's name is a text") }
            return false
        }
        element.name = name
        element.nameLocation = SourceLocation(node.start)
        return true
    }
}
