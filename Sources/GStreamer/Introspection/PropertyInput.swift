/// What is to become a property's value: a text, a list of such, or texts at moments.
package indirect enum PropertyInput: Sendable, Equatable {
    /// A value at a moment of the stream.
    package struct Point: Sendable, Equatable {
        package var time: Duration
        package var value: String

        package init(time: Duration, value: String) {
            self.time = time
            self.value = value
        }
    }

    case text(String)
    case list([PropertyInput])
    /// In ascending order; between two points the value goes in a straight line.
    case automation([Point])
}

/// Why a property cannot have a value: a sentence without the property's name.
package struct PropertyFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
