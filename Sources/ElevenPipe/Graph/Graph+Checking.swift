extension Graph {
    /// Holds the graph against the installed elements and puts in what the engine adds. Starts GStreamer where nothing has
    /// yet.
    ///
    /// - Throws: everything that is wrong with the graph, at once.
    public func checked() throws(GraphError) -> CheckedGraph { try checked(forProgram: false) }

    /// - Parameters:
    ///   - forProgram: whether ends that nothing takes are left to a program.
    ///   - earlier: what was told when the graph was checked before.
    func checked(forProgram: Bool, warnings earlier: [Finding] = []) throws(GraphError) -> CheckedGraph {
        do {
            try Engine.initialize()
        } catch {
            throw GraphError([Finding(.error, at: location, error.message)])
        }
        let result = GraphChecker.check(self, leavingEndsOpen: forProgram)
        let findings = (earlier + warnings + result.findings).sortedByPlace()
        guard let expansion = result.expansion, !findings.hasErrors else { throw GraphError(findings) }
        return CheckedGraph(
            graph: expansion.graph, warnings: findings, plan: GraphPlan(expansion, Catalogue()), source: result.source,
            openEnds: result.openEnds
        )
    }
}
