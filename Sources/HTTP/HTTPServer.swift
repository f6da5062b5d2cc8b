internal import CSoup
internal import GLib

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A small HTTP/1.1 server on the loopback addresses, with a thread of its own.
///
/// libsoup reads the requests. Answers are written here, on the connection taken from libsoup and given back afterwards: only so
/// is a chunk on the wire exactly the chunk that was written, and libsoup 3.2.3 never closes a connection that its client leaves
/// after an answer of libsoup's own.
package actor HTTPServer {
    private nonisolated let executor: MainContextExecutor
    private let handler: @Sendable (HTTPServerRequest) async -> HTTPServerResponse
    private var server: ObjectReference?
    private var exchanges: [ObjectIdentifier: ServerExchange] = [:]
    private var connections = ServerConnectionTable()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - name: the thread's name, at most 15 bytes on Linux.
    ///   - handler: answers a request, in a task of its own that is cancelled when the client goes away or the server stops.
    package init(name: String, handler: @escaping @Sendable (HTTPServerRequest) async -> HTTPServerResponse) {
        executor = MainContextExecutor(name: name)
        self.handler = handler
    }

    deinit {
        guard let server else { return }
        executor.perform { [executor] in
            soup_server_disconnect(server.cast())
            withExtendedLifetime(executor) {}
        }
    }

    /// Listens on 127.0.0.1, and on ::1 where there is one. Throws where the port is taken.
    /// - Parameter port: 0 for any that is free.
    /// - Returns: the port.
    package func start(port: Int = 0) throws(HTTPError) -> Int {
        guard server == nil else { throw HTTPError(.other("the server is already running")) }
        guard let port = UInt32(exactly: port), port <= 65535,
            let server = newObject(soup_server_get_type(), [("raw-paths", Value(true))])
        else { throw HTTPError(.other("no such port")) }
        // libsoup's path for everything does not match the path of `OPTIONS *`.
        for path in [nil, "*"] {
            soup_server_add_handler(
                server.cast(), path,
                { _, message, _, _, userData in
                    guard let server = CallbackBox<WeakServer>.payload(at: userData)?.server, let message else {
                        return
                    }
                    let reference = ObjectReference(retaining: UnsafeMutableRawPointer(message))
                    server.assumeIsolated { $0.received(reference) }
                },
                CallbackBox(WeakServer(self)).retained(), releaseCallbackBox
            )
        }
        do {
            do {
                _ = try throwing { soup_server_listen_local(server.cast(), port, SoupServerListenOptions(0), $0) }
            } catch {
                // A machine without ::1.
                _ = try throwing { soup_server_listen_local(server.cast(), port, SOUP_SERVER_LISTEN_IPV4_ONLY, $0) }
            }
        } catch {
            throw HTTPError(.other("cannot listen: \(error.message)"), endpoint: "127.0.0.1:\(port)")
        }
        self.server = server
        Self.lengthenQueues(of: server)
        return Self.port(of: server)
    }

    /// Closes every connection, cancels every handler and listens no more.
    package func stop() {
        guard let server else { return }
        self.server = nil
        for exchange in exchanges.values { end(exchange) }
        exchanges = [:]
        connections.closeAll()
        soup_server_disconnect(server.cast())
    }

    /// libsoup lets ten clients wait for their connection, so that of many at once some would come a second late.
    private static func lengthenQueues(of server: ObjectReference) {
        let sockets = soup_server_get_listeners(server.cast())
        defer { g_slist_free(sockets) }
        var next = sockets
        while let entry = next?.pointee {
            listen(g_socket_get_fd(entry.data?.assumingMemoryBound(to: GSocket.self)), 256)
            next = entry.next
        }
    }

    private static func port(of server: ObjectReference) -> Int {
        let uris = soup_server_get_uris(server.cast())
        defer { g_slist_free_full(uris, { g_uri_unref(OpaquePointer($0)) }) }
        return Int(g_uri_get_port(OpaquePointer(uris?.pointee.data)))
    }

    // MARK: Requests

    private func received(_ message: ObjectReference) {
        let headers = HTTPHeaders(copying: soup_server_message_get_request_headers(message.opaque))
        let (id, socket) = connections.identify(message)
        let exchange = ServerExchange(
            message: message, socket: socket, connectionID: id, headers: headers, executor: executor)
        let request = HTTPServerRequest(reading: message, headers: headers, connectionID: id)
        soup_server_message_pause(message.opaque)
        exchanges[ObjectIdentifier(exchange)] = exchange
        exchange.watchForHangup { [weak self, weak exchange] in
            guard let self, let exchange else { return }
            self.assumeIsolated { $0.hungUp(exchange) }
        }
        exchange.task = Task { [handler] in
            let response = await handler(request)
            await self.answer(exchange, with: response)
        }
    }

    private func hungUp(_ exchange: ServerExchange) {
        guard exchanges.removeValue(forKey: ObjectIdentifier(exchange)) != nil else { return }
        let isWaiting = exchange.connection == nil && !exchange.isOver
        end(exchange)
        guard isWaiting else { return }
        // libsoup 3.2.3 would keep the connection after an answer that nobody reads.
        if let stream = soup_server_message_steal_connection(exchange.message.opaque) {
            g_io_stream_close(stream, nil, nil)
            g_object_unref(stream)
        }
    }

    private func end(_ exchange: ServerExchange) {
        exchange.stopWatching()
        exchange.isOver = true
        exchange.task?.cancel()
        exchange.connection?.close()
    }

    // MARK: Answers

    private func answer(_ exchange: ServerExchange, with response: HTTPServerResponse) async {
        guard !exchange.isOver else { return }
        var response = response
        if let name = response.headers.firstUnsendable {
            response = HTTPServerResponse(
                status: 500, body: .bytes(Bytes("the handler's header \(name) is not sendable\n")))
        }
        let connection = ServerConnection(stealing: exchange, isChunked: response.isChunked(for: exchange))
        exchange.connection = connection
        if let connection {
            do {
                try await send(response, to: exchange, on: connection)
            } catch {
                connection.close()
            }
        }
        exchange.stopWatching()
        exchanges[ObjectIdentifier(exchange)] = nil
        guard let server, let connection, connection.isOpen, !exchange.isOver else { return }
        if response.closes(exchange) {
            connection.close()
        } else {
            connections.remember(connection, id: exchange.connectionID)
            connection.giveBack(to: server)
        }
    }

    private func send(
        _ response: HTTPServerResponse, to exchange: ServerExchange, on connection: ServerConnection
    ) async throws {
        try await send(Bytes(response.head(for: exchange)), on: connection)
        guard response.hasBody(for: exchange) else { return }
        switch response.body {
        case .none: break
        case .bytes(let bytes): try await send(bytes, on: connection)
        case .stream(let produce):
            try await produce(HTTPBodyWriter(server: self, connection: connection))
            if connection.isChunked { try await send(Bytes("0\r\n\r\n"), on: connection) }
        }
    }

    func write(_ bytes: Bytes, chunkSize: Int, to connection: ServerConnection) async throws(HTTPError) {
        guard connection.isChunked else { return try await send(bytes, on: connection) }
        var start = 0
        while start < bytes.count {
            // Many small chunks leave in one system call.
            var wire = ContiguousArray<UInt8>()
            repeat {
                let end = min(start + chunkSize, bytes.count)
                wire.append(contentsOf: "\(String(end - start, radix: 16))\r\n".utf8)
                bytes.withUnsafeBytes { wire.append(contentsOf: $0[start..<end]) }
                wire.append(contentsOf: "\r\n".utf8)
                start = end
            } while start < bytes.count && wire.count < 16384
            try await send(Bytes(wire), on: connection)
        }
    }

    func abort(_ how: HTTPBodyWriter.Abort, after part: Bytes, _ connection: ServerConnection) async {
        switch how {
        case .atChunkBoundary: connection.close()
        case .insideChunk:
            if connection.isChunked {
                // The chunk's size line promises more than there is.
                let size = String(part.count * 2 + 1, radix: 16)
                try? await send(Bytes(Array("\(size)\r\n".utf8) + part.array), on: connection)
            }
            connection.close()
        case .reset: connection.close(reset: true)
        }
    }

    private func send(_ bytes: Bytes, on connection: ServerConnection) async throws(HTTPError) {
        var sent = 0
        while sent < bytes.count {
            guard connection.isOpen else { throw HTTPError(.connectionLost(reason: "the client is gone")) }
            guard !Task.isCancelled else { throw HTTPError(.cancelled) }
            do {
                let count = try bytes.withUnsafeBytes { buffer throws(GLibError) in
                    try connection.writeNow(UnsafeRawBufferPointer(rebasing: buffer[sent...]))
                }
                sent += count
                if count == 0 { await writable(connection) }
            } catch {
                connection.close()
                throw HTTPError(.connectionLost(reason: error.message))
            }
        }
    }

    private func writable(_ connection: ServerConnection) async {
        await withTaskCancellationHandler {
            await connection.writable(context: executor.context)
        } onCancel: {
            connection.cancellable.cancel()
        }
    }
}

/// Keeps libsoup's callback from keeping the server.
///
/// Sendable: a weak reference that is set once.
private final class WeakServer: @unchecked Sendable {
    weak var server: HTTPServer?

    init(_ server: HTTPServer) { self.server = server }
}
