/// GStreamer 1.22 reads beyond the end of an array where a part of an encoding profile's text is empty, as in `audio/mpeg+`.
enum EncodingProfileText {
    /// Whether no part is empty. A backslash, with which one could become so, is in no profile that is meant.
    static func isReadable(_ text: String) -> Bool {
        var parts = [0]
        var last: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): return false
            case UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "|"): parts.append(0)
            case UInt8(ascii: ">") where last == UInt8(ascii: "-"):
                parts[parts.count - 1] -= 1
                parts.append(0)
            default: parts[parts.count - 1] += 1
            }
            last = byte
        }
        return parts.allSatisfy { $0 > 0 }
    }
}
