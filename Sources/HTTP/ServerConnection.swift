internal import CSoup
internal import GLib

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A connection taken out of libsoup's hands for the time of one answer.
///
/// Sendable: everything in it is touched on the server's thread only.
final class ServerConnection: @unchecked Sendable {
    let socket: ObjectReference
    /// The stream below libsoup's own wrapper.
    let stream: ObjectReference
    /// libsoup's wrapper: its input may hold bytes of the next request.
    let wrapper: ObjectReference
    /// Whether what is written goes out in chunks.
    let isChunked: Bool
    let cancellable = Cancellable()
    private(set) var isOpen = true

    /// Takes the connection of an exchange from libsoup, which forgets the message with it. Nil where it is gone.
    init?(stealing exchange: ServerExchange, isChunked: Bool) {
        guard let socket = exchange.socket, let wrapper = soup_server_message_steal_connection(exchange.message.opaque)
        else { return nil }
        self.socket = socket
        self.isChunked = isChunked
        self.wrapper = ObjectReference(adopting: wrapper)
        let base = Value(type: .object)
        g_object_get_property(self.wrapper.pointer, "base-iostream", base.pointer)
        stream = base.withPointer { g_value_get_object($0).map { ObjectReference(retaining: $0) } } ?? self.wrapper
    }

    var output: UnsafeMutablePointer<GOutputStream>? { g_io_stream_get_output_stream(stream.cast()) }

    /// Writes what the socket takes now. - Returns: how many bytes; 0 where it takes none.
    func writeNow(_ bytes: UnsafeRawBufferPointer) throws(GLibError) -> Int {
        do {
            return try throwing {
                g_pollable_output_stream_write_nonblocking(
                    OpaquePointer(output), bytes.baseAddress, gsize(bytes.count), cancellable.pointer, $0
                )
            }
        } catch  where error.isWouldBlock {
            return 0
        }
    }

    /// Waits until the socket takes bytes, the connection is given up, or the wait is cancelled.
    func writable(context: OpaquePointer, isolation: isolated (any Actor)? = #isolation) async {
        await waitOnce(
            for: g_pollable_output_stream_create_source(OpaquePointer(output), cancellable.pointer), context: context
        )
    }

    /// Lets libsoup read the next request, which may come before this returns.
    func giveBack(to server: ObjectReference) {
        isOpen = false
        // Unwrapped, or every answer would add a layer; unless something is there to read, which libsoup's layer may hold.
        let input = g_io_stream_get_input_stream(wrapper.cast())
        let next = g_pollable_input_stream_is_readable(OpaquePointer(input)) != 0 ? wrapper : stream
        let local = g_socket_get_local_address(socket.cast(), nil)
        let remote = g_socket_get_remote_address(socket.cast(), nil)
        soup_server_accept_iostream(server.cast(), next.cast(), local, remote, nil)
        if let local { g_object_unref(local) }
        if let remote { g_object_unref(remote) }
    }

    /// Ends the connection, with a reset where asked for.
    func close(reset: Bool = false) {
        guard isOpen else { return }
        isOpen = false
        cancellable.cancel()
        if reset {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                g_socket_get_fd(socket.cast()), SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size)
            )
        } else {
            // A close with unread bytes in the socket would be a reset: the end goes out first.
            g_socket_shutdown(socket.cast(), 0, 1, nil)
        }
        g_io_stream_close(stream.cast(), nil, nil)
    }
}

extension GLibError {
    /// Whether this is `G_IO_ERROR_WOULD_BLOCK`.
    var isWouldBlock: Bool { domain == "g-io-error-quark" && code == Int(G_IO_ERROR_WOULD_BLOCK.rawValue) }
}
