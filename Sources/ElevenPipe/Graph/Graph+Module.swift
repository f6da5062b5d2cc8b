extension Graph {
    /// A step that is a graph of its own: the `use` of the file.
    ///
    /// Where something comes before the step, the graph must leave one input open: one branch without `from` that does not
    /// begin with a source. Where something takes what the step gives, it must leave one output open: one branch that nobody
    /// takes from and that does not end with a sink. Its branches and elements get names of their own in the graph that uses
    /// it: the module's ``name``, a hyphen, and the name they have.
    public struct Module: Sendable, Equatable {
        /// The graph, with its parameters filled in.
        public var graph: Graph
        /// The file it came from, as `use` names it.
        public var file: String
        /// The values given to its parameters.
        public var parameters: [Property]
        /// What the names inside begin with; nil for one made of the branch and the file.
        public var name: String?
        /// Where `use` stands.
        public var location: SourceLocation

        /// Makes a module. - Parameter file: what ``Graph/yaml`` writes as the file of `use`.
        public init(
            _ graph: Graph, file: String, parameters: [Property] = [], name: String? = nil,
            location: SourceLocation = .code
        ) {
            self.graph = graph
            self.file = file
            self.parameters = parameters
            self.name = name
            self.location = location
        }
    }
}
