import GLib
import GStreamer

/// The installed elements, each looked up once for one check.
final class Catalogue {
    private var factories: [String: ElementFactory?] = [:]
    private var specs: [String: [PropertySpec]] = [:]
    private var allNames: [String]?
    private var natures: [String: StepNature] = [:]
    private var suggestions: [String: String?] = [:]

    func factory(_ name: String) -> ElementFactory? {
        if let known = factories[name] { return known }
        let factory = ElementFactory(named: name)
        factories[name] = .some(factory)
        return factory
    }

    /// The properties of an element; none where it is not installed or cannot be loaded.
    func properties(_ factory: String) -> [PropertySpec] {
        if let known = specs[factory] { return known }
        let properties = self.factory(factory)?.properties() ?? []
        specs[factory] = properties
        return properties
    }

    func property(_ name: String, of factory: String) -> PropertySpec? {
        properties(factory).first { $0.name == name }
    }

    /// What a step is like, looked up once for all steps that are alike.
    func nature(of step: Graph.Step) -> StepNature? {
        let key: String? =
            switch step {
            case .caps(let filter): filter.caps
            case .element(let element): element.factory == "capsfilter" ? nil : element.factory
            case .module: nil
            }
        if let key, let known = natures[key] { return known }
        let nature = StepNature(step, self)
        if let key { natures[key] = nature }
        return nature
    }

    /// The element that a name is nearest to; those that are installed come first.
    func suggestion(for name: String) -> String? {
        if let known = suggestions[name] { return known }
        // Each takes a walk through a thousand names: who has this many wrong ones has another problem.
        guard suggestions.count < 100 else { return nil }
        let nearest =
            NameSuggestion.nearest(to: name, among: names)
            ?? NameSuggestion.nearest(to: name, among: PackageTable.elements.sorted())
        suggestions[name] = .some(nearest)
        return nearest
    }

    /// The names of all installed elements.
    var names: [String] {
        if let allNames { return allNames }
        let names = Registry.elementNames()
        allNames = names
        return names
    }
}
