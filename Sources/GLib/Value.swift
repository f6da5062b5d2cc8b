package import CGLib

/// A `GValue` with an owner: initialised with its type, unset at the end.
package final class Value {
    package let pointer: UnsafeMutablePointer<GValue>

    /// An empty value of a type.
    package init(type: GType) {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: GValue())
        g_value_init(pointer, type)
    }

    /// A copy of a value that somebody else owns.
    package convenience init(copying value: UnsafePointer<GValue>) {
        self.init(type: value.pointee.g_type)
        g_value_copy(value, pointer)
    }

    package convenience init(_ string: String) {
        self.init(type: .string)
        g_value_set_string(pointer, string)
    }

    package convenience init(_ value: Bool) {
        self.init(type: .boolean)
        g_value_set_boolean(pointer, value ? 1 : 0)
    }

    package convenience init(_ value: Int32) {
        self.init(type: .int)
        g_value_set_int(pointer, value)
    }

    package convenience init(_ value: UInt32) {
        self.init(type: .uint)
        g_value_set_uint(pointer, value)
    }

    package convenience init(_ value: Int64) {
        self.init(type: .int64)
        g_value_set_int64(pointer, gint64(value))
    }

    package convenience init(_ value: UInt64) {
        self.init(type: .uint64)
        g_value_set_uint64(pointer, guint64(value))
    }

    package convenience init(_ value: Double) {
        self.init(type: .double)
        g_value_set_double(pointer, value)
    }

    deinit {
        g_value_unset(pointer)
        pointer.deallocate()
    }

    /// Lends the pointer to a C call. A value of which only the pointer is still in use may be gone before the call:
    /// Swift lets go of an object after its own last use of it.
    package func withPointer<Result>(_ body: (UnsafeMutablePointer<GValue>) -> Result) -> Result {
        withExtendedLifetime(self) { body(pointer) }
    }

    package var type: GType { pointer.pointee.g_type }

    /// The string inside; nil where the type is another or the string is null.
    package var string: String? {
        guard type.isA(.string) else { return nil }
        return g_value_get_string(pointer).map { String(cString: $0) }
    }

    package var bool: Bool? { type == .boolean ? g_value_get_boolean(pointer) != 0 : nil }

    /// Any of GLib's integer types, widened; nil for another type or a `guint64` beyond `Int64`.
    package var integer: Int64? {
        switch type {
        case .int: Int64(g_value_get_int(pointer))
        case .uint: Int64(g_value_get_uint(pointer))
        case .int64: Int64(g_value_get_int64(pointer))
        case .uint64: Int64(exactly: g_value_get_uint64(pointer))
        case .long: Int64(g_value_get_long(pointer))
        case .ulong: Int64(exactly: g_value_get_ulong(pointer))
        default: nil
        }
    }

    package var double: Double? {
        switch type {
        case .double: g_value_get_double(pointer)
        case .float: Double(g_value_get_float(pointer))
        default: nil
        }
    }
}

/// The fundamental types by name: the `G_TYPE_*` macros do not import into Swift.
extension GType {
    package static let char = GType(3 << 2)
    package static let uchar = GType(4 << 2)
    package static let boolean = GType(5 << 2)
    package static let int = GType(6 << 2)
    package static let uint = GType(7 << 2)
    package static let long = GType(8 << 2)
    package static let ulong = GType(9 << 2)
    package static let int64 = GType(10 << 2)
    package static let uint64 = GType(11 << 2)
    package static let enumeration = GType(12 << 2)
    package static let flags = GType(13 << 2)
    package static let float = GType(14 << 2)
    package static let double = GType(15 << 2)
    package static let string = GType(16 << 2)
    package static let boxed = GType(18 << 2)
    package static let object = GType(20 << 2)

    package func isA(_ ancestor: GType) -> Bool { g_type_is_a(self, ancestor) != 0 }
    package var name: String { g_type_name(self).map { String(cString: $0) } ?? "invalid" }
}
