extension Graph {
    /// Something in a graph that can be set from outside.
    public struct Parameter: Sendable, Equatable {
        /// What a parameter's value must look like.
        public enum Kind: String, Sendable, Equatable, CaseIterable {
            /// Any text.
            case string
            /// A whole number.
            case integer
            /// A number.
            case number
            /// true, false, yes, no, on, off, 1 or 0.
            case boolean
            /// The path of a file.
            case path
        }

        /// The parameter's name, as in `${name}`.
        public var name: String
        /// The value when none is set; nil where one must be set.
        public var defaultValue: String?
        /// What the parameter is for.
        public var description: String?
        /// What its value must look like.
        public var kind: Kind
        /// The values to choose from; empty where any will do.
        public var choices: [String]
        /// Where the name stands.
        public var location: SourceLocation

        /// Whether a value must be set.
        public var isRequired: Bool { defaultValue == nil }

        /// Makes a parameter.
        public init(
            _ name: String, default defaultValue: String? = nil, description: String? = nil, kind: Kind = .string,
            choices: [String] = [], location: SourceLocation = .code
        ) {
            self.name = name
            self.defaultValue = defaultValue
            self.description = description
            self.kind = kind
            self.choices = choices
            self.location = location
        }
    }
}
