import CGStreamer
import GLib
import Synchronization

/// The consumers of a tee, none of which ends the others: one that wants no more (FLOW_EOS) gets no more buffers, and the tee
/// goes on until the last one has ended. By itself a tee stops at the first, and the others are cut with an end of stream that
/// looks like a good one (1.22). Events still go to every branch, so each sink gets its end when the stream ends; errors and
/// everything else that a branch answers still come through.
package final class Consumers: Sendable {
    /// Whether each has ended, by the name of the tee's pad. Names are not given twice.
    private let hasEnded = Mutex<[String: Bool]>([:])

    package init() {}

    /// Follows a source pad of the tee. Do it before there is data, or before the pad is linked, and after other probes on the
    /// pad: those added later see no buffers.
    package func add(_ pad: Pad) {
        let consumer = Consumer(name: pad.name, all: self)
        hasEnded.withLock { $0[consumer.name] = false }
        pad.follow(consumer)
    }

    /// Forgets a pad that is about to be unlinked: the tee goes on without it.
    package func remove(_ pad: Pad) { hasEnded.withLock { $0[pad.name] = nil } }

    /// Also of one that was removed.
    fileprivate func hasEnded(_ name: String) -> Bool { hasEnded.withLock { $0[name] ?? true } }

    /// Notes that a branch has ended or begun anew.
    fileprivate func setEnded(_ name: String, _ isEnded: Bool) {
        hasEnded.withLock { if $0[name] != nil { $0[name] = isEnded } }
    }

    /// What the tee gets to know of a branch that has ended.
    fileprivate var answer: GstFlowReturn {
        hasEnded.withLock { $0.values.contains(false) } ? GST_FLOW_OK : GST_FLOW_EOS
    }
}

private struct Consumer: Sendable {
    let name: String
    let all: Consumers
}

extension Pad {
    /// The probe hands the buffer over in the pad's stead, so that it sees the answer before the tee does.
    fileprivate func follow(_ consumer: Consumer) {
        let types =
            GST_PAD_PROBE_TYPE_BUFFER.rawValue | GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue
            | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM.rawValue | GST_PAD_PROBE_TYPE_EVENT_FLUSH.rawValue
        gst_pad_add_probe(
            pointer, GstPadProbeType(rawValue: types),
            { pad, info, userData in
                guard let pad, let info, let data = info.pointee.data,
                    let consumer = CallbackBox<Consumer>.payload(at: userData)
                else { return GST_PAD_PROBE_OK }
                let type = info.pointee.type.rawValue
                if type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM.rawValue | type & GST_PAD_PROBE_TYPE_EVENT_FLUSH.rawValue
                    != 0
                {
                    switch data.assumingMemoryBound(to: GstEvent.self).pointee.type {
                    case GST_EVENT_FLUSH_STOP, GST_EVENT_STREAM_START, GST_EVENT_SEGMENT:
                        consumer.all.setEnded(consumer.name, false)
                    default: break
                    }
                    return GST_PAD_PROBE_OK
                }
                let isList = type & GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue != 0
                info.pointee.ABI.abi.flow_ret = consumer.hand(data, isList: isList, to: pad)
                info.pointee.data = nil
                return GST_PAD_PROBE_HANDLED
            }, CallbackBox(consumer).retained(), releaseCallbackBox)
    }
}

extension Consumer {
    /// - Parameter data: a buffer or a list of them (transfer full).
    fileprivate func hand(
        _ data: UnsafeMutableRawPointer, isList: Bool, to pad: UnsafeMutablePointer<GstPad>
    ) -> GstFlowReturn {
        guard !all.hasEnded(name), let peer = gst_pad_get_peer(pad) else {  // transfer full
            gst_mini_object_unref(data.assumingMemoryBound(to: GstMiniObject.self))
            return all.hasEnded(name) ? all.answer : GST_FLOW_NOT_LINKED
        }
        defer { gst_object_unref(peer) }
        let result =
            isList
            ? gst_pad_chain_list(peer, OpaquePointer(data))
            : gst_pad_chain(peer, data.assumingMemoryBound(to: GstBuffer.self))
        // Removed meanwhile: what a branch answers that is being taken away is nothing to the others.
        if all.hasEnded(name) { return all.answer }
        guard result == GST_FLOW_EOS else { return result }
        all.setEnded(name, true)
        return all.answer
    }
}
