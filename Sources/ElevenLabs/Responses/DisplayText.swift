/// Text of unknown origin, made fit for one line of a terminal or a log.
package enum DisplayText {
    /// The text on one line: runs of blanks and control characters become one space, what can change the direction or
    /// the look of a terminal goes, and what is longer than the limit (in characters) ends in `…`.
    package static func line(_ text: String, limit: Int) -> String {
        var result = String.UnicodeScalarView()
        var pendingSpace = false
        // A character may be made of any number of scalars: the bound on them keeps a hostile text cheap.
        for scalar in text.unicodeScalars.prefix(limit * 8) {
            if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
                pendingSpace = !result.isEmpty
            } else if !isHidden(scalar) {
                if pendingSpace { result.append(" ") }
                pendingSpace = false
                result.append(scalar)
            }
        }
        let line = String(result)
        return line.count > limit ? String(line.prefix(max(limit - 1, 0))) + "…" : line
    }

    /// Format characters (directional overrides, zero-width marks), private use and unassigned code points; the joiners
    /// stay, since some scripts and emoji need them.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\u{200C}" || scalar == "\u{200D}" { return false }
        return switch scalar.properties.generalCategory {
        case .format, .privateUse, .unassigned, .surrogate: true
        default: false
        }
    }
}
