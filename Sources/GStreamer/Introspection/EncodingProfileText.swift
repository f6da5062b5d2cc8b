/// Texts of encoding profiles that GStreamer 1.22 reads, and is the worse for.
enum EncodingProfileText {
    /// Whether every part is there and says something.
    ///
    /// It reads beyond the end of an array where a part is empty, as in `audio/mpeg+`, and encodebin, told to make `ANY`, calls
    /// functions with objects that are not there. A backslash, with which a part could become either, is in no profile that is meant.
    static func isReadable(_ text: String) -> Bool {
        guard !text.utf8.contains(UInt8(ascii: "\\")) else { return false }
        var parts: [String.UTF8View.SubSequence] = []
        var start = text.utf8.startIndex
        var last: UInt8 = 0
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            switch byte {
            case UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "|"):
                parts.append(text.utf8[start..<index])
                start = text.utf8.index(after: index)
            case UInt8(ascii: ">") where last == UInt8(ascii: "-"):
                parts.append(text.utf8[start..<index].dropLast())
                start = text.utf8.index(after: index)
            default: break
            }
            last = byte
        }
        parts.append(text.utf8[start...])
        return parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual("ANY".utf8) }
    }
}
