import CGStreamer
import GLib

/// A Swift object shared with the elements of a pipeline through a `GstContext`.
///
/// The context's one field is a plain GObject that carries the Swift object as data: GStreamer's debug log prints strings and
/// buffers of a context in full, of an object only the address.
extension Element {
    /// Sets the context on this element and, where it is a bin, on all it holds and will hold.
    package func share<Shared: AnyObject & Sendable>(_ object: Shared, as contextType: String) {
        guard let context = gst_context_new(contextType, 1),  // transfer full
            let carrier = g_object_new_with_properties(GType.object, 0, nil, nil)  // transfer full
        else { return }
        g_object_set_qdata_full(carrier, sharedObjectQuark, CallbackBox(object).retained(), releaseCallbackBox)
        let value = Value(type: .object)
        g_value_take_object(value.pointer, carrier)
        value.withPointer { gst_structure_set_value(gst_context_writable_structure(context), "object", $0) }
        gst_element_set_context(pointer, context)
        gst_context_unref(context)
    }

    /// The object of the context set on this element; nil where none is or its type is another.
    package func shared<Shared: AnyObject & Sendable>(_ type: Shared.Type, as contextType: String) -> Shared? {
        guard let context = gst_element_get_context(pointer, contextType) else { return nil }  // transfer full
        defer { gst_context_unref(context) }
        guard let value = gst_structure_get_value(gst_context_get_structure(context), "object"),
            let carrier = g_value_get_object(value)
        else { return nil }
        return CallbackBox<Shared>.payload(
            at: g_object_get_qdata(carrier.assumingMemoryBound(to: GObject.self), sharedObjectQuark))
    }
}

private let sharedObjectQuark = g_quark_from_string("elevenpipe-shared-object")
