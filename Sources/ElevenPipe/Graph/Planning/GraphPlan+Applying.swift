package import GLib
import GStreamer

extension GraphPlan.ElementPlan {
    /// Sets the planned properties on the element, through the conversion that the checker used.
    ///
    /// A property of a request pad, such as `sink_0::volume`, asks for its pad; the link then takes that pad.
    package func apply(to element: ObjectReference) throws(GraphError) {
        let inspection = ElementInspection(element)
        var findings: [Finding] = []
        for property in properties {
            guard let input = PropertyInput(property.value) else { continue }
            do throws(PropertyFailure) {
                try inspection.set(property.name, to: input)
            } catch {
                findings.append(Finding(.error, at: property.location, "'\(property.name)' of '\(factory)': \(error)"))
            }
        }
        if !findings.isEmpty { throw GraphError(findings) }
    }
}
