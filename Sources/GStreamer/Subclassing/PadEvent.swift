import CGStreamer
import GLib

/// A `GstEvent` that came to a pad, as a value.
package enum PadEvent: Sendable {
    case streamStart(id: String)
    case caps(String)
    case segment(Segment)
    /// Nothing comes for this time. - duration: nil where it is not known.
    case gap(start: Duration, duration: Duration?)
    /// The tags as text, as gst-launch prints them.
    case tag(String)
    case endOfStream
    case flushStart
    case flushStop
    /// GStreamer's name of any other event, as in `custom-downstream`.
    case other(String)

    init(_ event: UnsafeMutablePointer<GstEvent>) {
        let kind = event.pointee.type
        switch kind {
        case GST_EVENT_STREAM_START:
            var id: UnsafePointer<gchar>?
            gst_event_parse_stream_start(event, &id)
            self = .streamStart(id: id.map { String(cString: $0) } ?? "")
        case GST_EVENT_CAPS:
            var caps: UnsafeMutablePointer<GstCaps>?
            gst_event_parse_caps(event, &caps)  // transfer none
            self = .caps(Self.text(caps.flatMap { gst_caps_to_string($0) }))
        case GST_EVENT_SEGMENT:
            var segment = GstSegment()
            gst_event_copy_segment(event, &segment)
            self = .segment(Segment(segment))
        case GST_EVENT_GAP:
            var (start, duration) = (GstClockTime(0), GstClockTime(0))
            gst_event_parse_gap(event, &start, &duration)
            self = .gap(
                start: Duration(clockTime: UInt64(start)) ?? .zero, duration: Duration(clockTime: UInt64(duration)))
        case GST_EVENT_TAG:
            var tags: UnsafeMutablePointer<GstTagList>?
            gst_event_parse_tag(event, &tags)  // transfer none
            self = .tag(Self.text(tags.flatMap { gst_tag_list_to_string($0) }))
        case GST_EVENT_EOS: self = .endOfStream
        case GST_EVENT_FLUSH_START: self = .flushStart
        case GST_EVENT_FLUSH_STOP: self = .flushStop
        default: self = .other(gst_event_type_get_name(kind).map { String(cString: $0) } ?? "unknown")
        }
    }

    /// Takes a text over from C.
    private static func text(_ pointer: UnsafeMutablePointer<gchar>?) -> String {
        guard let pointer else { return "" }
        defer { g_free(pointer) }
        return String(cString: pointer)
    }
}
