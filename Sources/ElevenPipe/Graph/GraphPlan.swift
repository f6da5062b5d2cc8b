/// What is to be built of a checked graph: elements and links in data's order, sources first.
package struct GraphPlan: Sendable, Equatable {
    /// One property to set.
    package struct PropertyPlan: Sendable, Equatable {
        /// The property's name, perhaps as `child::name`.
        package var name: String
        package var value: Graph.Value
        package var location: SourceLocation
    }

    /// One element to make.
    package struct ElementPlan: Sendable, Equatable {
        /// Unique in the pipeline: the author's name, or one made of branch and factory.
        package var name: String
        package var factory: String
        package var properties: [PropertyPlan]
        package var location: SourceLocation
        /// The branch it belongs to.
        package var branch: String
        /// Whether the engine put it in.
        package var isInserted: Bool
    }

    /// One link to make.
    package struct LinkPlan: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            /// Both pads are there, or asked for by the link itself.
            case `static`
            /// Made when the pad appears: the first whose caps fit.
            case sometimes
            /// The output pad is asked for, as a tee's are.
            case request
        }

        package var from: String
        package var fromPad: String?
        package var to: String
        package var toPad: String?
        package var kind: Kind
        /// Whether converters are needed is known only when the caps come.
        package var decideConverters: Bool
        package var location: SourceLocation
    }

    package var elements: [ElementPlan] = []
    package var links: [LinkPlan] = []
}
