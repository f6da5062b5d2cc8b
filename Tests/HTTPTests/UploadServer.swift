import CSoup
import Foundation
import GLib
import Synchronization

/// A server that takes uploads, keeps their length and their hash only, and answers each with 200. It waits in threads of its own.
final class UploadServer: Sendable {
    /// What it does with a request, by the number of its connection and its number there.
    enum Manner: Sendable {
        case answers
        /// Closes the connection a moment after the answer, without having announced it.
        case answersAndCloses
        /// Closes when it has read the head, before any answer.
        case closes
        /// Waits before every block it reads.
        case readsSlowly(blockSize: Int, pause: Duration)
        /// Reads this much and no more until it is told to, then what is left.
        case stops(after: Int)
    }

    struct Upload: Sendable, Equatable {
        var head: String
        var count: Int
        var hash: String
    }

    struct Log: Sendable {
        var uploads: [Upload] = []
        var connections = 0
        var open = 0
        var received = 0
    }

    let port: Int
    private let listener: ObjectReference
    private let stopping = Cancellable()
    private let draining = Cancellable()
    private let protected = Mutex(Log())
    private let manner: @Sendable (_ connection: Int, _ request: Int) -> Manner

    var log: Log { protected.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)/" }

    init(_ manner: @escaping @Sendable (_ connection: Int, _ request: Int) -> Manner) throws {
        self.manner = manner
        let listener = ObjectReference(adopting: UnsafeMutableRawPointer(g_socket_listener_new()))
        self.listener = listener
        port = Int(try throwing { g_socket_listener_add_any_inet_port(listener.cast(), nil, $0) })
        Thread.detachNewThread { [self] in acceptConnections() }
    }

    func stop() {
        drain()
        stopping.cancel()
    }

    /// Reads what it had left.
    func drain() { draining.cancel() }

    private func acceptConnections() {
        while let pointer = g_socket_listener_accept(listener.cast(), nil, stopping.pointer, nil) {
            let connection = ObjectReference(adopting: UnsafeMutableRawPointer(pointer))
            let number = protected.withLock {
                $0.connections += 1
                $0.open += 1
                return $0.connections
            }
            Thread.detachNewThread { [self] in
                var request = 1
                while serve(connection, manner(number, request)) { request += 1 }
                g_io_stream_close(connection.cast(), nil, nil)
                protected.withLock { $0.open -= 1 }
            }
        }
        g_socket_listener_close(listener.cast())
    }

    /// - Returns: whether another request may come.
    private func serve(_ connection: ObjectReference, _ manner: Manner) -> Bool {
        let input = g_io_stream_get_input_stream(connection.cast())
        guard let head = readHead(input) else { return false }
        if case .closes = manner { return false }
        let length =
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        var (count, blockSize) = (0, 64 << 10)
        if case .readsSlowly(let size, _) = manner { blockSize = size }
        var block = [UInt8](repeating: 0, count: blockSize)
        let hash = Hash()
        while count < length {
            switch manner {
            case .readsSlowly(_, let pause): Thread.sleep(forTimeInterval: pause / .seconds(1))
            case .stops(let limit) where count >= limit:
                while !draining.isCancelled { Thread.sleep(forTimeInterval: 0.005) }
            default: break
            }
            let read = g_input_stream_read(input, &block, gsize(min(blockSize, length - count)), stopping.pointer, nil)
            guard read > 0 else { return false }
            hash.add(block[..<Int(read)])
            count += Int(read)
            protected.withLock { $0.received += Int(read) }
        }
        protected.withLock { $0.uploads.append(Upload(head: head, count: count, hash: hash.value)) }
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)
        guard
            g_output_stream_write_all(
                g_io_stream_get_output_stream(connection.cast()), answer, gsize(answer.count), nil, stopping.pointer,
                nil
            ) != 0
        else { return false }
        if case .answersAndCloses = manner { return false }
        return true
    }

    private func readHead(_ input: UnsafeMutablePointer<GInputStream>?) -> String? {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard g_input_stream_read(input, &byte, 1, stopping.pointer, nil) == 1 else { return nil }
            head.append(byte)
        }
        return String(decoding: head, as: UTF8.self)
    }
}

/// SHA-256, as fast in a debug build as in any.
final class Hash {
    private let checksum = g_checksum_new(G_CHECKSUM_SHA256)

    deinit { g_checksum_free(checksum) }

    func add(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes {
            g_checksum_update(checksum, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
        }
    }

    var value: String { String(cString: g_checksum_get_string(checksum)) }
}
