/// What is to become a property's value: a text, or a list of such.
package indirect enum PropertyInput: Sendable, Equatable {
    case text(String)
    case list([PropertyInput])
}

/// Why a property cannot have a value: a sentence without the property's name.
package struct PropertyFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
