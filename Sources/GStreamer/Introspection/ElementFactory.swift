import CGStreamer
import GLib

/// An installed element, as the registry knows it.
///
/// Sendable: a factory is immutable once registered, and its reference count is atomic.
package final class ElementFactory: @unchecked Sendable {
    private let reference: ObjectReference
    package let name: String
    /// The element's name for people.
    package let longName: String
    /// What the element is, as in `Source/Audio`.
    package let classification: String
    package let summary: String
    package let author: String
    package let padTemplates: [PadTemplate]

    /// Looks an element up by name; nil where none is installed.
    package init?(named name: String) {
        Registry.prepare()
        guard !name.utf8.contains(0), let pointer = gst_element_factory_find(name) else { return nil }
        reference = ObjectReference(adopting: UnsafeMutableRawPointer(pointer))
        self.name = name
        func metadata(_ key: String) -> String {
            gst_element_factory_get_metadata(pointer, key).map { String(cString: $0) } ?? ""
        }
        longName = metadata("long-name")
        classification = metadata("klass")
        summary = metadata("description")
        author = metadata("author")
        padTemplates = Self.padTemplates(of: pointer)
    }

    /// The plugin that brings the element; nil for one that this process registered.
    package var plugin: String? {
        gst_plugin_feature_get_plugin_name(reference.opaque).map { String(cString: $0) }
    }

    package func templates(_ direction: PadTemplate.Direction) -> [PadTemplate] {
        padTemplates.filter { $0.direction == direction }
    }

    /// The element's type with its plugin loaded; nil where the plugin cannot be loaded.
    var elementType: GType? {
        guard let loaded = gst_plugin_feature_load(reference.opaque) else { return nil }
        defer { gst_object_unref(UnsafeMutableRawPointer(loaded)) }
        let type = gst_element_factory_get_element_type(loaded)
        return type == 0 ? nil : type
    }

    /// Whether the element's plugin can be loaded.
    package var isLoadable: Bool { elementType != nil }

    /// All properties of the element, in the order of its classes; nil where its plugin cannot be loaded.
    package func properties() -> [PropertySpec]? { elementType.map { PropertySpec.all(of: $0) } }

    private static func padTemplates(of factory: OpaquePointer) -> [PadTemplate] {
        var templates: [PadTemplate] = []
        var node = gst_element_factory_get_static_pad_templates(factory)
        while let current = UnsafePointer(node) {
            node = current.pointee.next.map { UnsafePointer($0) }
            guard let template = current.pointee.data?.assumingMemoryBound(to: GstStaticPadTemplate.self),
                let name = template.pointee.name_template, let caps = gst_static_pad_template_get_caps(template)
            else { continue }
            let presence: PadTemplate.Presence =
                switch template.pointee.presence {
                case GST_PAD_SOMETIMES: .sometimes
                case GST_PAD_REQUEST: .request
                default: .always
                }
            templates.append(
                PadTemplate(
                    name: String(cString: name),
                    direction: template.pointee.direction == GST_PAD_SRC ? .source : .sink,
                    presence: presence, caps: Caps(adopting: caps)
                )
            )
        }
        return templates
    }
}
