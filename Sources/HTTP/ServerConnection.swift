internal import CSoup
internal import GLib

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A connection taken out of libsoup's hands for the time of one streamed answer.
///
/// Sendable: everything in it is touched on the server's thread only.
final class ServerConnection: @unchecked Sendable {
    enum Framing { case chunked, plain }

    let socket: ObjectReference
    /// The stream below libsoup's own wrapper.
    let stream: ObjectReference
    /// libsoup's wrapper: its input may hold bytes of the next request.
    let wrapper: ObjectReference
    let framing: Framing
    let cancellable = Cancellable()
    private(set) var isOpen = true

    init(wrapper: ObjectReference, socket: ObjectReference, framing: Framing) {
        self.wrapper = wrapper
        self.socket = socket
        self.framing = framing
        let base = Value(type: .object)
        g_object_get_property(wrapper.pointer, "base-iostream", base.pointer)
        stream = g_value_get_object(base.pointer).map { ObjectReference(retaining: $0) } ?? wrapper
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

    /// The stream to give back to libsoup, for the next request.
    func release() -> ObjectReference {
        isOpen = false
        // Unwrapped, or every answer would add a layer; unless something is there to read, which libsoup's layer may hold.
        let input = g_io_stream_get_input_stream(wrapper.cast())
        return g_pollable_input_stream_is_readable(OpaquePointer(input)) != 0 ? wrapper : stream
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
