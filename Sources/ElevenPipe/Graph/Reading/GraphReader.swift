import GStreamer
import YAML

/// Reads a graph file's tree into a ``Graph``, as far as it can be read, with everything that is wrong on the way.
struct GraphReader {
    /// What came of it: a graph that holds what could be understood, and the findings.
    struct Result {
        var graph: Graph?
        var findings: [Finding]
    }

    private static let keys = ["elevenpipe", "name", "parameters", "graph", "elevenlabs", "playback", "insert"]

    private let context: ReadingContext
    private let file: String

    /// - Parameter outer: where the file is a module, what reads the graph that uses it.
    static func read(
        _ contents: [UInt8], file: String, parameters: ParameterValues, within outer: ReadingContext? = nil
    ) -> Result {
        GraphReader(file: file, context: ReadingContext(file: file, within: outer)).read(
            contents, parameters: parameters)
    }

    private init(file: String, context: ReadingContext) {
        self.file = file
        self.context = context
    }

    private func read(_ contents: [UInt8], parameters: ParameterValues) -> Result {
        let document = Reader.read(contents, file: file)
        for problem in document.problems { context.error(at: problem.place, problem.message) }
        guard let root = document.root else {
            if document.problems.isEmpty {
                context.error(at: SourceLocation(file: file), "the file is empty: \(Self.form)")
            }
            return Result(graph: nil, findings: context.findings)
        }
        Secrets.refuseKeys(in: root, context)
        guard let pairs = root.pairs, !pairs.isEmpty else {
            context.error(at: root.start, "this is not a graph file: \(Self.form)")
            return Result(graph: nil, findings: context.findings)
        }
        return Result(graph: graph(pairs, parameters: parameters), findings: context.findings)
    }

    private static let form = "it begins with 'elevenpipe: 1', and 'graph:' holds branches, each a list of steps"

    private func graph(_ pairs: [Node.Pair], parameters: ParameterValues) -> Graph {
        let whole = SourceLocation(file: file)
        var graph = Graph(branches: [], location: whole)
        // First the parameters: everything else may use them, wherever they stand.
        let parametersNode = pairs.first { $0.key.text == "parameters" }?.value
        graph.parameters = ParameterReader(context: context).read(parametersNode, values: parameters, file: file)
        var hasGraph = false
        var hasVersion = false
        for pair in pairs {
            switch pair.key.text ?? "" {
            case "elevenpipe":
                hasVersion = true
                readVersion(pair.value)
            case "name": graph.name = text(pair, "a text")
            case "parameters": break
            case "graph":
                hasGraph = true
                graph.branches = BranchReader(context: context).read(pair)
            case "elevenlabs": graph.service = SettingsReader(context: context).service(pair.value)
            case "playback": graph.playback = SettingsReader(context: context).playback(pair.value)
            case "insert": graph.insertion = insertion(pair.value)
            case let key: refuse(key, pair)
            }
        }
        if !hasVersion {
            context.error(at: whole, "'elevenpipe: 1' is missing: it says which version of the format the file is in")
        }
        if !hasGraph, !pairs.contains(where: { $0.value.items != nil }) {
            context.error(at: whole, "'graph:' is missing: it holds the branches")
        }
        if !context.findings.hasErrors {
            for parameter in graph.parameters where !context.used.contains(parameter.name) {
                context.warning(at: parameter.location, "the parameter '\(parameter.name)' is not used")
            }
        }
        return graph
    }

    private func readVersion(_ node: Node) {
        guard let version = node.text, version != "1" else {
            if node.text == nil { context.error(at: node.start, "the version is a number: write 'elevenpipe: 1'") }
            return
        }
        context.error(
            at: node.start,
            "version \(Quotation.of(version)) of the format is not known; this program reads 'elevenpipe: 1'"
        )
    }

    private func insertion(_ node: Node) -> Graph.Insertion {
        if context.filledIn(node) == "nothing" { return .nothing }
        context.error(
            at: node.start, "'insert' can only be 'nothing'; leave it out to have queues and converters put in")
        return .automatic
    }

    private func text(_ pair: Node.Pair, _ form: String) -> String? {
        if pair.value.isNull { return nil }
        guard pair.value.text != nil else {
            context.error(at: pair.value.start, "'\(pair.key.text ?? "")' is \(form)")
            return nil
        }
        return context.filledIn(pair.value)
    }

    private func refuse(_ key: String, _ pair: Node.Pair) {
        if Secrets.isName(key) {
            context.error(at: pair.key.start, Secrets.advice(key))
        } else if ["use", "modules"].contains(key) {
            context.error(
                at: pair.key.start,
                "'\(key)' is a step: write '- use: {file: other.yaml, with: {parameter: value}}' in a branch")
        } else if pair.value.items != nil {
            context.error(
                at: pair.key.start, "\(Quotation.of(key)) looks like a branch: indent it, to stand under 'graph:'"
            )
        } else {
            let words = alternatives(to: key, among: Self.keys, "there are")
            context.error(at: pair.key.start, "there is no setting \(Quotation.of(key))\(words)")
        }
    }
}
