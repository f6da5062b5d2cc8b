import GLib
import GStreamer
import YAML

/// What all parts of the reader share while they read one file: the findings so far and the parameters' values.
final class ReadingContext {
    /// The files that are being read, from the graph that runs down to this one.
    let files: [String]
    /// What all files of one graph count together.
    let modules: ModuleCount
    private(set) var findings: [Finding] = []
    /// The parameters' values; a parameter without a usable value is declared and has none.
    var values: [String: String] = [:]
    var declared: [String] = []
    private(set) var used: Set<String> = []
    /// How many bytes of parameters' values may still be put in: a few lines could ask for more memory than there is.
    private var allowance = Limits.filledInBytes

    /// - Parameter outer: what reads the graph that uses this file as a module.
    init(file: String, within outer: ReadingContext? = nil) {
        files = (outer?.files ?? []) + [file]
        modules = outer?.modules ?? ModuleCount()
    }

    /// Where a file lies that this one names: beside it.
    func path(of name: String) -> String {
        var name = name[...]
        while name.hasPrefix("./") { name = name.dropFirst(2) }
        guard !name.hasPrefix("/"), let folder = files.last?.lastIndex(of: "/") else { return String(name) }
        return String((files.last ?? "")[...folder]) + name
    }

    /// What was found in a file that this one uses.
    func add(_ findings: [Finding]) { self.findings += findings }

    func error(at place: Place, _ message: String) {
        findings.append(Finding(.error, at: SourceLocation(place), message))
    }

    func error(at location: SourceLocation, _ message: String) {
        findings.append(Finding(.error, at: location, message))
    }

    func warning(at location: SourceLocation, _ message: String) {
        findings.append(Finding(.warning, at: location, message))
    }

    /// A text with its parameters filled in; nil where one has no value, which was told.
    func filledIn(_ node: Node) -> String? {
        guard let text = node.text else { return nil }
        return substitution(text, at: node.start) { name in
            guard declared.contains(name) else {
                error(at: node.start, unknownParameter(name, among: declared))
                return nil
            }
            used.insert(name)
            let value = values[name]
            allowance -= value?.utf8.count ?? 0
            if allowance < 0 {
                error(
                    at: node.start,
                    "with their parameters filled in, the texts are longer than \(Limits.filledInBytes) bytes")
                return nil
            }
            return value
        }
    }

    /// A text in which no parameter may stand: only `$${` is undone.
    func literal(_ node: Node, _ refusal: String) -> String? {
        guard let text = node.text else { return nil }
        return substitution(text, at: node.start) { _ in
            error(at: node.start, refusal)
            return nil
        }
    }

    func unknownParameter(_ name: String, among names: [String]) -> String {
        "there is no parameter \(Quotation.of(name))" + alternatives(to: name, among: names, "the file has")
    }

    private func substitution(_ text: String, at place: Place, value: (String) -> String?) -> String? {
        var result = ""
        var isComplete = true
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let close = rest.firstIndex(of: "}") else {
                    error(at: place, "'${' without a '}'; a '${' that is meant as such is written '$${'")
                    return nil
                }
                let name = String(rest[rest.index(dollar, offsetBy: 2)..<close])
                if let value = value(name) { result += value } else { isComplete = false }
                rest = rest[close...].dropFirst()
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return isComplete ? result + rest : nil
    }
}

/// How many modules one graph has read, in all its files.
final class ModuleCount {
    var count = 0
}

/// The end of a sentence about a wrong name: the nearest right one, and where they are few, all of them.
func alternatives(to name: String, among names: [String], _ introduction: String) -> String {
    let nearest = NameSuggestion.nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    if names.isEmpty { return "; \(introduction) none" }
    guard nearest.isEmpty else { return nearest }
    let some = names.prefix(12).joined(separator: ", ")
    return "; \(introduction) \(some)\(names.count > 12 ? ", …" : "")"
}

extension SourceLocation {
    init(_ place: Place) { self.init(file: place.file, line: place.line, column: place.column) }
}
