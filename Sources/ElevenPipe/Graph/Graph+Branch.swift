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
        /// Whether it ends at a program that takes its data.
        var isForProgram = false

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
    /// Several sources come together in the branch's first element: a mixer, `concat`, `audiointerleave`, a muxer.
    public struct Input: Sendable, Equatable {
        /// One end of an edge: where the data comes from, and the input pad that it goes to.
        public struct Source: Sendable, Equatable {
            /// The name of the branch whose end is the source; where ``pad`` is set, of a branch or of an element.
            public var branch: String
            /// The output pad, or the template of output pads, that the data comes from: of the named element, or of the
            /// last one of the named branch. nil for the end of a branch, whatever pad that is.
            public var pad: String?
            /// The input pad, or the template of input pads, of the element that follows; nil where the engine may choose.
            public var inputPad: String?
            /// Properties of that input pad, as a mixer's `volume`.
            public var properties: [Property]
            /// What happens where the source gives nothing in time, as when the network is slow.
            public var stall: Stall
            /// Where the name stands.
            public var location: SourceLocation

            /// What happens to a mixer's inputs where one of them stalls.
            public enum Stall: String, Sendable, Equatable, CaseIterable {
                /// Everything waits together.
                case wait
                /// The others go on; this one is shifted, with silence put in and nothing cut.
                case `continue`
            }

            /// Makes a source.
            public init(
                _ branch: String, pad: String? = nil, inputPad: String? = nil, properties: [Property] = [],
                stall: Stall = .wait, location: SourceLocation = .code
            ) {
                self.branch = branch
                self.pad = pad
                self.inputPad = inputPad
                self.properties = properties
                self.stall = stall
                self.location = location
            }

            /// The source as a graph file names it: `branch`, `branch.pad` or `element.pad`.
            public var name: String { pad.map { "\(branch).\($0)" } ?? branch }

            /// Whether anything is said about the input pad.
            var hasSettings: Bool { inputPad != nil || !properties.isEmpty || stall != .wait }
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

        /// The ends of several branches, in the order in which input pads are asked for.
        public static func branches(_ names: String...) -> Input { Input(names.map { Source($0) }) }
    }
}
