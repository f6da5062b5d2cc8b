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
        /// Which of the author's steps of the branch it is; nil for one that was put in.
        var index: Int?
    }

    /// One link into the first step of a branch.
    struct Input {
        /// What the file says; the source's name is that of a branch, or of an element where a pad is named.
        var source: Graph.Input.Source
        /// What that is in the graph as the author wrote it; nil for a branch that was made for an input.
        var output: Wiring.Output?
        /// The input pad to link to, where the element has several.
        var inputPad: String?
        /// Whether the link gets its converters only when the caps come.
        var decideConverters = false
    }

    struct Branch {
        var name: String
        var inputs: [Input]
        var steps: [Step]
        /// Where the input stands, and the branch itself.
        var inputLocation: SourceLocation
        var location: SourceLocation
    }

    /// The graph as it can be written and read again.
    var graph: Graph
    /// The branches in data's order, sources first.
    var branches: [Branch]
}
