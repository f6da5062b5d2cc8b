package import CGLib

/// One reference on a `GObject`, given back when the value goes.
///
/// Which initialiser is right is written in the C function's transfer annotation; there is no flag to get wrong.
///
/// Sendable: a GObject's reference count is atomic, and this class does nothing but hold one reference. What may be
/// called on the object from which thread is the business of the type that wraps it.
package final class ObjectReference: @unchecked Sendable {
    package let pointer: UnsafeMutablePointer<GObject>

    /// Takes over a reference that the caller owns (transfer full).
    package init(adopting pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer.assumingMemoryBound(to: GObject.self)
    }

    /// Adds a reference to an object somebody else owns (transfer none).
    package init(retaining pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer.assumingMemoryBound(to: GObject.self)
        g_object_ref(pointer)
    }

    /// Makes a floating reference ours (transfer floating); adds one where none floats any more.
    package init(sinking pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer.assumingMemoryBound(to: GObject.self)
        g_object_ref_sink(pointer)
    }

    deinit { g_object_unref(pointer) }

    package var raw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(pointer) }
    package var opaque: OpaquePointer { OpaquePointer(pointer) }

    /// The object as the C type of one of its classes.
    package func cast<CType>(to type: CType.Type = CType.self) -> UnsafeMutablePointer<CType> {
        raw.assumingMemoryBound(to: type)
    }

    /// The name of the object's class, as in `GstPulseSink`.
    package var typeName: String { String(cString: g_type_name_from_instance(cast())) }
}
