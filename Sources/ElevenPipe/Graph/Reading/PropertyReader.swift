import GStreamer
import YAML

/// Reads `property: value` pairs.
struct PropertyReader {
    let context: ReadingContext

    /// A property; nil where its value cannot be one, which was told.
    func property(_ pair: Node.Pair) -> Graph.Property? {
        let name = pair.key.text ?? ""
        if name.contains("${") {
            context.error(at: pair.key.start, "parameters can stand in values, not in names")
            return nil
        }
        guard let value = value(pair.value, of: name) else { return nil }
        var property = Graph.Property(
            name, value, location: SourceLocation(pair.key.start), valueLocation: SourceLocation(pair.value.start)
        )
        property.isFollowedByComment = pair.value.isFollowedByComment
        return property
    }

    private func automation(_ pairs: [Node.Pair]) -> Graph.Value? {
        let points = pairs.map { pair -> Graph.Value.Point? in
            guard let time = pair.key.text.flatMap({ Duration(timeText: $0) }) else { return nil }
            guard pair.value.text != nil, !pair.value.isNull, let value = context.filledIn(pair.value) else {
                if pair.value.text == nil || pair.value.isNull {
                    context.error(at: pair.value.start, "at a time stands one value, as in {0s: 1, 2.5s: 0.2}")
                }
                return nil
            }
            return Graph.Value.Point(time, value)
        }
        return points.contains(nil) ? nil : .automation(points.compactMap(\.self))
    }

    private func value(_ node: Node, of name: String) -> Graph.Value? {
        if node.isNull { return .unset }
        switch node.content {
        case .scalar: return context.filledIn(node).map(Graph.Value.text)
        case .sequence(let items):
            let values = items.map { value($0, of: name) }
            guard !values.contains(nil) else { return nil }
            return .list(values.compactMap(\.self))
        case .mapping(let pairs)
        where !pairs.isEmpty && pairs.allSatisfy({ Duration(timeText: $0.key.text ?? "") != nil }):
            return automation(pairs)
        case .mapping(let pairs):
            // `{text: {text}}` and `{text: ${text}}`, which some editors leave behind.
            let hint = pairs.count == 1 && pairs[0].value.isNull ? ", as in \"${\(pairs[0].key.text ?? "")}\"" : ""
            context.error(
                at: node.start,
                "the property \(Quotation.of(name)) takes a value, not a mapping, unless its keys are times, as in"
                    + " {0s: 1, 2.5s: 0.2}; a text that begins with '{' or holds"
                    + " ': ' needs quotes\(hint)"
            )
            return nil
        }
    }
}
