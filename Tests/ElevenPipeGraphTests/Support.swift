import Testing

@testable import ElevenPipe

/// The findings about a graph file, warnings too, one text each, as the command prints them.
func findings(_ text: String, _ parameters: ParameterValues = [:]) -> [String] {
    do {
        let graph = try Graph(yaml: text, fileName: "f", parameters: parameters)
        return try graph.checked().warnings.map(\.description)
    } catch {
        return error.findings.map(\.description)
    }
}

/// A graph file with these branches.
func file(_ branches: String, head: String = "") -> String {
    let lines = branches.split(separator: "\n", omittingEmptySubsequences: false)
    return "elevenpipe: 1\n\(head)graph:\n" + lines.map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n") + "\n"
}

func checked(_ text: String, _ parameters: ParameterValues = [:]) throws -> CheckedGraph {
    try Graph(yaml: text, fileName: "f", parameters: parameters).checked()
}

extension CheckedGraph {
    /// The factories of one branch, in order.
    func factories(_ branch: String) -> [String] { plan.elements.filter { $0.branch == branch }.map(\.factory) }
}

/// The value that reaches an element's property.
func value(_ property: String, in checked: CheckedGraph) -> Graph.Value? {
    checked.plan.elements.flatMap(\.properties).first { $0.name == property }?.value
}
