extension Graph {
    /// Holds the graph against the installed elements and puts in what the engine adds. Starts GStreamer where nothing has
    /// yet.
    ///
    /// - Throws: everything that is wrong with the graph, at once.
    public func checked() throws(GraphError) -> CheckedGraph {
        do {
            try Engine.initialize()
        } catch {
            throw GraphError([Finding(.error, at: location, error.message)])
        }
        let result = GraphChecker.check(self)
        let findings = (warnings + result.findings).sortedByPlace()
        guard let expansion = result.expansion, !findings.hasErrors else { throw GraphError(findings) }
        return CheckedGraph(
            graph: expansion.graph, warnings: findings, plan: GraphPlan(expansion, Catalogue())
        )
    }
}
