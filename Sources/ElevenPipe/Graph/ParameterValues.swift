/// Values for a graph's parameters, from the command line or from a program. They are literal: nothing in them is expanded.
public struct ParameterValues: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// One value and where it came from.
    public struct Setting: Sendable, Equatable {
        /// The value, exactly as given.
        public var text: String
        /// Who gave it, as messages name it: `--set text`.
        public var origin: String
        /// Where a graph file gives it; nil where it comes from outside.
        var location: SourceLocation?
    }

    /// The values by parameter name.
    public private(set) var values: [String: Setting] = [:]

    /// Where the graph is used as a module; nil for the graph that runs.
    let usage: SourceLocation?

    /// No values.
    public init() { usage = nil }

    /// No values for a module yet. - Parameter location: where it is used.
    init(usedAt location: SourceLocation) { usage = location }

    /// Values from a program.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (name, text) in elements { set(name, to: text, origin: "the program") }
    }

    /// Sets a parameter; the last one wins.
    public mutating func set(_ name: String, to text: String, origin: String) {
        values[name] = Setting(text: text, origin: origin)
    }

    /// Sets a parameter of a module.
    mutating func set(_ name: String, to text: String, origin: String, at location: SourceLocation) {
        values[name] = Setting(text: text, origin: origin, location: location)
    }

    /// Sets a parameter to what a file holds, to the last byte; `-` is standard input.
    public mutating func set(_ name: String, contentsOf path: String, origin: String) throws(GraphError) {
        let location = SourceLocation(file: path == "-" ? "standard input" : path)
        let bytes = try GraphFile.bytes(of: path, limit: GraphFile.largestText)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw GraphError([Finding(.error, at: location, "the text for parameter '\(name)' is not UTF-8")])
        }
        set(name, to: text, origin: origin)
    }
}
