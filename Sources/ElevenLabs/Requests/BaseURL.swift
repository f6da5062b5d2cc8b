#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where the service is: scheme, host, and for a proxy a port and a path, without a slash at the end.
public struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// The normal form, as in `https://api.elevenlabs.io`.
    public let string: String
    /// Whether what is sent can be read on the way: `http` to another machine.
    public let isExposed: Bool

    /// The service's own address.
    public static let standard = BaseURL(normal: "https://api.elevenlabs.io")

    private init(normal: String) {
        string = normal
        isExposed = false
    }

    /// Checks and normalises an address: scheme and host in lower case, no port where it is the scheme's own, no slash
    /// at the end.
    /// - Throws: ``InvalidBaseURL`` for anything but `http` or `https` with a host, and for a user name, a password, a
    ///   query or a fragment, none of which belongs there.
    public init(_ text: String) throws(InvalidBaseURL) {
        let trimmed = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        guard trimmed.contains("://") else {
            throw InvalidBaseURL(text: text, reason: "it must begin with https:// or http://")
        }
        guard let parts = URLComponents(string: trimmed), trimmed.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw InvalidBaseURL(text: text, reason: "it is not a URL")
        }
        guard let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https" else {
            throw InvalidBaseURL(text: text, reason: "it must begin with https:// or http://")
        }
        guard parts.user == nil, parts.password == nil else {
            throw InvalidBaseURL(text: text, reason: "it must not hold a user name or password")
        }
        guard let host = parts.percentEncodedHost?.lowercased(), !host.isEmpty else {
            throw InvalidBaseURL(text: text, reason: "it has no host")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw InvalidBaseURL(text: text, reason: "it must not hold a query or a fragment")
        }
        if let port = parts.port, !(1...65535).contains(port) {
            throw InvalidBaseURL(text: text, reason: "its port must be 1 to 65535")
        }
        var path = parts.percentEncodedPath[...]
        while path.last == "/" { path.removeLast() }
        let ownPort = scheme == "https" ? 443 : 80
        let port = parts.port.flatMap { $0 == ownPort ? nil : ":\($0)" } ?? ""
        string = "\(scheme)://\(host)\(port)\(path)"
        isExposed = scheme == "http" && !BaseURL.isThisMachine(host)
    }

    /// The normal form.
    public var description: String { string }

    private static func isThisMachine(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }
}

/// An address that cannot be the service's.
public struct InvalidBaseURL: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was given, without a password it held.
    public let text: String
    /// What is wrong with it.
    public let reason: String

    /// What stands before an `@`, or behind a `?` or `#`, may be a password or a key, and is left out.
    init(text: String, reason: String) {
        let shown = text.prefix { $0 != "?" && $0 != "#" }
        if let at = shown.lastIndex(of: "@") {
            let scheme = shown.firstRange(of: "://").map { shown[..<$0.upperBound] } ?? ""
            self.text = scheme + "…" + shown[at...]
        } else {
            self.text = String(shown) + (shown.count < text.count ? "…" : "")
        }
        self.reason = reason
    }

    /// One sentence: what was given, and what is wrong with it.
    public var description: String { "\(DisplayText.line(text, limit: 200)) is not a base URL: \(reason)" }
}
