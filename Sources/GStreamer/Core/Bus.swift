import CGStreamer
import GLib

/// The bus of one pipeline.
///
/// One sync handler turns each message into a value on the thread that posts it and drops the message, so that no message
/// keeps its element alive and no thread ever waits at the bus.
package final class Bus: Sendable {
    private let bus: ObjectReference

    /// Takes the pipeline's bus over. Do it once, before the first state change.
    ///
    /// - Parameter handler: called on the thread that posts, often a streaming thread: it must only put the value somewhere.
    package convenience init(of pipeline: Element, handler: @escaping @Sendable (BusEvent) -> Void) {
        let bus = ObjectReference(adopting: gst_element_get_bus(pipeline.pointer))  // transfer full
        self.init(bus, of: pipeline, handler)
    }

    /// A bus for elements that are in no bin yet. The bin that they come into takes its place.
    package convenience init(ofLoose elements: [Element], handler: @escaping @Sendable (BusEvent) -> Void) {
        self.init(ObjectReference(adopting: gst_bus_new()), of: nil, handler)  // transfer full
        for element in elements { gst_element_set_bus(element.pointer, bus.cast()) }
    }

    private init(
        _ bus: ObjectReference, of pipeline: Element?, _ handler: @escaping @Sendable (BusEvent) -> Void
    ) {
        self.bus = bus
        let box = CallbackBox(Listener(handler: handler, pipelineAddress: UInt(bitPattern: pipeline?.pointer)))
        gst_bus_set_sync_handler(
            bus.cast(),
            { _, message, userData in
                guard let message else { return GST_BUS_DROP }
                if let listener = CallbackBox<Listener>.payload(at: userData),
                    let event = BusEvent(message, pipelineAddress: listener.pipelineAddress)
                {
                    listener.handler(event)
                }
                // DROP leaves the message to its handler (gst_bus_post does not unref it then).
                gst_message_unref(message)
                return GST_BUS_DROP
            }, box.retained(), releaseCallbackBox)
    }

    /// Lets go of the handler. Messages posted later go nowhere.
    package func close() {
        gst_bus_set_flushing(bus.cast(), 1)
        gst_bus_set_sync_handler(bus.cast(), nil, nil, nil)
    }

    private struct Listener: Sendable {
        let handler: @Sendable (BusEvent) -> Void
        let pipelineAddress: UInt
    }
}

extension BusEvent {
    /// nil for what nobody here asks about, as the state changes of single elements, by far the most of all messages.
    init?(_ message: UnsafeMutablePointer<GstMessage>, pipelineAddress: UInt) {
        let source = message.pointee.src
        let isPipeline = UInt(bitPattern: source) == pipelineAddress
        switch message.pointee.type {
        case GST_MESSAGE_ERROR:
            self = .error(Report(message, parse: gst_message_parse_error, gst_message_parse_error_details))
        case GST_MESSAGE_WARNING:
            self = .warning(Report(message, parse: gst_message_parse_warning, gst_message_parse_warning_details))
        case GST_MESSAGE_EOS: self = .endOfStream
        case GST_MESSAGE_LATENCY: self = .latencyChanged
        case GST_MESSAGE_CLOCK_LOST: self = .clockLost
        case GST_MESSAGE_STATE_CHANGED:
            guard isPipeline else { return nil }
            var (old, new, pending) = (GST_STATE_NULL, GST_STATE_NULL, GST_STATE_NULL)
            gst_message_parse_state_changed(message, &old, &new, &pending)
            guard let from = State(old), let to = State(new) else { return nil }
            self = .stateChanged(from: from, to: to, pending: State(pending))
        case GST_MESSAGE_ELEMENT:
            guard let structure = gst_message_get_structure(message), let name = gst_structure_get_name(structure)
            else { return nil }
            if let forwarded = Self.forwardedMessage(in: structure) {
                defer { gst_message_unref(forwarded) }
                guard forwarded.pointee.type == GST_MESSAGE_EOS else { return nil }
                self = .sinkEnded(element: objectName(forwarded.pointee.src))
            } else {
                self = .element(
                    source: objectName(source), name: String(cString: name), fields: fieldsOfStructure(structure))
            }
        default: return nil
        }
    }

    /// The message that a bin with `message-forward` wrapped (transfer full).
    private static func forwardedMessage(
        in structure: UnsafePointer<GstStructure>
    ) -> UnsafeMutablePointer<GstMessage>? {
        guard gst_structure_has_name(structure, "GstBinForwarded") != 0,
            let value = gst_structure_get_value(structure, "message"), let boxed = g_value_get_boxed(value)
        else { return nil }
        return gst_message_ref(boxed.assumingMemoryBound(to: GstMessage.self))
    }
}

extension BusEvent.Report {
    fileprivate typealias Parse = (
        UnsafeMutablePointer<GstMessage>?, UnsafeMutablePointer<UnsafeMutablePointer<GError>?>?,
        UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>?
    ) -> Void
    fileprivate typealias ParseDetails = (
        UnsafeMutablePointer<GstMessage>?, UnsafeMutablePointer<UnsafePointer<GstStructure>?>?
    ) -> Void

    fileprivate init(
        _ message: UnsafeMutablePointer<GstMessage>, parse: Parse, _ parseDetails: ParseDetails
    ) {
        var error: UnsafeMutablePointer<GError>?
        var debug: UnsafeMutablePointer<gchar>?
        var structure: UnsafePointer<GstStructure>?
        parse(message, &error, &debug)
        parseDetails(message, &structure)
        let failure = error.map { GLibError(adopting: $0) }
        self.init(
            element: objectName(message.pointee.src),
            path: objectPath(message.pointee.src),
            ancestry: objectAncestry(message.pointee.src),
            domain: failure?.domain ?? "", code: failure?.code ?? 0, message: failure?.message ?? "unknown error",
            debug: debug.map { String(cString: $0) },
            details: structure.map { fieldsOfStructure($0) } ?? [:])
        g_free(debug)
    }
}

private func objectName(_ object: UnsafeMutablePointer<GstObject>?) -> String {
    guard let object, let name = gst_object_get_name(object) else { return "" }  // transfer full
    defer { g_free(name) }
    return String(cString: name)
}

private func objectPath(_ object: UnsafeMutablePointer<GstObject>?) -> String {
    guard let object, let path = gst_object_get_path_string(object) else { return "" }  // transfer full
    defer { g_free(path) }
    return String(cString: path)
}

private func objectAncestry(_ object: UnsafeMutablePointer<GstObject>?) -> [String] {
    var names: [String] = []
    var current = object.map { ObjectReference(retaining: $0) }
    while let object = current {
        let parent = gst_object_get_parent(object.cast()).map { ObjectReference(adopting: $0) }  // transfer full
        if parent != nil || names.isEmpty { names.append(objectName(object.cast())) }
        current = parent
    }
    return names
}

/// The fields of a structure that have a plain type.
func fieldsOfStructure(_ structure: UnsafePointer<GstStructure>) -> [String: BusEvent.Field] {
    var fields: [String: BusEvent.Field] = [:]
    for index in 0..<gst_structure_n_fields(structure) {
        guard let name = gst_structure_nth_field_name(structure, guint(index)),
            let raw = gst_structure_get_value(structure, name)
        else { continue }
        let value = Value(copying: raw)
        if let string = value.string {
            fields[String(cString: name)] = .string(string)
        } else if let bool = value.bool {
            fields[String(cString: name)] = .bool(bool)
        } else if let integer = value.integer {
            fields[String(cString: name)] = .integer(integer)
        } else if let double = value.double {
            fields[String(cString: name)] = .double(double)
        }
    }
    return fields
}
