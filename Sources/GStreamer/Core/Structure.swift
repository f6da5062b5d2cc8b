import CGStreamer
import GLib

extension [String: BusEvent.Field] {
    /// A new `GstStructure` of these fields (transfer full).
    func makeStructure(named name: String) -> UnsafeMutablePointer<GstStructure>? {
        let structure = gst_structure_new_empty(name)
        for (field, value) in self {
            let converted =
                switch value {
                case .string(let string): GLib.Value(string)
                case .integer(let integer): GLib.Value(integer)
                case .double(let double): GLib.Value(double)
                case .bool(let bool): GLib.Value(bool)
                }
            converted.withPointer { gst_structure_set_value(structure, field, $0) }
        }
        return structure
    }
}

extension Element {
    /// Posts an element message on the bus: a name and plain fields.
    package func post(_ name: String, _ fields: [String: BusEvent.Field]) {
        gst_element_post_message(pointer, gst_message_new_element(reference.cast(), fields.makeStructure(named: name)))
    }

    /// Posts a warning; the pipeline goes on. - Parameter message: one sentence.
    package func postWarning(_ message: String) {
        let error = g_error_new_literal(gst_stream_error_quark(), gint(GST_STREAM_ERROR_FORMAT.rawValue), message)
        defer { g_error_free(error) }
        gst_element_post_message(pointer, gst_message_new_warning(reference.cast(), error, nil))
    }

    /// Posts an error, which ends the pipeline. - Parameters: an error domain's name; a code in it; one sentence;
    /// what only a developer wants to read; plain values that go with it.
    package func postError(
        domain: String, code: Int, message: String, debug: String? = nil, details: [String: BusEvent.Field] = [:]
    ) {
        let error = g_error_new_literal(g_quark_from_string(domain), gint(code), message)
        defer { g_error_free(error) }
        gst_element_post_message(
            pointer,
            gst_message_new_error_with_details(
                reference.cast(), error, debug, details.makeStructure(named: "details")))
    }
}

/// Codes of `GstResourceError` that elements of ours report.
package enum ResourceError: Sendable {
    case read, write, noSpaceLeft

    fileprivate var code: GstResourceError {
        switch self {
        case .read: GST_RESOURCE_ERROR_READ
        case .write: GST_RESOURCE_ERROR_WRITE
        case .noSpaceLeft: GST_RESOURCE_ERROR_NO_SPACE_LEFT
        }
    }
}

extension Element {
    /// Posts an error of the disk's.
    package func postError(_ kind: ResourceError, _ message: String) {
        postError(domain: "gst-resource-error-quark", code: Int(kind.code.rawValue), message: message)
    }

    /// Posts that the stream ended on a flow return that nobody upstream will report any more.
    package func postFlowError(_ flow: FlowReturn) {
        let reason = String(cString: gst_flow_get_name(flow.cValue))
        postError(
            domain: "gst-stream-error-quark", code: Int(GST_STREAM_ERROR_FAILED.rawValue),
            message: "Internal data stream error.", debug: "streaming stopped, reason \(reason)",
            details: ["flow-return": .integer(Int64(flow.cValue.rawValue))])
    }
}
