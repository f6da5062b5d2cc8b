/// A graph that was held against the installed elements and found able to run.
public struct CheckedGraph: Sendable {
    /// The graph with everything the engine puts in: it runs as it stands.
    public let graph: Graph
    /// What runs, but perhaps not as it was meant.
    public let warnings: [Finding]
    /// What is to be built.
    package let plan: GraphPlan
    /// The graph that was checked, its modules put in and nothing else.
    let source: Graph
    /// The ends that nothing in the graph takes, which are left to the program.
    let openEnds: [Finding]

    /// Whether the graph itself writes to standard output, so that nothing else may.
    public var writesToStandardOutput: Bool {
        plan.elements.contains { step in
            let text = { (name: String) -> String? in
                guard case .text(let text)? = step.properties.first(where: { $0.name == name })?.value else {
                    return nil
                }
                return text
            }
            return step.factory == "fdsink" && (text("fd") ?? "1") == "1"
                || step.factory == "filesink"
                    && ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(text("location"))
        }
    }
}
