import GStreamer
import YAML

/// Reads a step `use: {file: …, with: {parameter: value}, name: …}` and the file it names.
struct ModuleReader {
    private static let keys = ["file", "with", "name"]
    private static let form = "write 'use: {file: other.yaml, with: {parameter: value}}'"

    let context: ReadingContext

    /// The module; nil where it cannot be had, which was told.
    func module(_ use: Node.Pair) -> Graph.Module? {
        let location = SourceLocation(use.key.start)
        guard !use.value.isNull, use.value.items == nil else {
            context.error(at: use.value.isNull ? use.key.start : use.value.start, "'use' names a file: \(Self.form)")
            return nil
        }
        // `use: other.yaml` is short for `use: {file: other.yaml}`.
        let settings = use.value.pairs ?? []
        for pair in settings where !Self.keys.contains(pair.key.text ?? "") {
            let key = pair.key.text ?? ""
            let words = alternatives(to: key, among: Self.keys, "it has")
            context.error(
                at: pair.key.start,
                "'use' has no setting \(Quotation.of(key))\(words); a parameter of the module stands under 'with'")
        }
        guard let node = use.value.text != nil ? use.value : settings.first(where: { $0.key.text == "file" })?.value,
            node.text != nil, !node.isNull
        else {
            context.error(at: use.key.start, "'use' names no file: \(Self.form)")
            return nil
        }
        let with = settings.first { $0.key.text == "with" }?.value
        let name = settings.first { $0.key.text == "name" }.flatMap { scope($0.value) }
        guard let given = with.map(parameters) ?? [], let file = context.filledIn(node) else { return nil }
        var values = ParameterValues(usedAt: location)
        for property in given {
            guard case .text(let text) = property.value else { continue }
            values.set(property.name, to: text, origin: "'with'", at: property.location)
        }
        guard let graph = load(file, at: SourceLocation(node.start), values) else { return nil }
        return Graph.Module(graph, file: file, parameters: given, name: name, location: location)
    }

    /// The values under `with`; nil where one cannot be used, which was told.
    private func parameters(_ node: Node) -> [Graph.Property]? {
        if node.isNull { return [] }
        guard let pairs = node.pairs else {
            context.error(at: node.start, "'with' holds the module's parameters: {parameter: value}")
            return nil
        }
        var isUsable = true
        let properties = pairs.compactMap { pair -> Graph.Property? in
            guard let property = PropertyReader(context: context).property(pair) else {
                isUsable = false
                return nil
            }
            switch property.value {
            case .text: return property
            case .unset: return nil
            case .list, .automation:
                context.error(
                    at: pair.value.start,
                    "a parameter is one value; a text that begins with '[' or '{' needs quotes")
                isUsable = false
                return nil
            }
        }
        return isUsable ? properties : nil
    }

    private func scope(_ node: Node) -> String? {
        if node.isNull { return nil }
        guard let name = context.filledIn(node) else { return nil }
        if let problem = Names.problem(name, of: "module") {
            context.error(at: node.start, problem)
            return nil
        }
        return name
    }

    private func load(_ file: String, at location: SourceLocation, _ values: ParameterValues) -> Graph? {
        let path = context.path(of: file)
        guard !context.files.contains(path) else {
            context.error(at: location, "the module \(Quotation.of(file)) uses itself")
            return nil
        }
        guard context.files.count < Limits.moduleDepth, context.modules.count < Limits.modules else {
            context.error(
                at: location,
                "more than \(Limits.modules) modules, or more than \(Limits.moduleDepth) within each other, are not a"
                    + " graph that can run")
            return nil
        }
        context.modules.count += 1
        let contents: [UInt8]
        do {
            contents = try GraphFile.bytes(of: path, limit: GraphFile.largestFile)
        } catch {
            let reason = error.findings.first?.message ?? "it cannot be read"
            context.error(at: location, "the module \(Quotation.of(file)) cannot be used: \(reason)")
            return nil
        }
        let result = GraphReader.read(contents, file: path, parameters: values, within: context)
        context.add(result.findings)
        return result.graph
    }
}
