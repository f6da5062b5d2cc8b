extension Graph {
    /// A chain of steps under a name that other branches can take their input from.
    public struct Branch: Sendable, Equatable {
        /// The branch's name; branches and named elements share one namespace.
        public var name: String
        /// Where the branch takes its input from; nil where its first step is a source.
        public var input: Input?
        /// The steps, in data's order.
        public var steps: [Step]
        /// Where the name stands.
        public var location: SourceLocation
        /// Whether the reader had to leave something out: what follows from the missing part is not worth telling.
        var isIncomplete = false

        /// Makes a branch.
        public init(_ name: String, from input: Input? = nil, steps: [Step], location: SourceLocation = .code) {
            self.name = name
            self.input = input
            self.steps = steps
            self.location = location
        }
    }

    /// What a branch takes its data from: the `from` of the file.
    ///
    /// This version links exactly one source, by its branch's name.
    public struct Input: Sendable, Equatable {
        /// One end of an edge.
        public struct Source: Sendable, Equatable {
            /// The name of the branch whose end is the source.
            public var branch: String
            /// Where the name stands.
            public var location: SourceLocation

            /// Makes a source.
            public init(_ branch: String, location: SourceLocation = .code) {
                self.branch = branch
                self.location = location
            }
        }

        /// The sources; their order is the order in which input pads are asked for.
        public var sources: [Source]
        /// Where `from` stands.
        public var location: SourceLocation

        /// Makes an input.
        public init(_ sources: [Source], location: SourceLocation = .code) {
            self.sources = sources
            self.location = location
        }

        /// The end of one branch.
        public static func branch(_ name: String) -> Input { Input([Source(name)]) }
    }
}
