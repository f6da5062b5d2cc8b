import CGStreamer
package import GLib

/// A `GstPad`.
///
/// Sendable: GStreamer's pad functions are thread-safe.
package final class Pad: @unchecked Sendable {
    package enum Direction: Sendable { case source, sink }

    package let reference: ObjectReference

    package init(_ reference: ObjectReference) { self.reference = reference }

    var pointer: UnsafeMutablePointer<GstPad> { reference.cast() }

    package var name: String {
        guard let name = gst_object_get_name(reference.cast()) else { return "" }  // transfer full
        defer { g_free(name) }
        return String(cString: name)
    }

    package var isLinked: Bool { gst_pad_is_linked(pointer) != 0 }

    /// Links this source pad to a sink pad; nil when it worked, else GStreamer's word for why not.
    package func link(to sink: Pad) -> String? {
        let result = gst_pad_link(pointer, sink.pointer)
        return result == GST_PAD_LINK_OK ? nil : String(cString: gst_pad_link_get_name(result))
    }

    /// The caps fixed on the pad, as text; nil before they are known.
    package var currentCaps: String? { text(of: gst_pad_get_current_caps(pointer)) }  // transfer full

    /// What the pad could carry now, as text.
    package var possibleCaps: String { text(of: gst_pad_query_caps(pointer, nil)) ?? "NONE" }  // transfer full

    /// Whether what this pad could carry meets what a sink pad could take.
    package func canMeet(_ sink: Pad) -> Bool {
        guard let ours = gst_pad_get_current_caps(pointer) ?? gst_pad_query_caps(pointer, nil) else { return false }
        defer { gst_caps_unref(ours) }
        guard let theirs = gst_pad_query_caps(sink.pointer, nil) else { return false }
        defer { gst_caps_unref(theirs) }
        return gst_caps_can_intersect(ours, theirs) != 0
    }

    private func text(of caps: UnsafeMutablePointer<GstCaps>?) -> String? {
        guard let caps else { return nil }
        defer { gst_caps_unref(caps) }
        guard let text = gst_caps_to_string(caps) else { return nil }
        defer { g_free(text) }
        return String(cString: text)
    }

    // MARK: Probes

    /// What a probe does with what it saw.
    package enum ProbeVerdict: Sendable {
        case keep, removeProbe

        var cValue: GstPadProbeReturn {
            switch self {
            case .keep: GST_PAD_PROBE_OK
            case .removeProbe: GST_PAD_PROBE_REMOVE
            }
        }
    }

    /// Sees every buffer that passes, on the streaming thread: be quick. The view ends with the call.
    package func probeBuffers(_ body: @escaping @Sendable (borrowing BufferView) -> ProbeVerdict) {
        addProbe(GST_PAD_PROBE_TYPE_BUFFER, CallbackBox(body).retained()) { _, info, userData in
            guard let info,
                let body = CallbackBox<@Sendable (borrowing BufferView) -> ProbeVerdict>.payload(at: userData),
                let buffer = gst_pad_probe_info_get_buffer(info)
            else { return GST_PAD_PROBE_OK }
            return body(BufferView(pointer: buffer)).cValue
        }
    }

    /// Lets no buffer pass any more, events only.
    package func dropEverything() {
        let buffers = GST_PAD_PROBE_TYPE_BUFFER.rawValue | GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue
        gst_pad_add_probe(pointer, GstPadProbeType(rawValue: buffers), { _, _, _ in GST_PAD_PROBE_DROP }, nil, nil)
    }

    /// Sees the first caps that are sent, before they go on, and may still link the pad. The caps come as text.
    package func probeFirstCaps(_ body: @escaping @Sendable (Pad, String) -> Void) {
        addProbe(GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, CallbackBox(body).retained()) { pad, info, userData in
            guard let pad, let info, let event = gst_pad_probe_info_get_event(info),
                event.pointee.type == GST_EVENT_CAPS
            else { return GST_PAD_PROBE_OK }
            var caps: UnsafeMutablePointer<GstCaps>?
            gst_event_parse_caps(event, &caps)  // transfer none
            if let caps, let text = gst_caps_to_string(caps) {
                CallbackBox<@Sendable (Pad, String) -> Void>.payload(at: userData)?(
                    Pad(ObjectReference(retaining: pad)), String(cString: text))
                g_free(text)
            }
            return GST_PAD_PROBE_REMOVE
        }
    }

    private func addProbe(
        _ type: GstPadProbeType, _ userData: UnsafeMutableRawPointer, _ callback: @escaping GstPadProbeCallback
    ) {
        gst_pad_add_probe(pointer, type, callback, userData, releaseCallbackBox)
    }
}

/// A buffer somebody else owns, for the time of a call.
package struct BufferView: ~Copyable {
    private let pointer: UnsafeMutablePointer<GstBuffer>

    init(pointer: UnsafeMutablePointer<GstBuffer>) { self.pointer = pointer }

    /// Bytes.
    package var count: Int { Int(gst_buffer_get_size(pointer)) }
    package var presentationTime: Duration? { Duration(clockTime: UInt64(pointer.pointee.pts)) }
    package var duration: Duration? { Duration(clockTime: UInt64(pointer.pointee.duration)) }

    /// The buffer's bytes, mapped for reading; nil where the memory cannot be mapped.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        var map = GstMapInfo()
        guard gst_buffer_map(pointer, &map, GST_MAP_READ) != 0 else { return nil }
        defer { gst_buffer_unmap(pointer, &map) }
        return body(UnsafeRawBufferPointer(start: map.data, count: Int(map.size)))
    }
}
