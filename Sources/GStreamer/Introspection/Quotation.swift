/// How messages repeat what somebody wrote: on one line, not too long, and never a key.
package enum Quotation {
    private static let longest = 60

    /// The text in single quotes; a text that looks like a key of the service is not repeated.
    package static func of(_ text: String) -> String {
        if looksLikeKey(text) { return "the value" }
        let line = text.prefix(longest + 1).map { $0.isNewline ? " " : $0 }
        return line.count > longest ? "'\(String(line.prefix(longest)))…'" : "'\(String(line))'"
    }

    /// Whether a text holds a key of the service: `sk_` and many hexadecimal digits.
    package static func holdsKey(_ text: String) -> Bool {
        var digits = 0
        var tail: [UInt8] = []
        for byte in text.utf8 {
            if digits > 0 || tail == Array("sk_".utf8) {
                digits = isHexadecimal(byte) ? digits + 1 : 0
                if digits >= 24 { return true }
            }
            if tail.count == 3 { tail.removeFirst() }
            tail.append(byte)
        }
        return false
    }

    /// Whether a text may be a key: those of the first years were 32 digits and nothing else.
    private static func looksLikeKey(_ text: String) -> Bool {
        holdsKey(text) || (text.utf8.count == 32 && text.utf8.allSatisfy(isHexadecimal))
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
    }
}
