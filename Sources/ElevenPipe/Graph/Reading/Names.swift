import GStreamer

/// The rules for the names that a graph file gives: to branches, elements and parameters.
enum Names {
    /// What is wrong with a name; nil where nothing is.
    static func problem(_ name: String, of what: String) -> String? {
        if name.isEmpty { return "a \(what) needs a name" }
        if name.contains("${") { return "parameters can stand in values, not in names" }
        if name.contains(".") { return "the \(what)'s name \(Quotation.of(name)) must not hold a dot" }
        let isValid = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" } && name.count <= 100
        guard isValid, let first = name.first, first.isLetter || first == "_" else {
            return
                "the \(what)'s name \(Quotation.of(name)) must begin with a letter and be made of letters, digits, '-' and '_'"
        }
        return nil
    }
}
