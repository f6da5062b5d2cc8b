import CGStreamer
import GLib
import Synchronization

/// What stands behind a source pad with a thread of its own.
package protocol OutputPadHandler: AnyObject, Sendable {
    /// The pad goes into push mode: ``OutputPad/startTask()`` may be called.
    func activated()
    /// The pad leaves push mode: ``work()`` must return soon, and is waited for; the task must not be started any more.
    func deactivating()
    /// The task has ended.
    func deactivated()
    /// One round of the task, called again and again from the pad's thread until the task is paused.
    func work()
    /// Something downstream has changed, as a link.
    func reconfigured()
}

/// A source pad of the element itself (no ghost pad), that pushes from a thread of its own.
///
/// Caps queries and all other queries and events from downstream go on to what is linked to the element's sink pads. Latency
/// has no upper bound here, since whoever has such a pad can hold back what comes.
package final class OutputPad: Sendable {
    package let pad: Pad
    private let slot = HandlerSlot<any OutputPadHandler>()

    /// Makes the pad of a template and adds it to the element. Use it while a subclass is being built; nil where the element
    /// has no such template, or a pad of this name.
    package init?(of element: UnownedElement, template name: String) {
        guard let template = gst_element_get_pad_template(element.pointer, name),
            let pointer = gst_pad_new_from_template(template, name)
        else { return nil }
        pad = Pad(ObjectReference(sinking: pointer))  // transfer floating
        pad.passCapsQueries()
        gst_pad_set_activatemode_function_full(pointer, Self.activate, CallbackBox(slot).retained(), releaseCallbackBox)
        gst_pad_set_event_function_full(pointer, Self.event, CallbackBox(slot).retained(), releaseCallbackBox)
        gst_pad_set_query_function_full(pointer, Self.query, nil, nil)
        guard gst_element_add_pad(element.pointer, pointer) != 0 else { return nil }
    }

    /// Says who stands behind the pad. It is held weakly.
    package func setHandler(_ handler: any OutputPadHandler) { slot.set { [weak handler] in handler } }

    /// Hands a buffer downstream. Blocks for as long as downstream does.
    package func push(_ buffer: consuming Buffer) -> FlowReturn { FlowReturn(gst_pad_push(pad.pointer, buffer.take())) }

    /// Hands an event downstream. A serialized one may block.
    @discardableResult
    package func push(_ event: Event) -> Bool { gst_pad_push_event(pad.pointer, gst_event_ref(event.pointer)) != 0 }

    /// Has a sticky event pushed before the next buffer.
    package func keep(_ event: Event) { gst_pad_store_sticky_event(pad.pointer, event.pointer) }

    /// Ends the stream downstream.
    package func pushEndOfStream() { gst_pad_push_event(pad.pointer, gst_event_new_eos()) }

    /// Starts the task, or goes on with it. Does not block.
    package func startTask() {
        // No user data of its own: 1.22.0 leaks it where the task exists already (fixed in 1.22.1).
        gst_pad_start_task(
            pad.pointer,
            { userData in
                guard let pad = userData?.assumingMemoryBound(to: GstPad.self) else { return }
                OutputPad.handler(of: pad)?.work()
            }, pad.reference.raw, nil)
    }

    /// Keeps the task from going on, and waits for its round to end, unless called in it.
    package func pauseTask() { gst_pad_pause_task(pad.pointer) }

    private static func handler(of pad: UnsafeMutablePointer<GstPad>) -> (any OutputPadHandler)? {
        CallbackBox<HandlerSlot<any OutputPadHandler>>.payload(at: pad.pointee.eventdata)?.handler
    }

    private static let activate: GstPadActivateModeFunction = { pad, _, mode, active in
        guard let pad, mode == GST_PAD_MODE_PUSH else { return 0 }
        let handler = OutputPad.handler(of: pad)
        if active != 0 {
            handler?.activated()
            return 1
        }
        handler?.deactivating()
        let isStopped = gst_pad_stop_task(pad)
        handler?.deactivated()
        return isStopped
    }

    private static let event: GstPadEventFunction = { pad, parent, event in
        guard let pad, let event else { return 0 }
        if event.pointee.type == GST_EVENT_RECONFIGURE { OutputPad.handler(of: pad)?.reconfigured() }
        return gst_pad_event_default(pad, parent, event)
    }

    private static let query: GstPadQueryFunction = { pad, parent, query in
        guard let pad, let query, gst_pad_query_default(pad, parent, query) != 0 else { return 0 }
        if query.pointee.type == GST_QUERY_LATENCY {
            var (isLive, shortest) = (gboolean(0), GstClockTime(0))
            gst_query_parse_latency(query, &isLive, &shortest, nil)
            gst_query_set_latency(query, isLive, shortest, GstClockTime.max)
        }
        return 1
    }
}
