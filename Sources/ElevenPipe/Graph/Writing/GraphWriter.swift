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
        if let input = branch.input { items.append(.map([("from", sources(of: input))])) }
        return .list(items + branch.steps.map(step))
    }

    /// One name, a list of names, or where a source has settings a mapping; a list of mappings where one comes twice.
    private static func sources(of input: Graph.Input) -> Tree {
        let sources = input.sources
        guard sources.contains(where: \.hasSettings) else {
            let names = sources.map { text($0.name) }
            return names.count == 1 ? names[0] : .list(names, isFlow: true)
        }
        let pairs = sources.map { (key: $0.name, value: settings(of: $0)) }
        return Set(sources.map(\.name)).count == sources.count ? .map(pairs) : .list(pairs.map { .map([$0]) })
    }

    private static func settings(of source: Graph.Input.Source) -> Tree {
        var pairs = source.inputPad.map { [(key: "pad", value: text($0))] } ?? []
        if source.stall != .wait { pairs.append((key: "stall", value: .text(source.stall.rawValue))) }
        return .map(pairs + properties(source.properties))
    }

    private static func step(_ step: Graph.Step) -> Tree {
        switch step {
        case .caps(let filter): return text(filter.caps)
        case .module(let module):
            var pairs = [(key: "file", value: text(module.file))]
            if let name = module.name { pairs.append((key: "name", value: text(name))) }
            if !module.parameters.isEmpty { pairs.append((key: "with", value: .map(properties(module.parameters)))) }
            return .map([("use", .map(pairs))])
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
        case .automation(let points): .map(points.map { (key: $0.time.timeText, value: text($0.value)) })
        case .unset: .null
        }
    }

    /// A text that the reader gives back as it is: `${` must not be taken for a parameter.
    private static func text(_ text: String) -> Tree {
        .text(text.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${"))
    }
}
