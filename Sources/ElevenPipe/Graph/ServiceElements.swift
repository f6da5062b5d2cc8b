import ElevenLabsElements
import GStreamer

/// The elements that talk to the service: those that the `elevenlabs` settings of a graph are for.
enum ServiceElements {
    /// Their factories' names.
    static let factories = ["elevenlabstts", "elevenlabsvoicechanger", "elevenlabsisolation"]

    /// Those that give nothing before they have taken everything: what shares a source with one must not hold it up.
    static var holdingFactories: Set<String> { ElevenLabsElements.holdingFactories }

    /// The properties that must be set, of each.
    static func required(_ element: Graph.Element) -> [String] {
        switch element.factory {
        case "elevenlabstts": keepsOpen(element) ? ["voice-id"] : ["text", "voice-id"]
        case "elevenlabsvoicechanger": ["voice-id"]
        default: []
        }
    }

    /// Whether an element's text may come while it runs.
    static func keepsOpen(_ element: Graph.Element) -> Bool {
        element.factory == "elevenlabstts"
            && element.properties.contains { property in
                guard property.name == "keep-open", case .text(let text) = property.value else { return false }
                return PropertySpec.boolean(text) ?? false
            }
    }

    static func isOurs(_ factory: String) -> Bool { factory.hasPrefix("elevenlabs") }
}

extension Graph.Step {
    /// The step with the defaults of an `elevenlabs` part, where it is an element of ours that does not set them itself.
    func withDefaults(_ defaults: [Graph.Property], _ catalogue: Catalogue) -> Graph.Step {
        guard case .element(var element) = self, ServiceElements.isOurs(element.factory) else { return self }
        // A property that the element leaves alone stands against the default, too.
        let own = Set(element.properties.map(\.name))
        for property in defaults
        where !own.contains(property.name) && catalogue.property(property.name, of: element.factory) != nil {
            element.properties.append(property)
        }
        return .element(element)
    }

    /// The step without the properties that are to keep their value.
    var withoutUnset: Graph.Step {
        guard case .element(var element) = self else { return self }
        element.properties.removeAll { $0.value == .unset }
        return .element(element)
    }
}
