import CGStreamer
package import GLib

/// What a buffer says about its bytes, as plain numbers that can be written down.
package struct BufferHeader: BitwiseCopyable, Sendable {
    private let presentationTime: UInt64
    private let decodingTime: UInt64
    private let duration: UInt64
    private let offset: UInt64
    private let offsetEnd: UInt64
    private let flags: UInt64
    /// Bytes that belong to it.
    package let count: Int

    package init(_ buffer: borrowing Buffer) {
        let fields = buffer.pointer.pointee
        presentationTime = UInt64(fields.pts)
        decodingTime = UInt64(fields.dts)
        duration = UInt64(fields.duration)
        offset = UInt64(fields.offset)
        offsetEnd = UInt64(fields.offset_end)
        // Not those that are about the memory or the object.
        let own = guint(GST_MINI_OBJECT_FLAG_LAST.rawValue) - 1 | guint(GST_BUFFER_FLAG_TAG_MEMORY.rawValue)
        flags = UInt64(fields.mini_object.flags & ~own)
        count = buffer.count
    }

    /// A new buffer as this says, without a copy of the bytes.
    package func makeBuffer(around bytes: Bytes, _ metadata: BufferMetadata?) -> Buffer {
        let buffer = Buffer(wrapping: bytes)
        let pointer = buffer.pointer
        pointer.pointee.pts = GstClockTime(presentationTime)
        pointer.pointee.dts = GstClockTime(decodingTime)
        pointer.pointee.duration = GstClockTime(duration)
        pointer.pointee.offset = guint64(offset)
        pointer.pointee.offset_end = guint64(offsetEnd)
        pointer.pointee.mini_object.flags |= guint(flags)
        metadata?.copy(to: pointer)
        return buffer
    }
}

/// The `GstMeta`s of a buffer without its bytes: the planes of audio that is not interleaved, for example.
///
/// Sendable: never changed.
package final class BufferMetadata: @unchecked Sendable {
    private let pointer: UnsafeMutablePointer<GstBuffer>

    /// nil where the buffer has none, as most.
    package init?(of buffer: borrowing Buffer) {
        var state: gpointer?
        guard gst_buffer_iterate_meta(buffer.pointer, &state) != nil, let pointer = gst_buffer_new() else { return nil }
        self.pointer = pointer
        // Some look whether they fit the buffer's size, so it has one. Nobody maps this memory: it has no bytes behind it.
        let size = gst_buffer_get_size(buffer.pointer)
        gst_buffer_append_memory(
            pointer, gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, placeholder, size, 0, size, nil, nil))
        Self.copy(from: buffer.pointer, to: pointer)
    }

    deinit { gst_buffer_unref(pointer) }

    fileprivate func copy(to buffer: UnsafeMutablePointer<GstBuffer>) {
        withExtendedLifetime(self) { Self.copy(from: pointer, to: buffer) }
    }

    private static func copy(from: UnsafeMutablePointer<GstBuffer>, to: UnsafeMutablePointer<GstBuffer>) {
        // Deep: without those that hold on to the memory.
        let what = GST_BUFFER_COPY_META.rawValue | GST_BUFFER_COPY_DEEP.rawValue
        gst_buffer_copy_into(to, from, GstBufferCopyFlags(rawValue: what), 0, gsize.max)
    }
}

nonisolated(unsafe) private let placeholder = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 16)
