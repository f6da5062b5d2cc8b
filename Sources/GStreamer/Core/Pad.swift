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

    /// Ends the link of this source pad to a sink pad.
    package func unlink(from sink: Pad) { gst_pad_unlink(pointer, sink.pointer) }

    /// The pad at the other end of the link.
    package var peer: Pad? { gst_pad_get_peer(pointer).map { Pad(ObjectReference(adopting: $0)) } }  // transfer full

    /// The element that the pad belongs to.
    package var parent: Element? {
        gst_pad_get_parent_element(pointer).map { Element(ObjectReference(adopting: $0)) }  // transfer full
    }

    /// Whether the stream has begun here.
    package var hasBegun: Bool { hasSeen(GST_EVENT_STREAM_START) }

    /// Whether the end of the stream has passed.
    package var hasEnded: Bool { hasSeen(GST_EVENT_EOS) }

    private func hasSeen(_ type: GstEventType) -> Bool {
        guard let event = gst_pad_get_sticky_event(pointer, type, 0) else { return false }  // transfer full
        gst_event_unref(event)
        return true
    }

    /// Waits until what is passing this sink pad now has passed. Blocks, in a paused pipeline until it goes on or is closed.
    package func waitForWhatPasses() {
        g_rec_mutex_lock(&pointer.pointee.stream_rec_lock)
        g_rec_mutex_unlock(&pointer.pointee.stream_rec_lock)
    }

    /// Tells a sink pad, which is linked to nothing, what the stream on this pad is: its start, caps, segment and tags.
    package func describeStream(to sink: Pad) {
        gst_pad_sticky_events_foreach(
            pointer,
            { _, event, sink in
                if let event = event?.pointee, let sink, event.pointee.type != GST_EVENT_EOS {
                    gst_pad_send_event(sink.assumingMemoryBound(to: GstPad.self), gst_event_ref(event))
                }
                return 1
            }, sink.reference.raw)
    }

    /// Gives a sink pad the end of the stream. Blocks until what came before has been taken.
    package func sendEndOfStream() { gst_pad_send_event(pointer, gst_event_new_eos()) }

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

    /// Sees every buffer that passes, alone or in a list, on the streaming thread: be quick. The view ends with the call.
    package func probeBuffers(_ body: @escaping @Sendable (borrowing BufferView) -> ProbeVerdict) {
        addProbe(Self.data, CallbackBox(body).retained()) { _, info, userData in
            guard let info,
                let body = CallbackBox<@Sendable (borrowing BufferView) -> ProbeVerdict>.payload(at: userData)
            else { return GST_PAD_PROBE_OK }
            guard info.pointee.type.rawValue & GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue != 0 else {
                guard let buffer = gst_pad_probe_info_get_buffer(info) else { return GST_PAD_PROBE_OK }
                return body(BufferView(pointer: buffer)).cValue
            }
            guard let list = gst_pad_probe_info_get_buffer_list(info) else { return GST_PAD_PROBE_OK }
            for index in 0..<gst_buffer_list_length(list) {
                guard let buffer = gst_buffer_list_get(list, index) else { continue }
                if case .removeProbe = body(BufferView(pointer: buffer)) { return GST_PAD_PROBE_REMOVE }
            }
            return GST_PAD_PROBE_OK
        }
    }

    /// Buffers, alone and in lists.
    private static let data = GstPadProbeType(
        rawValue: GST_PAD_PROBE_TYPE_BUFFER.rawValue | GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue)

    /// Lets no buffer pass any more, events only.
    package func dropEverything() {
        gst_pad_add_probe(pointer, Self.data, { _, _, _ in GST_PAD_PROBE_DROP }, nil, nil)
    }

    /// Answers no question for buffers to fill (ALLOCATION). It waits behind the data in each queue on its way: where a tee asks
    /// all its branches and one has a sink that waits for the others to have something too, nobody would ever go on.
    package func refuseAllocation() {
        gst_pad_add_probe(
            pointer, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
            { _, info, _ in
                let query = info.flatMap { gst_pad_probe_info_get_query($0) }
                return query?.pointee.type == GST_QUERY_ALLOCATION ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK
            }, nil, nil)
    }

    /// Lets no wish for another format (RECONFIGURE) go upstream: it would be everybody's.
    package func keepFormat() {
        gst_pad_add_probe(
            pointer, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
            { _, info, _ in
                let event = info.flatMap { gst_pad_probe_info_get_event($0) }
                return event?.pointee.type == GST_EVENT_RECONFIGURE ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK
            }, nil, nil)
    }

    /// Keeps the CAPS event, and what stands behind it, back for as long as something holds: an event that is dropped here stays
    /// on the pad and goes out before whatever comes next.
    package func holdCaps(while isHeld: @escaping @Sendable () -> Bool) {
        addProbe(GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, CallbackBox(isHeld).retained()) { _, info, userData in
            // The segment too: it must not come before the caps.
            guard let info, let event = gst_pad_probe_info_get_event(info),
                [GST_EVENT_CAPS, GST_EVENT_SEGMENT].contains(event.pointee.type),
                let isHeld = CallbackBox<@Sendable () -> Bool>.payload(at: userData)
            else { return GST_PAD_PROBE_OK }
            return isHeld() ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK
        }
    }

    /// Sees the first caps that are sent, before they go on, and may still link the pad. The caps come as text; nil where
    /// data or the end of the stream comes without any.
    package func probeFirstCaps(_ body: @escaping @Sendable (Pad, String?) -> Void) {
        let events = GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM.rawValue
        let type = GstPadProbeType(rawValue: Self.data.rawValue | events)
        addProbe(type, CallbackBox(body).retained()) { pad, info, userData in
            guard let pad, let info else { return GST_PAD_PROBE_OK }
            var text: String?
            if info.pointee.type.rawValue & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM.rawValue != 0 {
                guard let event = gst_pad_probe_info_get_event(info) else { return GST_PAD_PROBE_OK }
                switch event.pointee.type {
                case GST_EVENT_CAPS:
                    var caps: UnsafeMutablePointer<GstCaps>?
                    gst_event_parse_caps(event, &caps)  // transfer none
                    guard let caps, let words = gst_caps_to_string(caps) else { return GST_PAD_PROBE_OK }
                    text = String(cString: words)
                    g_free(words)
                case GST_EVENT_EOS: break
                default: return GST_PAD_PROBE_OK
                }
            }
            CallbackBox<@Sendable (Pad, String?) -> Void>.payload(at: userData)?(
                Pad(ObjectReference(retaining: pad)), text)
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
