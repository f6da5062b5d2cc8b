import GStreamer
import YAML

/// Reads what stands after `from`: one source, a list of sources, or sources with settings for their input pads.
struct InputReader {
    let context: ReadingContext

    /// The sources that could be read, and whether these are all.
    struct Reading {
        var sources: [Graph.Input.Source] = []
        var isComplete = true

        mutating func add(_ source: Graph.Input.Source?) {
            if let source { sources.append(source) } else { isComplete = false }
        }
    }

    private static let form = "'from' names the branch that the data comes from; several stand in a list, as in [a, b]"

    func sources(_ node: Node) -> Reading {
        var reading = Reading()
        if let pairs = node.pairs {
            if pairs.isEmpty { refuse(node, Self.form, in: &reading) }
            for pair in pairs { reading.add(source(pair)) }
        } else if let items = node.items {
            if items.isEmpty { refuse(node, "'from' is an empty list: \(Self.form)", in: &reading) }
            for item in items { reading.add(self.item(item)) }
        } else {
            reading.add(source(node))
        }
        if reading.sources.count > Limits.branches {
            refuse(node, "more than \(Limits.branches) inputs are not a graph that can run", in: &reading)
            reading.sources = []
        }
        return reading
    }

    private func refuse(_ node: Node, _ message: String, in reading: inout Reading) {
        context.error(at: node.start, message)
        reading.isComplete = false
    }

    /// One entry of a list: a name, or a name with settings.
    private func item(_ node: Node) -> Graph.Input.Source? {
        if let pairs = node.pairs, let pair = pairs.first {
            if pairs.count == 1 { return source(pair) }
            context.error(
                at: pairs[1].key.start,
                "an entry of the list names one source: write \(Quotation.of(pairs[1].key.text ?? "")) as an entry of its"
                    + " own, or indent it as a setting of \(Quotation.of(pair.key.text ?? ""))"
            )
            return nil
        }
        if node.items != nil || node.pairs != nil {
            context.error(at: node.start, "an entry of the list names one source: a branch, or ELEMENT.PAD")
            return nil
        }
        return source(node)
    }

    private func source(_ node: Node) -> Graph.Input.Source? {
        if node.isNull {
            context.error(at: node.start, Self.form)
            return nil
        }
        return context.filledIn(node).flatMap { named($0, at: SourceLocation(node.start)) }
    }

    /// `name: {pad: …, property: value}`.
    private func source(_ pair: Node.Pair) -> Graph.Input.Source? {
        let name = pair.key.text ?? ""
        if name.contains("${") {
            context.error(
                at: pair.key.start,
                "parameters can stand in values, not in names: write 'from: [\"\(name.prefix(60))\"]'"
            )
            return nil
        }
        guard var source = named(name, at: SourceLocation(pair.key.start)) else { return nil }
        if pair.value.isNull { return source }
        guard let settings = pair.value.pairs else {
            context.error(
                at: pair.value.start,
                "the settings of \(Quotation.of(name)) stand in a mapping: {volume: -6dB}, or {pad: NAME} for the input"
                    + " pad; without settings, write the sources in a list"
            )
            return nil
        }
        guard settings.count <= Limits.properties else {
            context.error(at: pair.key.start, "more than \(Limits.properties) properties on one pad")
            return nil
        }
        var isComplete = true
        for setting in settings {
            if setting.key.text == "pad" {
                isComplete = readPad(setting.value, into: &source) && isComplete
            } else if setting.key.text == "stall" {
                isComplete = readStall(setting.value, into: &source) && isComplete
            } else if let property = PropertyReader(context: context).property(setting) {
                source.properties.append(property)
            } else {
                isComplete = false
            }
        }
        return isComplete ? source : nil
    }

    private func readPad(_ node: Node, into source: inout Graph.Input.Source) -> Bool {
        if node.isNull { return true }
        guard node.text != nil, let pad = context.filledIn(node) else {
            if node.text == nil { context.error(at: node.start, "'pad' is the name of one input pad, as in sink_1") }
            return false
        }
        if pad.isEmpty || pad.contains(".") {
            context.error(at: node.start, "'pad' is the name of an input pad of the element that follows, as in sink_1")
            return false
        }
        source.inputPad = pad
        return true
    }

    private func readStall(_ node: Node, into source: inout Graph.Input.Source) -> Bool {
        if node.isNull { return true }
        guard node.text != nil, let text = context.filledIn(node), let stall = Graph.Input.Source.Stall(rawValue: text)
        else {
            context.error(
                at: node.start,
                "'stall' is 'wait', where everything waits for this source when it gives nothing in time, or 'continue',"
                    + " where the others go on and silence takes its place")
            return false
        }
        source.stall = stall
        return true
    }

    /// `branch`, `branch.pad` or `element.pad`.
    private func named(_ text: String, at location: SourceLocation) -> Graph.Input.Source? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1 where !text.isEmpty: return Graph.Input.Source(text, location: location)
        case 2 where !parts.contains(""): return Graph.Input.Source(parts[0], pad: parts[1], location: location)
        default:
            context.error(
                at: location,
                "\(Quotation.of(text)) is not a source: write BRANCH, or BRANCH.PAD or ELEMENT.PAD for a named output"
            )
            return nil
        }
    }
}
