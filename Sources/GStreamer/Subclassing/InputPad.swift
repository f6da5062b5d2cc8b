import CGStreamer
import GLib

/// Takes what comes to a sink pad of an element written in Swift.
///
/// `chain` and the serialized events are called on streaming threads, one after the other, and may block; flushes may come
/// from any thread at any time, also while `chain` blocks, and must not. Whoever blocks in `chain` must end that by itself on
/// ``PadEvent/flushStart``, and before the parent's PAUSED->READY (call `chainUp` afterwards), which waits for `chain`.
package protocol StreamReceiver: AnyObject, Sendable {
    /// Takes a buffer. Between flush-start and flush-stop, and outside PAUSED and PLAYING, GStreamer calls it no more.
    func chain(_ buffer: consuming Buffer) -> FlowReturn

    /// Takes an event, which it may pass on. Nothing is forwarded by itself.
    /// - Returns: whether the event was understood; false for caps is "not negotiated".
    func take(_ event: Event) -> Bool
}

/// A receiver to which events are values: what comes ends there.
package protocol InputPadHandler: StreamReceiver {
    /// - Returns: whether the event was understood; false for caps is "not negotiated". Nothing is forwarded by itself.
    func event(_ event: PadEvent) -> Bool
}

extension InputPadHandler {
    package func take(_ event: Event) -> Bool { self.event(event.content) }
}

/// A sink pad of the element itself (no ghost pad), whose data goes to a handler.
package final class InputPad: Sendable {
    /// What becomes of the queries of those upstream. A proposal of buffers (ALLOCATION) is always refused, as is every other
    /// query that waits for its turn among the buffers.
    package enum Queries: Sendable {
        /// Caps queries are answered from the template, and every other one is refused: what lies behind the handler is no
        /// business of those upstream. GStreamer refuses caps outside of the template.
        case answeredHere
        /// They go on to what is linked to the element's source pads.
        case passedOn
    }

    package let pad: Pad
    private let slot = HandlerSlot<any StreamReceiver>()

    /// Makes the pad of a template and adds it to the element. Use it while a subclass is being built; nil where the element
    /// has no such template, or a pad of this name.
    package init?(of element: UnownedElement, template name: String, queries: Queries = .answeredHere) {
        guard let template = gst_element_get_pad_template(element.pointer, name),
            let pointer = gst_pad_new_from_template(template, name)
        else { return nil }
        pad = Pad(ObjectReference(sinking: pointer))  // transfer floating
        gst_pad_set_chain_function_full(pointer, Self.chain, CallbackBox(slot).retained(), releaseCallbackBox)
        gst_pad_set_event_function_full(pointer, Self.event, CallbackBox(slot).retained(), releaseCallbackBox)
        switch queries {
        case .answeredHere: gst_pad_set_query_function_full(pointer, Self.answerCapsQueries, nil, nil)
        case .passedOn:
            pad.passCapsQueries()
            gst_pad_set_query_function_full(pointer, Self.passQueries, nil, nil)
        }
        guard gst_element_add_pad(element.pointer, pointer) != 0 else { return nil }
    }

    /// Says who takes what comes. It is held weakly; while there is none, the pad is flushing.
    package func setHandler(_ handler: any StreamReceiver) { slot.set { [weak handler] in handler } }

    // The default function for buffer lists calls this one for each buffer.
    private static let chain: GstPadChainFunction = { pad, _, buffer in
        guard let pad, let buffer else { return GST_FLOW_ERROR }
        let taken = Buffer(adopting: buffer)  // transfer full
        guard let handler = InputPad.handler(at: pad.pointee.chaindata) else { return GST_FLOW_FLUSHING }
        return handler.chain(taken).cValue
    }

    private static let event: GstPadEventFunction = { pad, _, event in
        guard let pad, let event else { return 0 }
        let taken = Event(adopting: event)  // transfer full
        guard let handler = InputPad.handler(at: pad.pointee.eventdata) else { return 0 }
        return handler.take(taken) ? 1 : 0
    }

    private static func handler(at userData: UnsafeMutableRawPointer?) -> (any StreamReceiver)? {
        CallbackBox<HandlerSlot<any StreamReceiver>>.payload(at: userData)?.handler
    }

    private static let answerCapsQueries: GstPadQueryFunction = { pad, parent, query in
        guard let pad, let query else { return 0 }
        switch query.pointee.type {
        case GST_QUERY_CAPS, GST_QUERY_ACCEPT_CAPS: return gst_pad_query_default(pad, parent, query)
        default: return 0
        }
    }

    private static let passQueries: GstPadQueryFunction = { pad, parent, query in
        guard let pad, let query,
            gst_query_type_get_flags(query.pointee.type).rawValue & GST_QUERY_TYPE_SERIALIZED.rawValue == 0
        else { return 0 }
        return gst_pad_query_default(pad, parent, query)
    }
}

extension Pad {
    /// Lets caps queries go through the element, as where it changes nothing (`GST_PAD_SET_PROXY_CAPS`).
    func passCapsQueries() {
        reference.cast(to: GstObject.self).pointee.flags |= guint(GST_PAD_FLAG_PROXY_CAPS.rawValue)
    }
}
