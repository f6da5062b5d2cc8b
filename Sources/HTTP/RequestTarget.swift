internal import CSoup
internal import GLib

/// Where a request goes, read from its URL.
struct RequestTarget {
    let isSecure: Bool
    let host: String
    /// `host:port`, for people.
    let endpoint: String

    init(url: String) throws(HTTPError) {
        let flags = GUriFlags(
            rawValue: G_URI_FLAGS_HAS_PASSWORD.rawValue | G_URI_FLAGS_ENCODED_PATH.rawValue
                | G_URI_FLAGS_ENCODED_QUERY.rawValue | G_URI_FLAGS_ENCODED_FRAGMENT.rawValue
                | G_URI_FLAGS_SCHEME_NORMALIZE.rawValue
        )
        // The text itself is in no error: what does not parse may hold a password anywhere.
        guard let uri = g_uri_parse(url, flags, nil) else { throw HTTPError(.badURL("it does not parse")) }
        defer { g_uri_unref(uri) }
        let scheme = g_uri_get_scheme(uri).map { String(cString: $0) } ?? ""
        guard scheme == "http" || scheme == "https" else {
            throw HTTPError(.badURL("its scheme is neither http nor https"))
        }
        guard let host = g_uri_get_host(uri).map({ String(cString: $0) }), !host.isEmpty else {
            throw HTTPError(.badURL("it names no host"))
        }
        guard (url + host).utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw HTTPError(.badURL("it has a space or a line end in it"))
        }
        isSecure = scheme == "https"
        self.host = host
        let port = g_uri_get_port(uri) > 0 ? Int(g_uri_get_port(uri)) : isSecure ? 443 : 80
        endpoint = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Whether the URL names this machine: 127.0.0.0/8, ::1 or localhost.
    var isLoopback: Bool {
        if host.lowercased() == "localhost" { return true }
        guard let address = g_inet_address_new_from_string(host) else { return false }
        defer { g_object_unref(address) }
        return g_inet_address_get_is_loopback(address) != 0
    }

    /// Whether a connection really leads to this machine, and not to a proxy.
    static func isLoopback(_ address: UnsafeMutablePointer<GSocketAddress>?) -> Bool {
        guard isInstance(address, of: g_inet_socket_address_get_type()),
            !isInstance(address, of: g_proxy_address_get_type()), let address
        else { return false }
        return UnsafeMutableRawPointer(address).withMemoryRebound(to: GInetSocketAddress.self, capacity: 1) {
            g_inet_address_get_is_loopback(g_inet_socket_address_get_address($0)) != 0
        }
    }

    /// A redirect's target without what may be private in it: no user, no query.
    static func publicPart(ofLocation location: String) -> String {
        let plain = location.prefix { $0 != "?" && $0 != "#" }
        guard let separator = plain.range(of: "://") else { return String(plain) }
        let authority = plain[separator.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return String(plain) }
        return String(plain[..<separator.upperBound]) + String(plain[plain.index(after: at)...])
    }
}

extension Substring {
    /// The first place of a text. The standard library has this only with a regular expression's weight or Foundation's.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
