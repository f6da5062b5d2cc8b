/// A body that is not the service's JSON: a page, a line of text, or bytes.
enum TextBody {
    /// What it says in one short line; nil for nothing.
    static func excerpt(_ bytes: [UInt8]) -> String? {
        let head = bytes.prefix(16 * 1024)
        guard !head.isEmpty else { return nil }
        if isBinary(head) { return "\(bytes.count) bytes that are not text" }
        var text = String(decoding: head, as: UTF8.self)
        if text.contains("<") { text = title(in: text) ?? withoutTags(text) }
        let line = DisplayText.line(text, limit: 200)
        return line.isEmpty ? nil : line
    }

    /// Text has no NUL and next to no other control characters, and is UTF-8 for the most part.
    private static func isBinary(_ bytes: ArraySlice<UInt8>) -> Bool {
        var odd = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar == "\0" { return true }
            let isBlank = scalar == "\n" || scalar == "\r" || scalar == "\t"
            if scalar == "\u{FFFD}" || (scalar.value < 32 && !isBlank) { odd += 1 }
        }
        return odd > 1 + bytes.count / 20
    }

    /// What stands in a page's title, which is where proxies write what happened.
    private static func title(in page: String) -> String? {
        let lower = page.lowercased()
        // Lower case may change lengths, so the places found are used only where it did not.
        guard lower.utf8.count == page.utf8.count,
            let start = lower.firstRange(of: "<title>"), let end = lower[start.upperBound...].firstRange(of: "</title>")
        else { return nil }
        let title = page[start.upperBound..<end.lowerBound]
        return title.contains { !$0.isWhitespace } ? String(title) : nil
    }

    private static func withoutTags(_ page: String) -> String {
        var text = ""
        var insideTag = false
        for character in page {
            switch character {
            case "<": insideTag = true
            case ">" where insideTag:
                insideTag = false
                text.append(" ")
            default: if !insideTag { text.append(character) }
            }
        }
        return text
    }
}
