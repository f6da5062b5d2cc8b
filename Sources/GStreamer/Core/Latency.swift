import CGStreamer
import GLib

/// What a LATENCY query tells.
package struct Latency: Sendable, Equatable {
    /// Whether the data comes at the pace of the clock.
    package var isLive: Bool
    package var minimum: Duration
    /// nil where there is no bound.
    package var maximum: Duration?

    package init(isLive: Bool, minimum: Duration, maximum: Duration?) {
        self.isLive = isLive
        self.minimum = minimum
        self.maximum = maximum
    }

    fileprivate static func ask(_ send: (UnsafeMutablePointer<GstQuery>) -> gboolean) -> Latency? {
        guard let query = gst_query_new_latency() else { return nil }
        defer { gst_query_unref(query) }
        guard send(query) != 0 else { return nil }
        var (isLive, minimum, maximum) = (gboolean(0), GstClockTime(0), GstClockTime(0))
        gst_query_parse_latency(query, &isLive, &minimum, &maximum)
        return Latency(
            isLive: isLive != 0, minimum: Duration(clockTime: UInt64(minimum)) ?? .zero,
            maximum: Duration(clockTime: UInt64(maximum)))
    }
}

extension Element {
    /// Whether a source of the pipeline around this element gives data at the pace of a clock, which then does not wait for
    /// anybody's late data: what the state change to PAUSED tells with NO_PREROLL. Looked up at the sources, since a LATENCY
    /// query fails while sinks are on their way to PAUSED.
    package var isInLivePipeline: Bool {
        toplevel.descendants.contains { element in
            g_type_check_instance_is_a(element.reference.cast(), gst_base_src_get_type()) != 0
                && gst_base_src_is_live(element.reference.cast()) != 0
        }
    }

    /// The outermost bin around this element, or the element itself.
    private var toplevel: Element {
        var current = self
        while let parent = gst_object_get_parent(current.reference.cast()) {  // transfer full
            current = Element(ObjectReference(adopting: parent))
        }
        return current
    }

    /// Lets a paused pipeline go on at a time other than that at which it was paused.
    package func setRunningTime(_ time: Duration) { gst_element_set_start_time(pointer, GstClockTime(time.clockTime)) }

    /// Whether the element plays, and is not on its way to another state.
    package var isPlaying: Bool {
        pointer.pointee.current_state == GST_STATE_PLAYING && pointer.pointee.pending_state == GST_STATE_VOID_PENDING
    }

    /// Whether data may come to the element: it is in PAUSED or PLAYING, or on its way there.
    package var takesData: Bool {
        let (current, pending) = (pointer.pointee.current_state, pointer.pointee.pending_state)
        return max(current.rawValue, pending.rawValue) > GST_STATE_READY.rawValue
    }

    /// How long the pipeline has been playing; where it is paused, how long it had played by then.
    package var runningTime: Duration {
        // Between PAUSED and PLAYING there is no base time yet, or an old one.
        guard pointer.pointee.current_state == GST_STATE_PLAYING else {
            return Duration(clockTime: UInt64(gst_element_get_start_time(pointer))) ?? .zero
        }
        return Duration(clockTime: UInt64(gst_element_get_current_running_time(pointer))) ?? .zero
    }
}

extension Pad {
    /// The latency of what is linked to this pad.
    package var peerLatency: Latency? { Latency.ask { gst_pad_peer_query(pointer, $0) } }

    /// How long the stream is that is linked to this pad, where that is known.
    package var peerDuration: Duration? {
        var duration: gint64 = 0
        guard gst_pad_peer_query_duration(pointer, GST_FORMAT_TIME, &duration) != 0, duration >= 0 else { return nil }
        return .nanoseconds(Int64(duration))
    }

    /// Answers LATENCY queries with what a closure says; it may be called from any thread. Once a pad.
    package func answerLatency(_ body: @escaping @Sendable () -> Latency) {
        gst_pad_add_probe(
            pointer, GstPadProbeType(rawValue: GST_PAD_PROBE_TYPE_QUERY_UPSTREAM.rawValue),
            { _, info, userData in
                guard let info, let query = gst_pad_probe_info_get_query(info),
                    query.pointee.type == GST_QUERY_LATENCY,
                    let latency = CallbackBox<@Sendable () -> Latency>.payload(at: userData)?()
                else { return GST_PAD_PROBE_OK }
                gst_query_set_latency(
                    query, latency.isLive ? 1 : 0, GstClockTime(latency.minimum.clockTime),
                    GstClockTime(latency.maximum?.clockTime ?? .max))
                return GST_PAD_PROBE_HANDLED
            }, CallbackBox(body).retained(), releaseCallbackBox)
    }
}
