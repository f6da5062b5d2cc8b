import CGStreamer
package import GLib

/// One `GstBuffer` with one owner, so that handing it to an element twice does not compile.
package struct Buffer: ~Copyable {
    /// For C calls while the buffer is borrowed.
    let pointer: UnsafeMutablePointer<GstBuffer>

    /// A buffer over bytes without copying them; it keeps them alive.
    package init(wrapping bytes: Bytes) {
        // GStreamer refuses to wrap nothing, but a buffer without bytes is a buffer, as for a gap.
        pointer =
            bytes.isEmpty ? gst_buffer_new() : withExtendedLifetime(bytes) { gst_buffer_new_wrapped_bytes($0.pointer) }
    }

    /// Takes over a buffer (transfer full).
    init(adopting pointer: UnsafeMutablePointer<GstBuffer>) { self.pointer = pointer }

    deinit { gst_buffer_unref(pointer) }

    /// Bytes.
    package var count: Int { Int(gst_buffer_get_size(pointer)) }

    package var presentationTime: Duration? {
        get { Duration(clockTime: UInt64(pointer.pointee.pts)) }
        nonmutating set { pointer.pointee.pts = GstClockTime(newValue?.clockTime ?? .max) }
    }

    package var decodingTime: Duration? {
        get { Duration(clockTime: UInt64(pointer.pointee.dts)) }
        nonmutating set { pointer.pointee.dts = GstClockTime(newValue?.clockTime ?? .max) }
    }

    package var duration: Duration? {
        get { Duration(clockTime: UInt64(pointer.pointee.duration)) }
        nonmutating set { pointer.pointee.duration = GstClockTime(newValue?.clockTime ?? .max) }
    }

    /// Where the buffer lies in its stream, in the media's own unit; nil where that is not known.
    package var offset: UInt64? { pointer.pointee.offset == .max ? nil : UInt64(pointer.pointee.offset) }

    /// Marks of a buffer, a part of `GstBufferFlags`.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: GstBufferFlags) { rawValue = UInt32(flag.rawValue) }

        /// It does not follow the one before without a break.
        package static let discontinuity = Flags(GST_BUFFER_FLAG_DISCONT)
        /// Its bytes say nothing, as silence does.
        package static let gap = Flags(GST_BUFFER_FLAG_GAP)
        /// It describes the stream and is no media.
        package static let header = Flags(GST_BUFFER_FLAG_HEADER)
    }

    package var flags: Flags { Flags(rawValue: UInt32(pointer.pointee.mini_object.flags)) }

    /// The buffer's bytes, mapped for reading; nil where the memory cannot be mapped.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        BufferView(pointer: pointer).withUnsafeBytes(body)
    }

    /// The bytes for keeping; nil where the memory cannot be mapped. Without a copy where that holds no more memory than the
    /// bytes need and takes no buffer away from a pool, whose owner may wait for it.
    package func bytes() -> Bytes? {
        guard pointer.pointee.pool == nil, gst_buffer_n_memory(pointer) == 1,
            let memory = gst_buffer_peek_memory(pointer, 0), memory.pointee.maxsize <= 2 * memory.pointee.size
        else { return withUnsafeBytes { Bytes(copying: $0) } }
        guard let mapping = Mapping(gst_memory_ref(memory)) else { return nil }
        return Bytes(
            adopting: g_bytes_new_with_free_func(
                mapping.info.data, mapping.info.size, releaseCallbackBox, Unmanaged.passRetained(mapping).toOpaque()))
    }

    /// The pointer, for a C function that takes the buffer over (transfer full).
    consuming func take() -> UnsafeMutablePointer<GstBuffer> {
        let pointer = pointer
        discard self
        return pointer
    }
}

/// A memory that is mapped for as long as this object lives.
private final class Mapping {
    private let memory: UnsafeMutablePointer<GstMemory>
    private(set) var info = GstMapInfo()

    /// Takes the memory over (transfer full); nil where it cannot be mapped.
    init?(_ memory: UnsafeMutablePointer<GstMemory>) {
        self.memory = memory
        guard gst_memory_map(memory, &info, GST_MAP_READ) != 0 else {
            gst_memory_unref(memory)
            return nil
        }
    }

    deinit {
        gst_memory_unmap(memory, &info)
        gst_memory_unref(memory)
    }
}
