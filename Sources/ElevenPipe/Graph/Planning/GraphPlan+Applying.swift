package import GLib
import GStreamer

extension GraphPlan.ElementPlan {
    /// Sets the planned properties on the element, through the conversion that the checker used.
    ///
    /// A property of a request pad, such as `sink_0::volume`, asks for its pad; the link then takes that pad.
    package func apply(to element: ObjectReference) throws(GraphError) {
        try GraphPlan.apply(properties, to: element, named: factory)
    }
}

extension GraphPlan.LinkPlan {
    /// Sets the planned properties on the input pad.
    package func apply(to pad: ObjectReference) throws(GraphError) {
        try GraphPlan.apply(padProperties, to: pad, named: "\(to).\(toPad ?? "")")
    }
}

extension GraphPlan {
    fileprivate static func apply(
        _ properties: [PropertyPlan], to object: ObjectReference, named name: String
    ) throws(GraphError) {
        let inspection = ElementInspection(object)
        var findings: [Finding] = []
        for property in properties {
            guard let input = PropertyInput(property.value) else { continue }
            do throws(PropertyFailure) {
                try inspection.set(property.name, to: input)
            } catch {
                findings.append(Finding(.error, at: property.location, "'\(property.name)' of '\(name)': \(error)"))
            }
        }
        if !findings.isEmpty { throw GraphError(findings) }
    }
}
