import CGStreamer
package import GLib

/// A `GstElement`, bins and pipelines included.
///
/// Sendable: GStreamer's element functions are thread-safe; the ones that may block say so.
package final class Element: @unchecked Sendable {
    package let reference: ObjectReference

    /// A wrapper around a reference that the caller already turned into one of ours.
    package init(_ reference: ObjectReference) { self.reference = reference }

    /// Makes an element. - Parameters: the factory's name; the element's, which must be unique in its bin.
    /// - Throws: ``ElementError/notInstalled(factory:)``.
    package static func make(_ factory: String, named name: String? = nil) throws(ElementError) -> Element {
        guard let pointer = gst_element_factory_make(factory, name) else { throw .notInstalled(factory: factory) }
        return Element(ObjectReference(sinking: pointer))  // transfer floating
    }

    /// Makes a pipeline or a bin from a gst-launch line.
    package static func parse(launch line: String) throws(GLibError) -> Element {
        try GStreamer.initialize()
        let pointer = try throwing { gst_parse_launch(line, $0) }
        guard let pointer else { throw GLibError(domain: "gst_parse_error", code: 0, message: "nothing to build") }
        return Element(ObjectReference(sinking: pointer))  // transfer floating
    }

    package static func pipeline(named name: String) -> Element {
        Element(ObjectReference(sinking: gst_pipeline_new(name)))  // transfer floating
    }

    var pointer: UnsafeMutablePointer<GstElement> { reference.cast() }

    /// Whether two of these stand for one element.
    package func isSame(as other: Element) -> Bool { pointer == other.pointer }

    package var name: String {
        guard let name = gst_object_get_name(reference.cast()) else { return "" }  // transfer full
        defer { g_free(name) }
        return String(cString: name)
    }

    package var factoryName: String? {
        guard let factory = gst_element_get_factory(pointer),  // transfer none
            let name = gst_object_get_name(UnsafeMutableRawPointer(factory).assumingMemoryBound(to: GstObject.self))
        else { return nil }
        defer { g_free(name) }
        return String(cString: name)
    }

    /// Whether the element plays or writes what comes to it: it, or a bin's contents, end the way of the data.
    package var isSink: Bool { hasFlag(GST_ELEMENT_FLAG_SINK) }
    package var isSource: Bool { hasFlag(GST_ELEMENT_FLAG_SOURCE) }

    private func hasFlag(_ flag: GstElementFlags) -> Bool {
        reference.cast(to: GstObject.self).pointee.flags & guint(flag.rawValue) != 0
    }

    package var isBin: Bool { g_type_check_instance_is_a(reference.cast(), gst_bin_get_type()) != 0 }

    // MARK: States

    /// Goes to a state. May block for as long as an element takes to get there (opening a device, joining a thread):
    /// never call it in a task.
    @discardableResult
    package func setState(_ state: State) -> StateChangeReturn {
        let result = StateChangeReturn(gst_element_set_state(pointer, state.cValue))
        guard result == .async, isBin, state == .paused || state == .playing, isForgotten else { return result }
        // An aborted change begins again from where everybody is.
        gst_element_abort_state(pointer)
        return StateChangeReturn(gst_element_set_state(pointer, state.cValue))
    }

    /// Whether this bin believes that a change is under way of which nobody thinks any more. A bin whose children have all come
    /// where they should goes on from a thread of its own; set anew before that, 1.22 forgets that thread and waits for ever:
    /// neither PAUSED nor PLAYING is reached any more. Waits a moment for that thread, which may be on its way.
    private var isForgotten: Bool {
        for _ in 0..<50 {
            guard isBetweenSteps else { return false }
            g_usleep(1000)
        }
        return true
    }

    /// Whether a change has come to one of its steps and has another one before it.
    private var isBetweenSteps: Bool {
        let object: UnsafeMutablePointer<GstObject> = reference.cast()
        g_mutex_lock(&object.pointee.lock)
        defer { g_mutex_unlock(&object.pointee.lock) }
        let element = pointer.pointee
        return element.last_return == GST_STATE_CHANGE_ASYNC && element.pending_state != GST_STATE_VOID_PENDING
            && element.current_state == element.next_state
    }

    /// Brings an element added to a running bin to the bin's state; false where it does not go there.
    @discardableResult
    package func followParentState() -> Bool { gst_element_sync_state_with_parent(pointer) != 0 }

    /// Keeps the element in the state it has, whatever its bin does, or gives it back to the bin.
    package func lockState(_ isLocked: Bool) { gst_element_set_locked_state(pointer, isLocked ? 1 : 0) }

    // MARK: Bins

    /// Adds an element to this bin; false where the bin has one of that name.
    @discardableResult
    package func add(_ child: Element) -> Bool { gst_bin_add(reference.cast(), child.pointer) != 0 }

    /// Takes an element out of this bin. Its pads are unlinked; bring it to NULL before.
    package func remove(_ child: Element) { gst_bin_remove(reference.cast(), child.pointer) }

    /// Keeps this bin from being taken for a source for holding one: what is sent to all sources, as an end of stream, is
    /// then not sent to it.
    package func denyBeingSource() {
        gst_bin_set_suppressed_flags(reference.cast(), GstElementFlags(rawValue: GST_ELEMENT_FLAG_SOURCE.rawValue))
    }

    /// The element of a name in this bin or below.
    package func child(named name: String) -> Element? {
        gst_bin_get_by_name(reference.cast(), name).map { Element(ObjectReference(adopting: $0)) }  // transfer full
    }

    /// The elements below this bin, at any depth, that are sinks and not bins themselves.
    package var innermostSinks: [Element] { descendants.filter { $0.isSink && !$0.isBin } }

    /// Every element below this bin, at any depth.
    package var descendants: [Element] {
        isBin ? objects(of: gst_bin_iterate_recurse(reference.cast())).map(Element.init) : []
    }

    // MARK: Pads

    package func pad(named name: String) -> Pad? {
        gst_element_get_static_pad(pointer, name).map { Pad(ObjectReference(adopting: $0)) }  // transfer full
    }

    /// Asks for a new pad of a template.
    package func requestPad(template: String) -> Pad? {
        gst_element_request_pad_simple(pointer, template).map { Pad(ObjectReference(adopting: $0)) }  // transfer full
    }

    /// Gives a pad back that was asked for.
    package func releasePad(_ pad: Pad) { gst_element_release_request_pad(pointer, pad.pointer) }

    /// The pads that exist now, in the direction asked for.
    package func pads(_ direction: Pad.Direction) -> [Pad] {
        objects(
            of: direction == .source ? gst_element_iterate_src_pads(pointer) : gst_element_iterate_sink_pads(pointer)
        )
        .map(Pad.init)
    }

    /// What a `GstIterator` gives (transfer full), from the start again whenever the list changes under it.
    private func objects(of iterator: UnsafeMutablePointer<GstIterator>?) -> [ObjectReference] {
        guard let iterator else { return [] }
        defer { gst_iterator_free(iterator) }
        var found: [ObjectReference] = []
        var item = GValue()
        while true {
            switch gst_iterator_next(iterator, &item) {
            case GST_ITERATOR_OK:
                if let object = g_value_get_object(&item) { found.append(ObjectReference(retaining: object)) }
                g_value_reset(&item)
            case GST_ITERATOR_RESYNC:
                found.removeAll()
                gst_iterator_resync(iterator)
            default:
                if item.g_type != 0 { g_value_unset(&item) }
                return found
            }
        }
    }

    /// Links two elements of one bin, by pads where they are named; false where the caps or the pads do not allow it.
    package func link(pad: String? = nil, to other: Element, pad otherPad: String? = nil) -> Bool {
        gst_element_link_pads(pointer, pad, other.pointer, otherPad) != 0
    }

    /// Adds an element's pad to this bin's outside. Use it while a subclass is being built.
    package func expose(_ pad: Pad, as name: String, template: String) -> Bool {
        guard let template = gst_element_get_pad_template(pointer, template),
            let ghost = gst_ghost_pad_new_from_template(name, pad.pointer, template)
        else { return false }
        return gst_element_add_pad(pointer, ghost) != 0
    }

    // MARK: Queries, events, signals

    /// How far the element has played, in stream time.
    package var position: Duration? {
        var position: gint64 = 0
        guard gst_element_query_position(pointer, GST_FORMAT_TIME, &position) != 0, position >= 0 else { return nil }
        return .nanoseconds(Int64(position))
    }

    package var duration: Duration? {
        var duration: gint64 = 0
        guard gst_element_query_duration(pointer, GST_FORMAT_TIME, &duration) != 0, duration >= 0 else { return nil }
        return .nanoseconds(Int64(duration))
    }

    /// Sends an end-of-stream event into the element. May block behind queued data, and for ever on a PAUSED pipeline.
    @discardableResult
    package func sendEndOfStream() -> Bool { gst_element_send_event(pointer, gst_event_new_eos()) != 0 }

    /// Seeks with a flush to a time; false where nobody could. Blocks.
    package func seek(to time: Duration) -> Bool {
        gst_element_seek_simple(pointer, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, gint64(time.clockTime)) != 0
    }

    /// Distributes a changed latency to every element. May block.
    package func recalculateLatency() { gst_bin_recalculate_latency(reference.cast()) }

    /// Calls a closure from whichever thread adds a pad to the element. The element keeps the closure until it goes.
    package func onPadAdded(_ body: @escaping @Sendable (Pad) -> Void) {
        let handler:
            @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = {
                _, pad, userData in
                guard let pad else { return }
                CallbackBox<@Sendable (Pad) -> Void>.payload(at: userData)?(Pad(ObjectReference(retaining: pad)))
            }
        connect("pad-added", unsafeBitCast(handler, to: GCallback.self), CallbackBox(body).retained())
    }

    /// Calls a closure when an element says that no further pads will come.
    package func onNoMorePads(_ body: @escaping @Sendable () -> Void) {
        let handler: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, userData in
            CallbackBox<@Sendable () -> Void>.payload(at: userData)?()
        }
        connect("no-more-pads", unsafeBitCast(handler, to: GCallback.self), CallbackBox(body).retained())
    }

    private func connect(_ signal: String, _ handler: GCallback, _ userData: UnsafeMutableRawPointer) {
        g_signal_connect_data(
            reference.raw, signal, handler, userData, releaseCallbackBoxClosure, GConnectFlags(rawValue: 0))
    }

    // MARK: Properties

    /// Sets a property from a value of its type. The name and type must have been checked: GLib only warns.
    package func set(_ property: String, _ value: Value) {
        value.withPointer { g_object_set_property(reference.pointer, property, $0) }
    }

    /// A property's value; nil where there is none of that name.
    package func get(_ property: String) -> Value? {
        let objectClass = UnsafeMutableRawPointer(reference.pointer.pointee.g_type_instance.g_class)
        guard let spec = g_object_class_find_property(objectClass?.assumingMemoryBound(to: GObjectClass.self), property)
        else { return nil }
        let value = Value(type: spec.pointee.value_type)
        value.withPointer { g_object_get_property(reference.pointer, property, $0) }
        return value
    }
}

/// Why an element could not be made.
package enum ElementError: Error, Sendable, Equatable {
    case notInstalled(factory: String)
}
