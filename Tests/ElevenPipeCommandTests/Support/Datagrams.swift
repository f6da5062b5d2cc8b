import Foundation
import Synchronization
import Testing

/// A UDP socket on loopback that keeps what it receives.
final class Datagrams: Sendable {
    let port: Int
    private let descriptor: Int32
    private let received = Mutex<[[UInt8]]>([])
    private let isOver = Latch<Void>()

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        // So that the thread sees its end.
        var limit = timeval(tv_sec: 0, tv_usec: 50_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        port = try FreePort.take(descriptor)
        self.descriptor = descriptor
        Thread.detachNewThread { [weak self] in
            var bytes = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = recv(descriptor, &bytes, bytes.count, 0)
                guard let self, !self.isOver.isOpen else { break }
                if count > 0 { self.received.withLock { $0.append(Array(bytes[..<count])) } }
            }
            close(descriptor)
        }
    }

    deinit { isOver.open(()) }

    /// The RTP packets that came so far.
    func packets() throws -> [RTPPacket] { try received.withLock { $0 }.map(RTPPacket.init) }
}

/// A packet of RFC 3550 without extensions.
struct RTPPacket {
    let bytes: [UInt8]
    let payloadType: UInt8
    let sequence: UInt16
    let timestamp: UInt32
    var payload: ArraySlice<UInt8> { bytes[12...] }

    init(_ bytes: [UInt8]) throws {
        try #require(bytes.count >= 12 && bytes[0] == 0x80, "no plain RTP packet: \(bytes.prefix(12))")
        self.bytes = bytes
        payloadType = bytes[1] & 0x7F
        sequence = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        timestamp = bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// Ports on loopback that nobody listens at.
enum FreePort {
    /// Binds a socket to a free port. - Returns: the port.
    static func take(_ descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        try #require(result, "no socket can be bound on loopback")
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// A TCP port that is free now.
    static func tcp() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return try take(descriptor)
    }
}
