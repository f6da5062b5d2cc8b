import GStreamer

/// The installed elements, each looked up once for one check.
final class Catalogue {
    private var factories: [String: ElementFactory?] = [:]
    private var specs: [String: [PropertySpec]] = [:]
    private var allNames: [String]?

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

    /// The names of all installed elements.
    var names: [String] {
        if let allNames { return allNames }
        let names = Registry.elementNames()
        allNames = names
        return names
    }
}
