import CGStreamer
package import GLib
import Synchronization

/// Registers Swift classes as GstBin subclasses.
package enum ElementType {
    /// Makes an implementation known to GStreamer under its factory name, in this process. Does nothing the second time.
    package static func register(_ implementation: any ElementImplementation.Type) throws(GLibError) {
        try GStreamer.initialize()
        let metadata = implementation.metadata
        try registrationLock.withLock { (_) throws(GLibError) in
            guard g_type_from_name(metadata.typeName) == 0 else { return }
            let type = makeType(implementation, metadata)
            guard gst_element_register(nil, metadata.factory, guint(GST_RANK_NONE.rawValue), type) != 0 else {
                throw GLibError(
                    domain: "elevenpipe-registry", code: 0, message: "cannot register the element \(metadata.factory)")
            }
        }
    }

    private static func makeType(_ implementation: any ElementImplementation.Type, _ metadata: ElementMetadata) -> GType
    {
        var query = GTypeQuery()
        g_type_query(gst_bin_get_type(), &query)
        var info = GTypeInfo()
        info.class_size = guint16(query.class_size)
        info.instance_size = guint16(query.instance_size)
        // Types live as long as the process, so this box is never released.
        info.class_data = UnsafeRawPointer(CallbackBox(implementation).retained())
        info.class_init = initializeClass
        info.instance_init = initializeInstance
        return g_type_register_static(gst_bin_get_type(), metadata.typeName, &info, GTypeFlags(rawValue: 0))
    }
}

private let registrationLock = Mutex(())
private let implementationQuark = g_quark_from_string("elevenpipe-implementation")

private typealias ImplementationBox = CallbackBox<any ElementImplementation>
private typealias TypeBox = CallbackBox<any ElementImplementation.Type>

private let initializeClass: GClassInitFunc = { gClass, classData in
    guard let gClass, let implementation = TypeBox.payload(at: classData) else { return }
    let elementClass = gClass.assumingMemoryBound(to: GstElementClass.self)
    let objectClass = gClass.assumingMemoryBound(to: GObjectClass.self)
    g_type_set_qdata(
        gClass.assumingMemoryBound(to: GTypeClass.self).pointee.g_type, implementationQuark,
        UnsafeMutableRawPointer(mutating: classData))

    let metadata = implementation.metadata
    gst_element_class_set_metadata(
        elementClass, metadata.longName, metadata.classification, metadata.description, "elevenpipe")
    for template in implementation.padTemplates {
        guard let caps = gst_caps_from_string(template.caps) else { continue }
        gst_element_class_add_pad_template(
            elementClass,
            gst_pad_template_new(
                template.name, template.direction == .source ? GST_PAD_SRC : GST_PAD_SINK, GST_PAD_ALWAYS, caps))
        gst_caps_unref(caps)
    }
    objectClass.pointee.set_property = setProperty
    objectClass.pointee.get_property = getProperty
    for (index, property) in implementation.properties.enumerated() {
        g_object_class_install_property(objectClass, guint(index + 1), property.makeSpec())
    }
    elementClass.pointee.change_state = changeState
}

private let initializeInstance: GInstanceInitFunc = { instance, gClass in
    guard let instance, let gClass,
        let implementation = TypeBox.payload(
            at: g_type_get_qdata(gClass.assumingMemoryBound(to: GTypeClass.self).pointee.g_type, implementationQuark))
    else { return }
    let element = UnsafeMutableRawPointer(instance).assumingMemoryBound(to: GstElement.self)
    let object = implementation.init(element: UnownedElement(pointer: element))
    g_object_set_qdata_full(
        UnsafeMutableRawPointer(instance).assumingMemoryBound(to: GObject.self), implementationQuark,
        ImplementationBox(object).retained(), releaseCallbackBox)
}

private func implementation(of object: UnsafeMutableRawPointer) -> (any ElementImplementation)? {
    ImplementationBox.payload(at: g_object_get_qdata(object.assumingMemoryBound(to: GObject.self), implementationQuark))
}

private let setProperty:
    @convention(c) (UnsafeMutablePointer<GObject>?, guint, UnsafePointer<GValue>?, UnsafeMutablePointer<GParamSpec>?) ->
        Void = { object, id, value, _ in
            guard let object, let value, let target = implementation(of: object) else { return }
            let property = type(of: target).properties[Int(id) - 1]
            target.set(property, to: PropertyValue(value, kind: property.kind))
        }

private let getProperty:
    @convention(c) (
        UnsafeMutablePointer<GObject>?, guint, UnsafeMutablePointer<GValue>?, UnsafeMutablePointer<GParamSpec>?
    ) -> Void = { object, id, value, _ in
        guard let object, let value, let target = implementation(of: object) else { return }
        let property = type(of: target).properties[Int(id) - 1]
        (target.value(of: property) ?? property.defaultValue)?.write(to: value, kind: property.kind)
    }

private let changeState: @convention(c) (UnsafeMutablePointer<GstElement>?, GstStateChange) -> GstStateChangeReturn = {
    element, transition in
    guard let element else { return GST_STATE_CHANGE_FAILURE }
    let chainUp = { () -> StateChangeReturn in
        let parent = g_type_class_peek(gst_bin_get_type())?.assumingMemoryBound(to: GstElementClass.self)
        guard let change = parent?.pointee.change_state else { return .failure }
        return StateChangeReturn(change(element, transition))
    }
    guard let target = implementation(of: element) else { return chainUp().cValue }
    return target.changeState(StateTransition(transition), chainUp: chainUp).cValue
}

/// The Swift object behind an element that one of our types made; nil for every other element.
extension Element {
    package var implementation: (any ElementImplementation)? {
        ImplementationBox.payload(at: g_object_get_qdata(reference.pointer, implementationQuark))
    }
}
