import CGStreamer
package import GLib

/// One `GstBuffer` with one owner, so that handing it to an element twice does not compile.
package struct Buffer: ~Copyable {
    private let pointer: UnsafeMutablePointer<GstBuffer>

    /// A buffer over bytes without copying them; it keeps them alive.
    package init(wrapping bytes: Bytes) { pointer = gst_buffer_new_wrapped_bytes(bytes.pointer) }

    deinit { gst_buffer_unref(pointer) }

    package var presentationTime: Duration? {
        get { Duration(clockTime: UInt64(pointer.pointee.pts)) }
        nonmutating set { pointer.pointee.pts = GstClockTime(newValue?.clockTime ?? .max) }
    }

    package var duration: Duration? {
        get { Duration(clockTime: UInt64(pointer.pointee.duration)) }
        nonmutating set { pointer.pointee.duration = GstClockTime(newValue?.clockTime ?? .max) }
    }

    /// The pointer, for a C function that takes the buffer over (transfer full).
    consuming func take() -> UnsafeMutablePointer<GstBuffer> {
        let pointer = pointer
        discard self
        return pointer
    }
}
