import CSoup
import Foundation
import GLib

/// A client that sends text as it is and reads until the server closes.
enum RawClient {
    /// - Parameter halfCloses: says at once that no more comes.
    static func exchange(port: Int, _ text: String, halfCloses: Bool = false) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try exchangeNow(port, text, halfCloses) })
            }
        }
    }

    private static func exchangeNow(_ port: Int, _ text: String, _ halfCloses: Bool) throws -> String {
        let client = ObjectReference(adopting: UnsafeMutableRawPointer(g_socket_client_new()))
        g_socket_client_set_timeout(client.cast(), 20)
        g_socket_client_set_enable_proxy(client.cast(), 0)
        let connected = try throwing {
            g_socket_client_connect_to_host(client.cast(), "127.0.0.1", guint16(port), nil, $0)
        }
        guard let connected else { return "" }
        let connection = ObjectReference(adopting: UnsafeMutableRawPointer(connected))
        let bytes = Array(text.utf8)
        _ = g_output_stream_write_all(
            g_io_stream_get_output_stream(connection.cast()), bytes, gsize(bytes.count), nil, nil, nil)
        if halfCloses { g_socket_shutdown(g_socket_connection_get_socket(connection.cast()), 0, 1, nil) }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = g_input_stream_read(
                g_io_stream_get_input_stream(connection.cast()), &buffer, gsize(buffer.count), nil, nil)
            guard count > 0 else { break }
            answer += buffer[..<Int(count)]
        }
        g_io_stream_close(connection.cast(), nil, nil)
        return String(decoding: answer, as: UTF8.self)
    }
}
