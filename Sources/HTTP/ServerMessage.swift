internal import CSoup
internal import GLib

extension HTTPServerRequest {
    init(reading message: ObjectReference, headers: HTTPHeaders, connectionID: Int) {
        let uri = soup_server_message_get_uri(message.opaque)
        let received = soup_server_message_get_request_body(message.opaque)
        let body = Bytes(adopting: soup_message_body_flatten(received))
        // A long upload would otherwise lie in memory twice, once in the blocks in which it came.
        soup_message_body_truncate(received)
        let isAsterisk = soup_server_message_is_options_ping(message.opaque) != 0
        let path = isAsterisk ? "*" : g_uri_get_path(uri).map { String(cString: $0) } ?? ""
        self.init(
            method: soup_server_message_get_method(message.opaque).map { String(cString: $0) } ?? "",
            rawPath: path.isEmpty ? "/" : path,
            path: path.isEmpty ? "/" : takeString(g_uri_unescape_string(path, nil)) ?? path,
            query: Self.fields(ofQuery: g_uri_get_query(uri).map { String(cString: $0) } ?? ""),
            headers: headers,
            body: body, connectionID: connectionID
        )
        bodyIsTerminated = true
    }

    /// Decodes `a=1&b=two+words`.
    static func fields(ofQuery query: String) -> [(String, String)] {
        query.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                let spaced = String(part.map { $0 == "+" ? " " : $0 })
                return takeString(g_uri_unescape_string(spaced, nil)) ?? spaced
            }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }
}

extension HTTPServerResponse {
    /// Whether anything may follow the head.
    func hasBody(for exchange: ServerExchange) -> Bool {
        !exchange.isHead && status >= 200 && status != 204 && status != 304
    }

    /// Whether the body goes out in chunks, rather than with its length or until the connection closes.
    func isChunked(for exchange: ServerExchange) -> Bool {
        guard case .stream = body else { return false }
        return headers["Content-Length"] == nil && !exchange.isHTTP10
    }

    /// Whether the connection ends with the answer.
    func closes(_ exchange: ServerExchange) -> Bool {
        exchange.closesAfterwards || headers.contains("close", in: "Connection")
    }

    /// The head, as it goes over the wire.
    func head(for exchange: ServerExchange) -> String {
        var text =
            "HTTP/1.1 \(status) \(reason ?? String(cString: soup_status_get_phrase(guint(clamping: status))))\r\n"
        if headers["Date"] == nil, let now = g_date_time_new_now_utc() {
            text += "Date: \(takeString(soup_date_time_to_string(now, SOUP_DATE_HTTP)) ?? "")\r\n"
            g_date_time_unref(now)
        }
        var length = headers["Content-Length"]
        switch body {
        case .bytes(let bytes): length = "\(bytes.count)"
        case .none where !exchange.isHead: length = "0"
        case .none, .stream: break
        }
        for field in headers.fields where !["transfer-encoding", "content-length"].contains(field.name.lowercased()) {
            text += "\(field.name): \(field.value)\r\n"
        }
        if status >= 200, status != 204, status != 304 {
            if isChunked(for: exchange) { text += "Transfer-Encoding: chunked\r\n" }
            if let length { text += "Content-Length: \(length)\r\n" }
        }
        if exchange.closesAfterwards, headers["Connection"] == nil { text += "Connection: close\r\n" }
        return text + "\r\n"
    }
}
