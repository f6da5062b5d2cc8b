extension Graph {
    /// One step of a branch.
    public enum Step: Sendable, Equatable {
        /// An element with properties.
        case element(Element)
        /// A caps filter: only data of these caps passes.
        case caps(CapsFilter)
        /// Another graph, whose open input and output take the step's place.
        case module(Module)

        /// Where the step stands.
        public var location: SourceLocation {
            switch self {
            case .element(let element): element.location
            case .caps(let filter): filter.location
            case .module(let module): module.location
            }
        }
    }

    /// A step that is an element.
    public struct Element: Sendable, Equatable {
        /// The name of the element's factory, as in `audiotestsrc`.
        public var factory: String
        /// The element's own name; nil where the engine may choose one.
        public var name: String?
        /// Where the name stands.
        public var nameLocation: SourceLocation?
        /// The properties to set, in the order of the file.
        public var properties: [Property]
        /// Where the factory's name stands.
        public var location: SourceLocation

        /// Makes an element.
        public init(
            _ factory: String, name: String? = nil, properties: [Property] = [], location: SourceLocation = .code
        ) {
            self.factory = factory
            self.name = name
            self.properties = properties
            self.location = location
        }
    }

    /// A step that is a caps filter.
    public struct CapsFilter: Sendable, Equatable {
        /// The caps, as in `audio/x-raw,rate=16000`.
        public var caps: String
        /// Where they stand.
        public var location: SourceLocation

        /// Makes a caps filter.
        public init(_ caps: String, location: SourceLocation = .code) {
            self.caps = caps
            self.location = location
        }
    }
}
