import GLib

extension Graph.Step {
    /// Makes a step that is an element: any that is installed, by the name of its factory. A text with a `/` is a caps filter,
    /// as in a graph file.
    ///
    /// ```swift
    /// Step("audiotestsrc", name: "tone", ["wave": "sine", "freq": 440, "num-buffers": 100])
    /// ```
    /// - Parameters:
    ///   - factory: the factory's name.
    ///   - name: the element's own name; nil where the engine may choose one.
    ///   - properties: properties of the element, of its children (`child::name`) and pads (`sink_0::volume`).
    public init(_ factory: String, name: String? = nil, _ properties: KeyValuePairs<String, Graph.Value> = [:]) {
        self.init(factory, name: name, properties: properties.map { ($0.key, $0.value) })
    }

    init(_ factory: String, name: String?, properties: [(String, Graph.Value?)]) {
        let properties = properties.compactMap { name, value in value.map { Graph.Property(name, $0) } }
        self =
            factory.contains("/") && name == nil && properties.isEmpty
            ? .caps(Graph.CapsFilter(factory))
            : .element(Graph.Element(factory, name: name, properties: properties))
    }

    func placed(at location: SourceLocation) -> Graph.Step {
        guard self.location == .code else { return self }
        switch self {
        case .element(var element):
            element.location = location
            if element.name != nil { element.nameLocation = location }
            element.properties = element.properties.placed(at: location)
            return .element(element)
        case .caps(var filter):
            filter.location = location
            return .caps(filter)
        case .module(var module):
            module.location = location
            module.parameters = module.parameters.placed(at: location)
            return .module(module)
        }
    }
}

extension Graph.Value: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral {
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(value) }
    /// A number.
    public init(floatLiteral value: Double) { self.init(value) }
    /// true or false.
    public init(booleanLiteral value: Bool) { self.init(value) }

    /// A whole number.
    public init(_ value: Int) { self = .text(String(value)) }
    /// A number.
    public init(_ value: Double) { self = .text(String(value)) }
    /// true or false.
    public init(_ value: Bool) { self = .text(String(value)) }
    /// A list of texts.
    public init(texts: [String]) { self = .list(texts.map(Graph.Value.text)) }
    /// A time, as the seconds that our elements' properties count.
    public init(seconds value: Duration) { self.init(value.seconds) }
}
