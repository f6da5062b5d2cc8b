import YAML

extension Graph {
    /// The graph as a graph file. Its parameters are filled in, so it has none.
    public var yaml: String { Emitter.text(of: GraphWriter.tree(of: self)) }
}

/// Turns a graph into the tree of a graph file.
enum GraphWriter {
    static func tree(of graph: Graph) -> Tree {
        var pairs: [(key: String, value: Tree)] = [("elevenpipe", .text("1"))]
        if let name = graph.name { pairs.append(("name", text(name))) }
        if graph.insertion == .nothing { pairs.append(("insert", .text("nothing"))) }
        let service = service(graph.service)
        if !service.isEmpty { pairs.append(("elevenlabs", .map(service))) }
        let playback = playback(graph.playback)
        if !playback.isEmpty { pairs.append(("playback", .map(playback))) }
        pairs.append(("graph", .map(graph.branches.map { (key: $0.name, value: branch($0)) })))
        return .map(pairs)
    }

    private static func service(_ settings: ServiceSettings) -> [(key: String, value: Tree)] {
        let named = [
            ("base-url", settings.baseURL), ("api-key-env", settings.apiKeyEnvironment),
            ("api-key-file", settings.apiKeyFile),
        ]
        return named.compactMap { key, value in value.map { (key: key, value: text($0)) } }
            + properties(settings.defaults)
    }

    private static func playback(_ settings: PlaybackSettings) -> [(key: String, value: Tree)] {
        [("prebuffer", settings.prebuffer), ("rebuffer", settings.rebuffer), ("latency", settings.latency)]
            .compactMap { key, value in value.map { (key: key, value: .text($0.timeText)) } }
    }

    private static func branch(_ branch: Graph.Branch) -> Tree {
        var items: [Tree] = []
        if let input = branch.input {
            let names = input.sources.map { text($0.branch) }
            items.append(.map([("from", names.count == 1 ? names[0] : .list(names, isFlow: true))]))
        }
        return .list(items + branch.steps.map(step))
    }

    private static func step(_ step: Graph.Step) -> Tree {
        switch step {
        case .caps(let filter): return text(filter.caps)
        case .element(let element):
            var pairs = properties(element.properties)
            if let name = element.name { pairs.insert(("name", text(name)), at: 0) }
            return pairs.isEmpty ? .text(element.factory) : .map([(element.factory, .map(pairs))])
        }
    }

    private static func properties(_ properties: [Graph.Property]) -> [(key: String, value: Tree)] {
        properties.map { (key: $0.name, value: value($0.value)) }
    }

    private static func value(_ value: Graph.Value) -> Tree {
        switch value {
        case .text(let text): self.text(text)
        case .list(let items): .list(items.map(self.value), isFlow: true)
        case .unset: .null
        }
    }

    /// A text that the reader gives back as it is: `${` must not be taken for a parameter.
    private static func text(_ text: String) -> Tree {
        .text(text.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${"))
    }
}
