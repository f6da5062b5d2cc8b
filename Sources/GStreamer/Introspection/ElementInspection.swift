import CGStreamer
package import GLib

/// An element that exists: its children and pads, properties and caps.
///
/// The checker makes elements that never leave NULL; the pipeline's builder hands over those it builds with.
package struct ElementInspection {
    /// A property and the object that has it: the element itself, a child, or a pad.
    package struct Target {
        package let object: ObjectReference
        package let spec: PropertySpec
    }

    private let element: ObjectReference

    /// Looks at an element that somebody else made.
    package init(_ element: ObjectReference) { self.element = element }

    /// Makes an element to look at; nil where its factory makes none.
    package init?(factory: String) {
        Registry.prepare()
        guard !factory.utf8.contains(0), let pointer = gst_element_factory_make(factory, nil) else { return nil }
        element = ObjectReference(sinking: UnsafeMutableRawPointer(pointer))
    }

    /// Finds a property by its name, perhaps as `child::name` or `pad::name`. A request pad is asked for.
    package func target(_ path: String) throws(PropertyFailure) -> Target {
        let parts = path.split(separator: "::", omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.last, !parts.contains(""), !path.utf8.contains(0) else {
            throw PropertyFailure("\(Quotation.of(path)) is not a property's name")
        }
        var object = element
        for part in parts.dropLast() { object = try Self.child(part, of: object) }
        let specs = PropertySpec.all(of: Self.type(of: object))
        guard let spec = specs.first(where: { $0.name == name }) else {
            let names = specs.map(\.name)
            let nearest = NameSuggestion.nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw PropertyFailure("there is no property \(Quotation.of(name))\(nearest)")
        }
        return Target(object: object, spec: spec)
    }

    /// Sets a property to a converted text or list.
    package func set(_ path: String, to input: PropertyInput) throws(PropertyFailure) {
        let target = try target(path)
        try target.spec.requireSettable()
        let value = try target.spec.value(from: input)
        // Alive until the call is over: Swift may let go of what only a pointer still stands for.
        withExtendedLifetime((target, value)) {
            g_object_set_property(target.object.cast(), target.spec.name, value.pointer)
        }
        if case .automation(let points) = input { try target.spec.automate(target.object, points) }
    }

    /// Sets a property of an element that runs, to a converted text or list.
    package func change(_ path: String, to input: PropertyInput) throws(PropertyFailure) {
        let target = try target(path)
        try target.spec.requireChangeable()
        let hasTimes = if case .automation = input { true } else { false }
        if !hasTimes { _ = try target.spec.value(from: input) }
        // A value over time would soon be back.
        target.spec.endAutomation(of: target.object)
        try set(path, to: input)
    }

    /// The caps that the element can give on the pad that is there from the start, its properties being set.
    package func outputCaps() -> Caps? {
        guard let first = element.cast(to: GstElement.self).pointee.srcpads?.pointee.data else { return nil }
        let pad = ObjectReference(retaining: first)
        return withExtendedLifetime(pad) {
            guard let pointer = gst_pad_query_caps(pad.cast(), nil) else { return nil }
            let answer = Caps(adopting: pointer)
            // An appsrc answers the query only once data flows; before that, its property says what will.
            guard let announced = Self.announcedCaps(behind: pad), announced.canIntersect(answer) else { return answer }
            return announced.intersection(answer)
        }
    }

    /// What the element behind a pad, perhaps inside a bin, has in a property `caps`.
    private static func announcedCaps(behind pad: ObjectReference) -> Caps? {
        var inner = pad
        while type(of: inner).isA(gst_ghost_pad_get_type()), let target = gst_ghost_pad_get_target(inner.cast()) {
            inner = ObjectReference(adopting: UnsafeMutableRawPointer(target))
        }
        let owner = withExtendedLifetime(inner) { gst_pad_get_parent_element(inner.cast()) }
        guard let owner else { return nil }
        let element = ObjectReference(adopting: UnsafeMutableRawPointer(owner))
        let specs = PropertySpec.all(of: type(of: element))
        guard specs.contains(where: { $0.name == "caps" && $0.isReadable && $0.type == gst_caps_get_type() }) else {
            return nil
        }
        let value = Value(type: gst_caps_get_type())
        return withExtendedLifetime((element, value)) {
            g_object_get_property(element.cast(), "caps", value.pointer)
            guard let caps = gst_value_get_caps(value.pointer) else { return nil }
            // The value keeps its reference; this one is ours.
            return Caps(adopting: gst_caps_ref(UnsafeMutablePointer(mutating: caps)))
        }
    }

    private static func type(of object: ObjectReference) -> GType {
        object.cast(to: GTypeInstance.self).pointee.g_class.pointee.g_type
    }

    private static func child(_ name: String, of object: ObjectReference) throws(PropertyFailure) -> ObjectReference {
        let type = type(of: object)
        let proxy = object.opaque
        if type.isA(gst_child_proxy_get_type()), let child = gst_child_proxy_get_child_by_name(proxy, name) {
            return ObjectReference(adopting: UnsafeMutableRawPointer(child))
        }
        if type.isA(gst_element_get_type()) {
            let element = object.cast(to: GstElement.self)
            if let pad = gst_element_get_static_pad(element, name) {
                return ObjectReference(adopting: UnsafeMutableRawPointer(pad))
            }
            if fitsRequestTemplate(name, of: element), let pad = gst_element_request_pad_simple(element, name) {
                return ObjectReference(adopting: UnsafeMutableRawPointer(pad))
            }
        }
        throw PropertyFailure("there is no child or pad \(Quotation.of(name))\(childNames(of: object))")
    }

    private static func childNames(of object: ObjectReference) -> String {
        guard type(of: object).isA(gst_child_proxy_get_type()) else { return "" }
        let names = (0..<gst_child_proxy_get_children_count(object.opaque)).compactMap { index -> String? in
            guard let child = gst_child_proxy_get_child_by_index(object.opaque, index) else { return nil }
            let reference = ObjectReference(adopting: UnsafeMutableRawPointer(child))
            guard let name = withExtendedLifetime(reference, { gst_object_get_name($0.cast()) }) else { return nil }
            defer { g_free(name) }
            return String(cString: name)
        }
        return names.isEmpty ? "" : "; there are \(names.joined(separator: ", "))"
    }

    /// Whether a pad name is one that a request template makes: asking for another name would give another pad.
    private static func fitsRequestTemplate(_ name: String, of element: UnsafeMutablePointer<GstElement>) -> Bool {
        var node = gst_element_get_pad_template_list(element)
        while let current = node {
            node = current.pointee.next
            guard let template = current.pointee.data?.assumingMemoryBound(to: GstPadTemplate.self),
                template.pointee.presence == GST_PAD_REQUEST, let pattern = template.pointee.name_template
            else { continue }
            if PadTemplate.name(name, fits: String(cString: pattern)) { return true }
        }
        return false
    }
}

extension PropertySpec {
    /// Refuses what can never be set on an element that exists.
    package func requireSettable() throws(PropertyFailure) {
        if !isWritable { throw PropertyFailure("it is read-only") }
        if isConstructOnly { throw PropertyFailure("it can only be set while the element is being made") }
    }

    /// Refuses what an element says cannot be set while it runs. One that says nothing (most of GStreamer's own) is believed
    /// to take it.
    package func requireChangeable() throws(PropertyFailure) {
        try requireSettable()
        let flags = pointer.pointee.flags.rawValue
        let early = ep_param_mutable_ready | ep_param_mutable_paused
        if flags & early != 0, flags & ep_param_mutable_playing == 0 {
            throw PropertyFailure("it can only be set before the start")
        }
    }
}

extension PadTemplate {
    /// Whether a pad's name fits a pattern such as `sink_%u`.
    package static func name(_ name: String, fits pattern: String) -> Bool {
        guard let mark = pattern.firstIndex(of: "%") else { return name == pattern }
        let head = pattern[..<mark]
        guard name.hasPrefix(head) else { return false }
        let rest = name.dropFirst(head.count)
        let conversion = pattern[mark...]
        if conversion.hasPrefix("%s") { return !rest.isEmpty }
        let isDigit: (UInt8) -> Bool =
            conversion.hasSuffix("x")
            ? { (48...57).contains($0) || (97...102).contains($0) } : { (48...57).contains($0) }
        return !rest.isEmpty && rest.utf8.allSatisfy(isDigit) && rest.count < 10
    }
}
