/// What an element's pads can be like, known before there is an element.
package struct PadTemplate: Sendable, Equatable {
    package enum Direction: String, Sendable { case source, sink }

    /// When a pad is there.
    package enum Presence: String, Sendable {
        case always
        /// When the stream has something for it.
        case sometimes
        /// When it is asked for.
        case request
    }

    /// The pad's name, or its pattern, as in `sink_%u`.
    package let name: String
    package let direction: Direction
    package let presence: Presence
    package let caps: Caps
}
