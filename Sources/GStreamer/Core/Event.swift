import CGStreamer

/// A `GstEvent`, for passing it on.
///
/// Sendable: an event that was sent is not changed any more, and its reference count is atomic.
package final class Event: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<GstEvent>

    /// Takes over an event (transfer full).
    init(adopting pointer: UnsafeMutablePointer<GstEvent>) { self.pointer = pointer }

    deinit { gst_event_unref(pointer) }

    /// What matters to who passes events on.
    package enum Kind: Sendable, Equatable {
        case streamStart, segment, endOfStream, flushStart, flushStop, other
    }

    package var kind: Kind {
        switch pointer.pointee.type {
        case GST_EVENT_STREAM_START: .streamStart
        case GST_EVENT_SEGMENT: .segment
        case GST_EVENT_EOS: .endOfStream
        case GST_EVENT_FLUSH_START: .flushStart
        case GST_EVENT_FLUSH_STOP: .flushStop
        default: .other
        }
    }

    /// Whether it keeps its place among the buffers.
    package var isSerialized: Bool { has(GST_EVENT_TYPE_SERIALIZED) }
    /// Whether a pad keeps it and tells it to whoever is linked later.
    package var isSticky: Bool { has(GST_EVENT_TYPE_STICKY) }
    /// Whether it outlives a flush, as caps do: a segment and an end do not.
    package var survivesFlush: Bool { isSticky && kind != .segment && kind != .endOfStream }

    /// What it says.
    package var content: PadEvent { withExtendedLifetime(self) { PadEvent(pointer) } }

    private func has(_ flag: GstEventTypeFlags) -> Bool {
        gst_event_type_get_flags(pointer.pointee.type).rawValue & flag.rawValue != 0
    }
}
