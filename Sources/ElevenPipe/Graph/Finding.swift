/// One thing the reader or the checker has to say about a graph, with its place.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// How much a finding weighs.
    public enum Severity: String, Sendable, Hashable {
        /// The graph cannot run.
        case error
        /// The graph runs, but perhaps not as it was meant.
        case warning
    }

    /// Whether it stops the graph from running.
    public var severity: Severity
    /// Where it is.
    public var location: SourceLocation
    /// What is wrong, and how to put it right.
    public var message: String

    /// Makes a finding.
    public init(_ severity: Severity, at location: SourceLocation, _ message: String) {
        self.severity = severity
        self.location = location
        // Messages repeat names and texts of the file, in which anything may stand.
        self.message = message.onOneLine
    }

    /// `file:line:column: error: message`, the form that editors understand.
    public var description: String { "\(location): \(severity.rawValue): \(message)" }
}

extension Sequence<Finding> {
    /// By place; two at one place stay in the order in which they were found. None twice.
    func sortedByPlace() -> [Finding] {
        var seen: Set<Finding> = []
        return enumerated()
            .filter { seen.insert($0.element).inserted }
            .sorted { ($0.element.location, $0.offset) < ($1.element.location, $1.offset) }
            .map(\.element)
    }

    var hasErrors: Bool { contains { $0.severity == .error } }
}

extension String {
    /// The text with a space for every control character and line end: fit for one line of a terminal.
    fileprivate var onOneLine: String {
        func breaks(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
        }
        guard unicodeScalars.contains(where: breaks) else { return self }
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars { line.append(breaks(scalar) ? " " : scalar) }
        return String(line)
    }
}
