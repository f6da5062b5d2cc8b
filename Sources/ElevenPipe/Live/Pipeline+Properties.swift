import GLib
import GStreamer
import Synchronization

extension Pipeline {
    /// Changes a property of an element while the pipeline runs.
    ///
    /// ```swift
    /// try await pipeline.set("volume", on: "music", to: "-18dB")
    /// try await pipeline.set("sink_1::volume", on: "desk", to: 0.5)
    /// ```
    /// A value over time (``Graph/Value/automation(_:)``) counts in the stream's time; any other ends one that was set before.
    /// - Parameters:
    ///   - property: the property's name, perhaps `pad::name` or `child::name`.
    ///   - name: the element's name; or that of a branch in which one element alone has the property.
    ///   - value: read as in a graph file, and held against the property's type and range.
    /// - Throws: ``PipelineError`` with code `invalid-graph` where there is no such element or property, where the value does not
    ///   fit, and where the property can only be set before the start; nothing is changed then. The same where the pipeline
    ///   does not run.
    public func set(_ property: String, on name: String, to value: Graph.Value) async throws(PipelineError) {
        guard let built = built.withLock({ $0 }) else {
            throw refusal(property, name, "the pipeline does not run")
        }
        let candidates = try candidates(property, name)
        // Not in a task: an element may wait for its streaming thread.
        let result = await controlQueue.run { () -> Result<Void, PropertyFailure> in
            Result { () throws(PropertyFailure) in
                guard let input = PropertyInput(value) else { throw PropertyFailure("there is no value to set") }
                var failure = PropertyFailure("there is no such element")
                for candidate in candidates {
                    guard let element = built.elements[candidate] else { continue }
                    let inspection = ElementInspection(element.reference)
                    do throws(PropertyFailure) { _ = try inspection.target(property) } catch {
                        failure = error
                        continue
                    }
                    return try inspection.change(property, to: input)
                }
                throw failure
            }
        }
        do { try result.get() } catch { throw refusal(property, name, error.description) }
    }

    /// The elements that a name stands for: one, or those of a branch that have the property.
    private func candidates(_ property: String, _ name: String) throws(PipelineError) -> [String] {
        let plan = graph.plan
        if plan.elements.contains(where: { $0.name == name }) { return [name] }
        let branch = plan.elements.filter { $0.branch == name && !$0.isInserted }
        if branch.isEmpty {
            let names = plan.elements.map(\.name) + Set(plan.elements.map(\.branch)).sorted()
            let nearest = NameSuggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            throw refusal(
                property, name,
                "there is no element and no branch of this name; "
                    + (nearest ?? "there are \(names.joined(separator: ", "))"))
        }
        let catalogue = Catalogue()
        let owners = branch.filter { element in
            property.contains("::") || catalogue.property(property, of: element.factory) != nil
        }.map(\.name)
        if owners.count > 1, !property.contains("::") {
            throw refusal(
                property, name, "several elements of the branch have it: \(owners.joined(separator: ", ")); name one")
        }
        return owners.isEmpty ? branch.prefix(1).map(\.name) : owners
    }

    private func refusal(_ property: String, _ name: String, _ reason: String) -> PipelineError {
        PipelineError(
            .invalidGraph, "'\(property)' of '\(name)' cannot be set: \(reason)",
            location: graph.plan.elements.first { $0.name == name }?.location, element: name)
    }
}
