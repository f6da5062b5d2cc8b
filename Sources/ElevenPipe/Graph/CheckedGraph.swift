/// A graph that was held against the installed elements and found able to run.
public struct CheckedGraph: Sendable {
    /// The graph with everything the engine puts in: it runs as it stands.
    public let graph: Graph
    /// What runs, but perhaps not as it was meant.
    public let warnings: [Finding]
    /// What is to be built.
    package let plan: GraphPlan
}
