import CGLib

/// Immutable bytes with shared ownership: `GBytes`.
///
/// Sendable: `GBytes` is immutable and its reference count atomic.
package final class Bytes: @unchecked Sendable {
    package let pointer: OpaquePointer

    /// Takes over a reference that the caller owns (transfer full).
    package init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    /// Adds a reference to bytes somebody else owns (transfer none).
    package init(retaining pointer: OpaquePointer) { self.pointer = g_bytes_ref(pointer) }

    package init(copying buffer: UnsafeRawBufferPointer) {
        self.pointer = g_bytes_new(buffer.baseAddress, gsize(buffer.count))
    }

    package convenience init(_ bytes: some Sequence<UInt8>) {
        let array = ContiguousArray(bytes)
        self.init(array)
    }

    package init(_ array: ContiguousArray<UInt8>) {
        self.pointer = array.withUnsafeBytes { g_bytes_new($0.baseAddress, gsize($0.count)) }
    }

    package convenience init(_ string: String) { self.init(ContiguousArray(string.utf8)) }

    deinit { g_bytes_unref(pointer) }

    package var count: Int { Int(g_bytes_get_size(pointer)) }
    package var isEmpty: Bool { count == 0 }

    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var size: gsize = 0
        let start = g_bytes_get_data(pointer, &size)
        return try body(UnsafeRawBufferPointer(start: start, count: Int(size)))
    }

    /// A part of these bytes, without a copy.
    package func slice(_ range: Range<Int>) -> Bytes {
        Bytes(adopting: g_bytes_new_from_bytes(pointer, gsize(range.lowerBound), gsize(range.count)))
    }

    /// A `GInputStream` over these bytes, which can be read at any place; it keeps them alive.
    package func inputStream() -> ObjectReference {
        ObjectReference(adopting: g_memory_input_stream_new_from_bytes(pointer))  // transfer full
    }

    package var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
