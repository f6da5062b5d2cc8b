import CGStreamer
import GLib

/// What an element written in Swift provides; ``ElementType`` makes a GStreamer element type of it.
///
/// GStreamer calls the methods from any thread.
package protocol ElementImplementation: AnyObject, Sendable {
    static var metadata: ElementMetadata { get }
    static var padTemplates: [PadTemplateDefinition] { get }
    static var properties: [PropertyDefinition] { get }

    /// Called while the element is being made: add children and pads here. The element must not be retained; it owns the
    /// implementation.
    init(element: UnownedElement)

    /// A property was set; nil where it was set to nothing.
    func set(_ property: PropertyDefinition, to value: PropertyValue?)
    /// The value set last; nil gives the default.
    func value(of property: PropertyDefinition) -> PropertyValue?

    /// One step between states. Call `chainUp` for what the bin does (its children's steps); its answer may be replaced.
    func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn
}

/// What `gst-inspect` says of an element.
package struct ElementMetadata: Sendable {
    package let factory: String
    package let typeName: String
    package let longName: String
    /// As in `Source/Network/Audio`.
    package let classification: String
    package let description: String

    package init(factory: String, typeName: String, longName: String, classification: String, description: String) {
        self.factory = factory
        self.typeName = typeName
        self.longName = longName
        self.classification = classification
        self.description = description
    }
}

/// A pad that every element of a type has.
package struct PadTemplateDefinition: Sendable {
    package let name: String
    package let direction: Pad.Direction
    package let caps: String

    package init(name: String, direction: Pad.Direction, caps: String) {
        self.name = name
        self.direction = direction
        self.caps = caps
    }
}

/// The element that owns an implementation, without a reference on it: one would be a cycle.
///
/// Sendable: a pointer. It is good for as long as the implementation lives in its element.
package struct UnownedElement: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<GstElement>

    /// The element with a reference, for work that may outlive a call.
    package func retained() -> Element { Element(ObjectReference(retaining: pointer)) }
}
