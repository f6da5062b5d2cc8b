import CGStreamer

/// A `GstSegment`: which part of a stream is played, and when.
///
/// Sendable: a value; the pointers in its reserved room are never used.
package struct Segment: @unchecked Sendable {
    private let value: GstSegment

    init(_ value: GstSegment) { self.value = value }

    /// Whether positions are times. The times below are nil for any other format.
    package var isInTime: Bool { value.format == GST_FORMAT_TIME }
    /// Where a segment of bytes begins; nil for any other format.
    package var startInBytes: Int? { value.format == GST_FORMAT_BYTES ? Int(clamping: value.start) : nil }
    /// Negative where the stream is played backwards.
    package var rate: Double { value.rate }
    package var start: Duration? { time(value.start) }
    /// nil where the segment is open.
    package var stop: Duration? { time(value.stop) }

    /// When a timestamp of the segment is due, in running time; nil for one outside it.
    package func runningTime(of timestamp: Duration) -> Duration? {
        guard isInTime else { return nil }
        return withUnsafePointer(to: value) {
            Duration(clockTime: UInt64(gst_segment_to_running_time($0, GST_FORMAT_TIME, guint64(timestamp.clockTime))))
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<GstSegment>) -> Result) -> Result {
        withUnsafePointer(to: value, body)
    }

    private func time(_ position: guint64) -> Duration? { isInTime ? Duration(clockTime: UInt64(position)) : nil }
}
