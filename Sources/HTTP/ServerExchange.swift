internal import CSoup
internal import GLib

/// One request that a handler is at work on.
///
/// Sendable: everything in it is touched on the server's thread only.
final class ServerExchange: @unchecked Sendable {
    let message: ObjectReference
    let socket: ObjectReference?
    let connectionID: Int
    let isHead: Bool
    let isHTTP10: Bool
    let closesAfterwards: Bool
    var task: Task<Void, Never>?
    /// Set while the answer is streamed.
    var connection: ServerConnection?
    /// The client went away or the server stopped: libsoup's message must not be touched any more.
    var isOver = false
    private var watch: UnsafeMutablePointer<GSource>?
    /// Holds the context that the watch is in: g_source_destroy() looks at it.
    private let executor: MainContextExecutor

    init(
        message: ObjectReference, socket: ObjectReference?, connectionID: Int, headers: HTTPHeaders,
        executor: MainContextExecutor
    ) {
        self.executor = executor
        self.message = message
        self.socket = socket
        self.connectionID = connectionID
        isHead = soup_server_message_get_method(message.opaque).map { String(cString: $0) } == "HEAD"
        isHTTP10 = soup_server_message_get_http_version(message.opaque) == SOUP_HTTP_1_0
        closesAfterwards = isHTTP10 || headers.contains("close", in: "Connection")
    }

    deinit { stopWatching() }

    /// Tells when the client closes its side. libsoup does not look at the socket while a message is paused.
    func watchForHangup(_ hungUp: @escaping @Sendable () -> Void) {
        guard let socket else { return }
        let source = g_socket_create_source(
            socket.cast(), GIOCondition(rawValue: G_IO_IN.rawValue | G_IO_HUP.rawValue | G_IO_ERR.rawValue), nil)
        let ready: @convention(c) (UnsafeMutablePointer<GSocket>?, GIOCondition, UnsafeMutableRawPointer?) -> gboolean =
            {
                socket, _, userData in
                if hasHungUp(socket) { CallbackBox<@Sendable () -> Void>.payload(at: userData)?() }
                // Bytes are the next request, come early: they stay where they are, and there is no more to be seen here.
                return 0
            }
        g_source_set_callback(
            source, unsafeBitCast(ready, to: GSourceFunc.self), CallbackBox(hungUp).retained(), releaseCallbackBox)
        g_source_attach(source, executor.context)
        watch = source
    }

    func stopWatching() {
        guard let watch else { return }
        g_source_destroy(watch)
        g_source_unref(watch)
        self.watch = nil
    }
}

/// Looks at a readable socket without taking anything off it.
private func hasHungUp(_ socket: UnsafeMutablePointer<GSocket>?) -> Bool {
    var byte: UInt8 = 0
    var flags = gint(G_SOCKET_MSG_PEEK.rawValue)
    let count = withUnsafeMutableBytes(of: &byte) { buffer in
        var vector = GInputVector(buffer: buffer.baseAddress, size: 1)
        return g_socket_receive_message(socket, nil, &vector, 1, nil, nil, &flags, nil, nil)
    }
    return count <= 0
}
