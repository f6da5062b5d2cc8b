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
        /// The output pad or the template of output pads; nil for whichever fits.
        package var fromPad: String?
        package var to: String
        /// The input pad or the template of input pads; nil for whichever is free.
        package var toPad: String?
        /// What to set on the input pad before it is linked.
        package var padProperties: [PropertyPlan] = []
        package var kind: Kind
        /// Whether converters are needed is known only when the caps come.
        package var decideConverters: Bool
        package var location: SourceLocation
    }

    package var elements: [ElementPlan] = []
    /// In data's order; those into one element in the order in which its pads are asked for.
    package var links: [LinkPlan] = []
}
