internal import CSoup
internal import GLib

extension HTTPServerRequest {
    init(reading message: ObjectReference, headers: HTTPHeaders, connectionID: Int) {
        let uri = soup_server_message_get_uri(message.opaque)
        let isAsterisk = soup_server_message_is_options_ping(message.opaque) != 0
        let path = isAsterisk ? "*" : g_uri_get_path(uri).map { String(cString: $0) } ?? ""
        self.init(
            method: soup_server_message_get_method(message.opaque).map { String(cString: $0) } ?? "",
            rawPath: path.isEmpty ? "/" : path,
            path: path.isEmpty ? "/" : takeString(g_uri_unescape_string(path, nil)) ?? path,
            query: Self.fields(ofQuery: g_uri_get_query(uri).map { String(cString: $0) } ?? ""),
            headers: headers,
            body: Bytes(adopting: soup_message_body_flatten(soup_server_message_get_request_body(message.opaque))),
            connectionID: connectionID
        )
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

extension ObjectReference {
    /// Lets libsoup send an answer that is all there, for a paused `SoupServerMessage`.
    func respond(_ response: HTTPServerResponse) {
        let headers = soup_server_message_get_response_headers(opaque)
        soup_server_message_set_status(opaque, guint(clamping: max(response.status, 100)), response.reason)
        for field in response.headers.fields {
            // libsoup counts a body itself; a length is the handler's business only where there is none (HEAD).
            if case .bytes = response.body, field.name.lowercased() == "content-length" { continue }
            soup_message_headers_append(headers, field.name, field.value)
        }
        switch response.body {
        case .none: break
        case .bytes(let bytes):
            let body = soup_server_message_get_response_body(opaque)
            soup_message_body_append_bytes(body, bytes.pointer)
            soup_message_body_complete(body)
        case .stream:
            if response.headers["Content-Length"] == nil {
                soup_message_headers_set_encoding(headers, SOUP_ENCODING_CHUNKED)
            }
            soup_message_body_complete(soup_server_message_get_response_body(opaque))
        }
        soup_server_message_unpause(opaque)
    }
}

extension HTTPServerResponse {
    /// The head of a streamed answer, as it goes over the wire.
    func head(for exchange: ServerExchange) -> String {
        var text =
            "HTTP/1.1 \(status) \(reason ?? String(cString: soup_status_get_phrase(guint(clamping: status))))\r\n"
        if headers["Date"] == nil, let now = g_date_time_new_now_utc() {
            text += "Date: \(takeString(soup_date_time_to_string(now, SOUP_DATE_HTTP)) ?? "")\r\n"
            g_date_time_unref(now)
        }
        for field in headers.fields where field.name.lowercased() != "transfer-encoding" {
            text += "\(field.name): \(field.value)\r\n"
        }
        if headers["Content-Length"] == nil, !exchange.isHTTP10 { text += "Transfer-Encoding: chunked\r\n" }
        if exchange.closesAfterwards, headers["Connection"] == nil { text += "Connection: close\r\n" }
        return text + "\r\n"
    }
}

extension ServerConnection {
    /// Takes the connection of an exchange from libsoup, which forgets the message with it.
    convenience init?(stealing exchange: ServerExchange, _ response: HTTPServerResponse, _ socket: ObjectReference) {
        guard let stream = soup_server_message_steal_connection(exchange.message.opaque) else { return nil }
        let isChunked = response.headers["Content-Length"] == nil && !exchange.isHTTP10
        self.init(
            wrapper: ObjectReference(adopting: stream), socket: socket, framing: isChunked ? .chunked : .plain)
    }
}
