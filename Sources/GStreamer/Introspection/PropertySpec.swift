import CGStreamer
import GLib

/// What a property of an element is: its type, its range, when it may be set.
///
/// Sendable: a parameter specification is immutable, and its reference count is atomic.
package final class PropertySpec: @unchecked Sendable {
    /// One value of an enumeration or of a set of flags.
    package struct Choice: Sendable, Equatable {
        /// The value's short name, the one to write.
        package let nick: String
        package let description: String
        package let number: Int64
    }

    let pointer: UnsafeMutablePointer<GParamSpec>
    package let name: String
    /// What the property is for.
    package let summary: String
    let type: GType

    /// Adds a reference to a specification that somebody else owns (transfer none).
    init(retaining pointer: UnsafeMutablePointer<GParamSpec>) {
        // An overridden property keeps its range in the specification it overrides.
        let target = g_param_spec_get_redirect_target(pointer) ?? pointer
        self.pointer = g_param_spec_ref(target)
        name = String(cString: g_param_spec_get_name(pointer))
        summary = g_param_spec_get_blurb(pointer).map { String(cString: $0) } ?? ""
        type = target.pointee.value_type
    }

    deinit { g_param_spec_unref(pointer) }

    /// The name of the property's type, as in `GstCaps`.
    package var typeName: String { type.name }

    /// All properties of an object type.
    static func all(of type: GType) -> [PropertySpec] {
        guard let typeClass = g_type_class_ref(type) else { return [] }
        defer { g_type_class_unref(typeClass) }
        var count: guint = 0
        let objectClass = typeClass.assumingMemoryBound(to: GObjectClass.self)
        guard let list = g_object_class_list_properties(objectClass, &count) else { return [] }
        defer { g_free(UnsafeMutableRawPointer(list)) }
        return (0..<Int(count)).compactMap { list[$0].map { PropertySpec(retaining: $0) } }
    }

    private func has(_ flag: GParamFlags) -> Bool { pointer.pointee.flags.rawValue & flag.rawValue != 0 }

    package var isReadable: Bool { has(G_PARAM_READABLE) }
    package var isWritable: Bool { has(G_PARAM_WRITABLE) }
    package var isConstructOnly: Bool { has(G_PARAM_CONSTRUCT_ONLY) }

    /// The kind of value by GLib's fundamental types.
    var fundamental: GType { g_type_fundamental(type) }

    package var isText: Bool { type == .string }

    /// A name for the type that a person can use.
    package var typeDescription: String {
        switch fundamental {
        case .boolean: "a boolean (true or false)"
        case .char, .uchar, .int, .uint, .long, .ulong, .int64, .uint64: "a whole number"
        case .float, .double: "a number"
        case .string: "a text"
        case .enumeration, .flags: "one of \(choices.map(\.nick).joined(separator: ", "))"
        default:
            switch type {
            case gst_caps_get_type(): "caps"
            case gst_fraction_get_type(): "a fraction, as in 1/2"
            case gst_value_array_get_type(), g_strv_get_type(): "a list"
            case gst_structure_get_type(): "a structure"
            default: "a \(type.name)"
            }
        }
    }

    /// The values of an enumeration or of flags.
    package var choices: [Choice] {
        guard fundamental == .enumeration || fundamental == .flags, let typeClass = g_type_class_ref(type) else {
            return []
        }
        defer { g_type_class_unref(typeClass) }
        switch fundamental {
        case .enumeration:
            let values = typeClass.assumingMemoryBound(to: GEnumClass.self).pointee
            return (0..<Int(values.n_values)).map { index in
                let value = values.values[index]
                return Choice(
                    nick: String(cString: value.value_nick), description: String(cString: value.value_name),
                    number: Int64(value.value)
                )
            }
        case .flags:
            let values = typeClass.assumingMemoryBound(to: GFlagsClass.self).pointee
            return (0..<Int(values.n_values)).map { index in
                let value = values.values[index]
                return Choice(
                    nick: String(cString: value.value_nick), description: String(cString: value.value_name),
                    number: Int64(value.value)
                )
            }
        default: return []
        }
    }

    /// The default as text; nil where there is none that has one.
    package var defaultText: String? {
        guard let value = g_param_spec_get_default_value(pointer) else { return nil }
        if type == .string { return g_value_get_string(value).map { String(cString: $0) } }
        // Some types complain on standard error when there is no object to serialise.
        let isPointed = [GType.boxed, GType.object].contains(fundamental)
        if isPointed, g_value_peek_pointer(value) == nil { return nil }
        guard let text = gst_value_serialize(value) else { return nil }
        defer { g_free(text) }
        return String(cString: text)
    }

    /// The specification of a list's items; nil where it is not known.
    var elementSpec: PropertySpec? {
        guard type == gst_value_array_get_type() else { return nil }
        let array = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: GstParamSpecArray.self)
        return array.pointee.element_spec.map { PropertySpec(retaining: $0) }
    }
}
