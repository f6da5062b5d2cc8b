extension Graph {
    /// A property to set on an element, on one of its children (`child::name`) or pads (`sink_0::volume`).
    public struct Property: Sendable, Equatable {
        /// The property's name.
        public var name: String
        /// The value to set.
        public var value: Value
        /// Where the name stands.
        public var location: SourceLocation
        /// Where the value stands.
        public var valueLocation: SourceLocation
        /// Whether a comment follows the unquoted value: a `#` may have cut a text short.
        var isFollowedByComment = false

        /// Makes a property.
        public init(
            _ name: String, _ value: Value, location: SourceLocation = .code, valueLocation: SourceLocation? = nil
        ) {
            self.name = name
            self.value = value
            self.location = location
            self.valueLocation = valueLocation ?? location
        }
    }

    /// A property's value as it was written. The property's own type decides what it means.
    public enum Value: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
        /// A text, exactly as written: numbers, booleans and caps are texts too.
        case text(String)
        /// A list, for properties that are arrays.
        case list([Value])
        /// Values at moments of the stream, with straight lines between: for numbers that the element lets follow the
        /// stream's time (GStreamer's controllable properties). In ascending order.
        case automation([Point])
        /// Nothing: the property keeps the value it has.
        case unset

        /// A value at a moment of the stream.
        public struct Point: Sendable, Equatable {
            /// When, in the stream's time.
            public var time: Duration
            /// The value, as it would be written alone.
            public var value: String

            /// Makes a point.
            public init(_ time: Duration, _ value: String) {
                self.time = time
                self.value = value
            }
        }

        /// A text.
        public init(stringLiteral value: String) { self = .text(value) }
        /// A list.
        public init(arrayLiteral elements: Value...) { self = .list(elements) }
    }
}
