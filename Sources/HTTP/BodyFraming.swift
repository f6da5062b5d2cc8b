internal import CSoup
internal import GLib

/// How a response says where its body ends.
enum BodyFraming {
    /// There is no body.
    case none
    case length(Int)
    /// - Parameter closes: the server said that it closes the connection afterwards.
    case chunked(closes: Bool)
    /// Nothing but the end of the connection says so.
    case untilClose

    init(of message: ObjectReference, isHead: Bool) {
        let status = soup_message_get_status(message.opaque).rawValue
        let headers = soup_message_get_response_headers(message.opaque)
        if isHead || status == 204 || status == 304 || status < 200 {
            self = .none
            return
        }
        switch soup_message_headers_get_encoding(headers) {
        case SOUP_ENCODING_CONTENT_LENGTH: self = .length(Int(soup_message_headers_get_content_length(headers)))
        case SOUP_ENCODING_CHUNKED: self = .chunked(closes: soup_message_is_keepalive(message.opaque) == 0)
        case SOUP_ENCODING_NONE: self = .none
        default: self = .untilClose
        }
    }
}
