import CSoup
import Foundation
import GLib
import Synchronization

/// A server that sends exactly the bytes a test wants and ends its connections in every way there is, over TCP or TLS.
/// It waits in threads of its own.
package final class FaultServer: Sendable {
    package enum Transport: Sendable, CaseIterable {
        case tcp
        case tls
    }

    package enum Manner: Sendable {
        case plays
        /// Takes connections and what comes in, and says nothing, not even in TLS.
        case silent
        /// Takes connections and reads nothing.
        case deaf
    }

    package enum Step: Sendable {
        case send(String)
        case sendBytes([UInt8])
        case sleep(Duration)
        /// The socket is closed; over TLS without a word.
        case close
        /// Over TLS a close_notify first.
        case closeNicely
        case reset
        /// Nothing more until the client goes away.
        case hold
    }

    package typealias Script = @Sendable (_ connection: Int, _ request: Int) -> [Step]

    package struct Log: Sendable {
        package var connections = 0
        package var open = 0
        package var bytesSent = 0
        package var requests: [String] = []
        package var negotiatedProtocols: [String] = []
    }

    package let port: Int
    package let transport: Transport
    private let listener: ObjectReference
    private let stopping = Cancellable()
    private let script: Script
    private let manner: Manner
    private let certificate: ObjectReference?
    private let protected = Mutex(Log())

    package var log: Log { protected.withLock { $0 } }
    package var url: String { transport == .tcp ? "http://127.0.0.1:\(port)/" : "https://127.0.0.1:\(port)/" }

    package init(_ transport: Transport = .tcp, _ manner: Manner = .plays, script: @escaping Script) throws {
        self.transport = transport
        self.manner = manner
        self.script = script
        let listener = ObjectReference(adopting: UnsafeMutableRawPointer(g_socket_listener_new()))
        self.listener = listener
        certificate = transport == .tls ? try TestCertificate.shared.get().identity() : nil
        let loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4)
        let address = g_inet_socket_address_new(loopback, 0)
        g_object_unref(loopback)
        defer { g_object_unref(address) }
        var effective: UnsafeMutablePointer<GSocketAddress>?
        _ = try throwing {
            g_socket_listener_add_address(
                listener.cast(), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, nil, &effective, $0)
        }
        port =
            effective.map { address in
                UnsafeMutableRawPointer(address).withMemoryRebound(to: GInetSocketAddress.self, capacity: 1) {
                    Int(g_inet_socket_address_get_port($0))
                }
            } ?? 0
        if let effective { g_object_unref(effective) }
        Thread.detachNewThread { [self] in acceptConnections() }
    }

    package func stop() { stopping.cancel() }

    private func acceptConnections() {
        while let pointer = g_socket_listener_accept(listener.cast(), nil, stopping.pointer, nil) {
            let connection = ObjectReference(adopting: UnsafeMutableRawPointer(pointer))
            let number = protected.withLock {
                $0.connections += 1
                $0.open += 1
                return $0.connections
            }
            Thread.detachNewThread { [self] in
                serve(connection, number)
                protected.withLock { $0.open -= 1 }
            }
        }
        g_socket_listener_close(listener.cast())
    }

    private func serve(_ connection: ObjectReference, _ number: Int) {
        var stream = connection
        if manner == .silent { return waitForClient(connection) }
        if manner == .deaf {
            while !stopping.isCancelled { Thread.sleep(forTimeInterval: 0.01) }
            return
        }
        if let certificate {
            guard
                let tls = g_tls_server_connection_new(connection.cast(), certificate.cast(), nil).map({
                    ObjectReference(adopting: UnsafeMutableRawPointer($0))
                })
            else { return }
            "h2".withCString { h2 in
                "http/1.1".withCString { http in
                    var protocols: [UnsafePointer<CChar>?] = [h2, http, nil]
                    g_tls_connection_set_advertised_protocols(tls.cast(), &protocols)
                }
            }
            guard g_tls_connection_handshake(tls.cast(), stopping.pointer, nil) != 0 else { return }
            let name = g_tls_connection_get_negotiated_protocol(tls.cast()).map { String(cString: $0) } ?? ""
            protected.withLock { $0.negotiatedProtocols.append(name) }
            stream = tls
        }
        var request = 0
        while let head = readRequest(stream) {
            request += 1
            protected.withLock { $0.requests.append(head) }
            for step in script(number, request) where !perform(step, stream, connection) { return }
        }
    }

    /// - Returns: whether the connection goes on.
    private func perform(_ step: Step, _ stream: ObjectReference, _ connection: ObjectReference) -> Bool {
        switch step {
        case .send(let text): return write(Array(text.utf8), stream)
        case .sendBytes(let bytes): return write(bytes, stream)
        case .sleep(let duration):
            Thread.sleep(forTimeInterval: duration / .seconds(1))
            return true
        case .close: g_io_stream_close(connection.cast(), nil, nil)
        case .closeNicely: g_io_stream_close(stream.cast(), nil, nil)
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            let socket = g_socket_connection_get_socket(connection.cast())
            setsockopt(g_socket_get_fd(socket), SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            g_io_stream_close(connection.cast(), nil, nil)
        case .hold: waitForClient(stream)
        }
        return false
    }

    private func write(_ bytes: [UInt8], _ stream: ObjectReference) -> Bool {
        let isWritten =
            g_output_stream_write_all(
                g_io_stream_get_output_stream(stream.cast()), bytes, gsize(bytes.count), nil, stopping.pointer, nil)
            != 0
        protected.withLock { $0.bytesSent += bytes.count }
        return isWritten
    }

    private func waitForClient(_ stream: ObjectReference) {
        var byte: UInt8 = 0
        while g_input_stream_read(g_io_stream_get_input_stream(stream.cast()), &byte, 1, stopping.pointer, nil) > 0 {}
    }

    /// Reads a request's head, and its body where it says how long it is.
    private func readRequest(_ stream: ObjectReference) -> String? {
        let input = g_io_stream_get_input_stream(stream.cast())
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard g_input_stream_read(input, &byte, 1, stopping.pointer, nil) == 1 else { return nil }
            head.append(byte)
        }
        let text = String(decoding: head, as: UTF8.self)
        for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            var left = Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0
            while left > 0, g_input_stream_read(input, &byte, 1, stopping.pointer, nil) == 1 { left -= 1 }
        }
        return text
    }
}
