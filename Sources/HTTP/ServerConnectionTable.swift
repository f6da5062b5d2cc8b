internal import CSoup
internal import GLib

/// Gives every connection its number, and remembers those that went through our hands: libsoup does not know their sockets.
struct ServerConnectionTable {
    private var lastID = 0
    /// By remote address, which only one open connection can have.
    private var returned: [String: (id: Int, socket: ObjectReference)] = [:]

    private static let key = "elevenpipe-connection-id"

    /// The number and the socket of a message's connection.
    mutating func identify(_ message: ObjectReference) -> (id: Int, socket: ObjectReference?) {
        let address = Self.text(soup_server_message_get_remote_address(message.opaque))
        guard let pointer = soup_server_message_get_socket(message.opaque) else {
            if let known = returned[address] { return known }
            lastID += 1
            return (lastID, nil)
        }
        returned[address] = nil
        let socket = ObjectReference(retaining: pointer)
        if let id = g_object_get_data(socket.pointer, Self.key) { return (Int(bitPattern: id), socket) }
        lastID += 1
        g_object_set_data(socket.pointer, Self.key, UnsafeMutableRawPointer(bitPattern: lastID))
        return (lastID, socket)
    }

    /// Remembers a connection that libsoup is about to get back.
    mutating func remember(_ connection: ServerConnection, id: Int) {
        returned = returned.filter { g_socket_is_closed($0.value.socket.cast()) == 0 }
        guard let remote = g_socket_get_remote_address(connection.socket.cast(), nil) else { return }
        returned[Self.text(remote)] = (id, connection.socket)
        g_object_unref(remote)
    }

    mutating func closeAll() { returned = [:] }

    private static func text(_ address: UnsafeMutablePointer<GSocketAddress>?) -> String {
        guard let address, let text = takeString(g_socket_connectable_to_string(OpaquePointer(address))) else {
            return ""
        }
        return text
    }
}
