/// A graph with everything in it that the engine puts in.
struct Expansion {
    /// A step and what is known about it beyond what the file says.
    struct Step {
        var step: Graph.Step
        var isInserted = false
        /// Whether the link into this step gets its converters only when the caps come.
        var decideConverters = false
        /// The input pad to link to, where the element has several.
        var inputPad: String?
    }

    struct Branch {
        var name: String
        var input: String?
        var inputLocation: SourceLocation?
        var steps: [Step]
    }

    /// The graph as it can be written and read again.
    var graph: Graph
    /// The branches in data's order, sources first.
    var branches: [Branch]
}
