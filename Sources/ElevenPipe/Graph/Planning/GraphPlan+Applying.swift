package import GLib

extension GraphPlan.ElementPlan {
    /// Sets the planned properties on the element, through the conversion that the checker used.
    package func apply(to element: ObjectReference) throws(GraphError) {
    }
}
