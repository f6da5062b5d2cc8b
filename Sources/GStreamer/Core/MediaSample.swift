import CGStreamer

/// A `GstSample`, its buffer mapped for reading as long as this object lives: what an `appsink` hands out.
///
/// Sendable: never changed, and its bytes are only read.
package final class MediaSample: @unchecked Sendable {
    private let sample: OpaquePointer
    private let buffer: UnsafeMutablePointer<GstBuffer>
    private var map = GstMapInfo()

    /// Takes a sample over (transfer full); nil where it has no buffer, or none that can be mapped.
    init?(adopting sample: OpaquePointer) {
        guard let buffer = gst_sample_get_buffer(sample), gst_buffer_map(buffer, &map, GST_MAP_READ) != 0 else {
            gst_sample_unref(sample)
            return nil
        }
        self.sample = sample
        self.buffer = buffer
    }

    deinit {
        gst_buffer_unmap(buffer, &map)
        gst_sample_unref(sample)
    }

    /// Bytes.
    package var count: Int { Int(map.size) }

    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Held until the body is through: Swift lets go of an object after its own last use of it.
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: map.data, count: Int(map.size)))
    }

    /// When it is due, in running time; nil where the buffer has no time.
    package var runningTime: Duration? {
        guard let time = Duration(clockTime: UInt64(buffer.pointee.pts)), let segment = gst_sample_get_segment(sample)
        else { return nil }
        return Segment(segment.pointee).runningTime(of: time)
    }

    /// What the buffer says of its length.
    package var duration: Duration? { Duration(clockTime: UInt64(buffer.pointee.duration)) }

    /// Whether the bytes describe the stream and are no media.
    package var isHeader: Bool {
        buffer.pointee.mini_object.flags & guint(GST_BUFFER_FLAG_HEADER.rawValue) != 0
    }

    /// The layout of raw audio; nil for everything else.
    package var audioInfo: AudioInfo? { gst_sample_get_caps(sample).flatMap { AudioInfo($0) } }

    /// The name of the caps, as in `audio/mpeg`; nil where there are none.
    package var mediaType: String? {
        structure.flatMap { gst_structure_get_name($0) }.map { String(cString: $0) }
    }

    /// A field of the caps that is a whole number.
    package func integer(_ field: String) -> Int? {
        var value: gint = 0
        guard let structure, gst_structure_get_int(structure, field, &value) != 0 else { return nil }
        return Int(value)
    }

    private var structure: UnsafeMutablePointer<GstStructure>? {
        guard let caps = gst_sample_get_caps(sample), gst_caps_get_size(caps) > 0 else { return nil }
        return gst_caps_get_structure(caps, 0)
    }

    /// How long the sample takes: counted in samples where it is raw audio.
    package var length: Duration {
        guard let info = audioInfo, info.bytesPerFrame > 0, info.rate > 0 else { return duration ?? .zero }
        return Duration(samples: Int64(count / info.bytesPerFrame), rate: info.rate)
    }

    /// A buffer around a part of the same memory, without time and without a copy.
    package func makeBuffer(_ range: Range<Int>) -> Buffer? {
        withExtendedLifetime(self) {
            gst_buffer_copy_region(
                buffer, GST_BUFFER_COPY_MEMORY, gsize(range.lowerBound), gsize(range.count)
            ).map { Buffer(adopting: $0) }
        }
    }
}
