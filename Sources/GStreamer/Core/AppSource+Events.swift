import CGStreamer
import GLib

extension AppSource {
    /// Lets go of all that is queued here and beyond, and takes nothing until ``stopFlushing()``.
    package func startFlushing() { gst_element_send_event(element.pointer, gst_event_new_flush_start()) }

    /// Begins a new stream after ``startFlushing()``.
    package func stopFlushing() {
        // What follows needs a segment of its own again; appsrc sends one by itself only when it starts.
        var segment = GstSegment()
        gst_segment_init(&segment, isTimed ? GST_FORMAT_TIME : GST_FORMAT_BYTES)
        gst_element_send_event(element.pointer, gst_event_new_flush_stop(1))
        gst_base_src_new_segment(element.reference.cast(), &segment)
    }

    private var isTimed: Bool {
        element.get("format").map { g_value_get_enum($0.pointer) } == gint(GST_FORMAT_TIME.rawValue)
    }

    /// Sends tags into the stream, behind what is queued. - Parameter tags: as text, as gst-launch prints them.
    package func sendTags(_ tags: String) {
        guard let list = gst_tag_list_new_from_string(tags) else { return }  // transfer full
        // They tell of the input's encoding, which ends here.
        for tag in [
            "audio-codec", "codec", "container-format", "encoder", "encoder-version", "bitrate",
            "nominal-bitrate", "minimum-bitrate", "maximum-bitrate", "has-crc", "channel-mode",
        ] {
            gst_tag_list_remove_tag(list, tag)
        }
        guard gst_tag_list_is_empty(list) == 0 else {
            gst_tag_list_unref(list)
            return
        }
        gst_element_send_event(element.pointer, gst_event_new_tag(list))  // transfer full, twice
    }
}
