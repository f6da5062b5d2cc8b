import GLib

/// A request as the routes see it: the path in its parts, decoded, and the rest as it came.
struct Call: Sendable {
    var method: String
    /// The path's parts between slashes, percent-decoded after they were split.
    var path: [String]
    var query: [(name: String, value: String)]
    var headers: @Sendable (_ name: String) -> String?
    var body: Bytes

    func query(_ name: String) -> String? { query.last { $0.name == name }?.value }
    func queryList(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    static func split(_ rawPath: String) -> [String] {
        rawPath.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(decode)
    }

    /// Percent-decoding; what is no valid escape stays as it is.
    private static func decode(_ part: Substring) -> String {
        var bytes = [UInt8]()
        var rest = part.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
