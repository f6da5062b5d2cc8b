import CGStreamer
import GLib

/// Properties that change along the stream's time: GStreamer's control bindings.
extension PropertySpec {
    /// Whether the property can follow the stream's time: a number, of which the element says that it is controllable.
    package var isControllable: Bool {
        let numbers: [GType] = [.float, .double, .int, .uint, .long, .ulong, .int64, .uint64]
        return pointer.pointee.flags.rawValue & ep_param_controllable != 0 && numbers.contains(fundamental)
    }

    /// The values of all points.
    func values(of points: [PropertyInput.Point]) throws(PropertyFailure) -> [Value] {
        guard isControllable else {
            throw PropertyFailure("it takes one value: it cannot change over time, since it is not controllable")
        }
        if points.isEmpty { throw PropertyFailure("there is no value") }
        for (point, next) in zip(points, points.dropFirst()) where next.time <= point.time {
            throw PropertyFailure("its times must ascend: \(next.time) comes after \(point.time)")
        }
        var values: [Value] = []
        for point in points { values.append(try value(from: .text(point.value))) }
        return values
    }

    /// Lets the property of an element or a pad follow the points, in straight lines. Its value is that of the first point.
    func automate(_ object: ObjectReference, _ points: [PropertyInput.Point]) throws(PropertyFailure) {
        let values = try values(of: points)
        guard let pointer = gst_interpolation_control_source_new(),  // transfer full
            let mode = PropertySpec.all(of: gst_interpolation_control_source_get_type()).first(where: {
                $0.name == "mode"
            })
        else { throw PropertyFailure("it cannot be automated") }
        let source = ObjectReference(adopting: UnsafeMutableRawPointer(pointer))
        let linear = try mode.value(from: .text("linear"))
        withExtendedLifetime((source, linear)) {
            g_object_set_property(source.cast(), "mode", linear.pointer)
            var timed = zip(points.map(\.time), values.map(Self.number)).map { ($0, $1) }
            // Before its first point a control source has no value.
            if let first = timed.first, first.0 > .zero { timed.insert((.zero, first.1), at: 0) }
            for (time, number) in timed {
                gst_timed_value_control_source_set(source.cast(), GstClockTime(time.clockTime), number)
            }
            let binding = gst_direct_control_binding_new_absolute(object.cast(), name, source.cast())
            gst_object_add_control_binding(object.cast(), binding)  // takes the floating reference
        }
    }

    /// Leaves the property as it is, where it follows points.
    func endAutomation(of object: ObjectReference) {
        guard let binding = gst_object_get_control_binding(object.cast(), name) else { return }  // transfer full
        gst_object_remove_control_binding(object.cast(), binding)
        gst_object_unref(binding)
    }

    /// A number of any type as a control source holds it.
    private static func number(_ value: Value) -> Double {
        let double = Value(type: .double)
        return withExtendedLifetime((value, double)) {
            _ = g_value_transform(value.pointer, double.pointer)
            return g_value_get_double(double.pointer)
        }
    }
}
