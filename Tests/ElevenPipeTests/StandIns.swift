import ElevenPipe
import GLib
import GStreamer
import Testing

/// An element that gives nothing before it has taken everything, as the filters of the service do.
final class TestHolder: ElementImplementation {
    static let metadata = ElementMetadata(
        factory: "testholder", typeName: "ElevenPipeTestHolder", longName: "Holder",
        classification: "Filter/Audio/Spool", description: "For tests")
    static let padTemplates = [
        PadTemplateDefinition(name: "sink", direction: .sink, caps: "audio/x-raw"),
        PadTemplateDefinition(name: "src", direction: .source, caps: "audio/x-raw"),
    ]
    static let properties: [PropertyDefinition] = []

    init(element: UnownedElement) {
        let bin = element.retained()
        guard let queue = try? Element.make("queue") else { return }
        for property in ["max-size-buffers", "max-size-bytes", "max-size-time"] { queue.setNumber(property, "0") }
        // Nothing goes on before so much has come, or the end.
        queue.setNumber("min-threshold-bytes", "4294967295")
        bin.add(queue)
        for (pad, direction) in [("sink", "sink"), ("src", "src")] {
            guard let inner = queue.pad(named: pad) else { continue }
            _ = bin.expose(inner, as: pad, template: direction)
        }
    }

    func set(_ property: PropertyDefinition, to value: PropertyValue?) {}
    func value(of property: PropertyDefinition) -> PropertyValue? { nil }
    func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn { chainUp() }

    static func register() throws {
        try Engine.initialize()
        try ElementType.register(TestHolder.self)
    }
}

extension Element {
    /// Sets a property from its text, as a graph file does.
    fileprivate func setNumber(_ property: String, _ text: String) {
        try? ElementInspection(reference).set(property, to: .text(text))
    }
}
