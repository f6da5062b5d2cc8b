import CGStreamer

/// Media formats: `GstCaps`, of which this type only makes new ones and never changes any.
///
/// Sendable: immutable here, and the reference count is atomic.
package final class Caps: @unchecked Sendable, Equatable, CustomStringConvertible {
    let pointer: UnsafeMutablePointer<GstCaps>

    /// Takes over a reference that the caller owns (transfer full).
    init(adopting pointer: UnsafeMutablePointer<GstCaps>) { self.pointer = pointer }

    /// Parses caps as gst-launch writes them; nil where they are none.
    package convenience init?(_ text: String) {
        Registry.prepare()
        var pointer: UnsafeMutablePointer<GstCaps>?
        let isReadable =
            !text.utf8.contains(0)
            && Complaints.none {
                pointer = gst_caps_from_string(text)
                return true
            }
        guard let pointer else { return nil }
        self.init(adopting: pointer)
        guard isReadable else { return nil }
    }

    deinit { gst_caps_unref(pointer) }

    /// Whatever there is.
    package static func any() -> Caps { Caps(adopting: gst_caps_new_any()) }

    package var isAny: Bool { gst_caps_is_any(pointer) != 0 }
    package var isEmpty: Bool { gst_caps_is_empty(pointer) != 0 }

    /// The media types, as in `audio/x-raw`, each once.
    package var mediaTypes: [String] {
        guard !isAny else { return [] }
        var types: [String] = []
        for index in 0..<gst_caps_get_size(pointer) {
            guard let structure = gst_caps_get_structure(pointer, index), let name = gst_structure_get_name(structure)
            else { continue }
            let type = String(cString: name)
            if !types.contains(type) { types.append(type) }
        }
        return types
    }

    /// Whether everything in here is raw audio.
    package var isRawAudio: Bool { !isAny && !isEmpty && mediaTypes.allSatisfy { $0 == "audio/x-raw" } }

    /// Whether raw audio is among what is in here.
    package var allowsRawAudio: Bool { isAny || mediaTypes.contains("audio/x-raw") }

    /// Whether there is one structure, and each of its fields has one value.
    package var isFixed: Bool { gst_caps_is_fixed(pointer) != 0 }

    /// Whether all that is in here fits the others too, which have no field that is missing here: what an element asks of the
    /// caps of a stream that begins.
    package func isSubset(of other: Caps) -> Bool { gst_caps_is_subset(pointer, other.pointer) != 0 }

    package func canIntersect(_ other: Caps) -> Bool { gst_caps_can_intersect(pointer, other.pointer) != 0 }

    package func intersection(_ other: Caps) -> Caps {
        // First: the order of preference of the left side stays.
        Caps(adopting: gst_caps_intersect_full(pointer, other.pointer, GST_CAPS_INTERSECT_FIRST))
    }

    package func union(_ other: Caps) -> Caps {
        // Merging consumes both sides.
        Caps(adopting: gst_caps_merge(gst_caps_ref(pointer), gst_caps_ref(other.pointer)))
    }

    /// The same caps with some fields left open.
    func without(_ fields: [String]) -> Caps {
        guard !isAny, let copy = gst_caps_copy(pointer) else { return self }
        for index in 0..<gst_caps_get_size(copy) {
            let structure = gst_caps_get_structure(copy, index)
            for field in fields { gst_structure_remove_field(structure, field) }
        }
        return Caps(adopting: copy)
    }

    /// The fields of raw audio on which two caps cannot agree, each with what either side has: `rate=8000`.
    package func conflicts(with other: Caps) -> [(ours: String, theirs: String)] {
        let fields = ["format", "layout", "rate", "channels"]
        return fields.compactMap { field in
            let rest = fields.filter { $0 != field } + ["channel-mask"]
            let ours = without(rest)
            let theirs = other.without(rest)
            return ours.canIntersect(theirs) ? nil : (ours.values(of: field), theirs.values(of: field))
        }
    }

    /// What one field may be in any of the structures.
    private func values(of field: String) -> String {
        var values: [String] = []
        for index in 0..<gst_caps_get_size(pointer) {
            guard let value = gst_structure_get_value(gst_caps_get_structure(pointer, index), field),
                let text = gst_value_serialize(value)
            else { continue }
            defer { g_free(text) }
            let words = String(cString: text).split(separator: "(int)").joined().split(separator: "(string)").joined()
            if !values.contains(words) { values.append(words) }
        }
        return "\(field) \(values.prefix(8).joined(separator: ", "))\(values.count > 8 ? ", …" : "")"
    }

    package static func == (left: Caps, right: Caps) -> Bool { gst_caps_is_equal(left.pointer, right.pointer) != 0 }

    package var description: String {
        guard let text = gst_caps_to_string(pointer) else { return "" }
        defer { g_free(text) }
        return String(cString: text)
    }
}
