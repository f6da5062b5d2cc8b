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

    private func value(_ node: Node, of name: String) -> Graph.Value? {
        if node.isNull { return .unset }
        switch node.content {
        case .scalar: return context.filledIn(node).map(Graph.Value.text)
        case .sequence(let items):
            let values = items.map { value($0, of: name) }
            guard !values.contains(nil) else { return nil }
            return .list(values.compactMap(\.self))
        case .mapping(let pairs):
            // `{text: {text}}` and `{text: ${text}}`, which some editors leave behind.
            let hint = pairs.count == 1 && pairs[0].value.isNull ? ", as in \"${\(pairs[0].key.text ?? "")}\"" : ""
            context.error(
                at: node.start,
                "the property \(Quotation.of(name)) takes a value, not a mapping; a text that begins with '{' or holds"
                    + " ': ' needs quotes\(hint)"
            )
            return nil
        }
    }
}
