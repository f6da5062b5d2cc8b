import Foundation
import GLib
import HTTP
import Synchronization

/// A server on loopback that answers with given bytes at a given pace.
final class PacedServer: Sendable {
    struct Answer: Sendable {
        var body: [UInt8]
        var chunkSize = 4800
        /// How fast at most; nil as fast as it can.
        var bytesPerSecond: Double?
        /// Falls silent for a while after so many bytes.
        var stalls: [(after: Int, length: Duration)] = []
        /// The connection ends there, as one that broke.
        var cut: Int?
    }

    private let server: HTTPServer
    private let lateness: Lateness
    let port: Int

    private final class Lateness: Sendable {
        let worst = Mutex(Duration.zero)
    }

    /// - Parameter answers: by the voice that is asked for; the one under "" for all others.
    init(_ answers: [String: Answer]) async throws {
        let lateness = Lateness()
        self.lateness = lateness
        server = HTTPServer(name: "paced") { request in
            let voice = request.path.split(separator: "/").dropFirst(2).first.map(String.init) ?? ""
            guard let answer = answers[voice] ?? answers[""] else { return HTTPServerResponse(status: 404) }
            return HTTPServerResponse(
                headers: HTTPHeaders([("Content-Type", "audio/mpeg")]),
                body: .stream { writer in try await Self.write(answer, to: writer, lateness) })
        }
        port = try await server.start(port: 0)
    }

    /// How late a chunk was at worst: where the machine is busy, the pace is not kept.
    var worstLateness: Duration { lateness.worst.withLock { $0 } }

    func stop() async { await server.stop() }

    private static func write(_ answer: Answer, to writer: HTTPBodyWriter, _ lateness: Lateness) async throws {
        let clock = ContinuousClock()
        var began = clock.now
        var stalls = answer.stalls.sorted { $0.after < $1.after }
        for start in stride(from: 0, to: answer.cut ?? answer.body.count, by: answer.chunkSize) {
            while let stall = stalls.first, start >= stall.after {
                try await clock.sleep(for: stall.length)
                began += stall.length
                stalls.removeFirst()
            }
            if let pace = answer.bytesPerSecond {
                let due = began + .seconds(Double(start) / pace)
                try await clock.sleep(until: due, tolerance: .zero)
                lateness.worst.withLock { $0 = max($0, clock.now - due) }
            }
            let end = min(start + answer.chunkSize, answer.cut ?? answer.body.count)
            try await writer.write(Bytes(answer.body[start..<end]))
        }
        if answer.cut != nil { await writer.abort(.atChunkBoundary) }
    }
}

/// Audio in which every place sounds like no other: noise, the same in every run.
func noise(seconds: Double, rate: Int = 24000, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<Int(seconds * Double(rate))).flatMap { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let sample = Int16(truncatingIfNeeded: state >> 48) / 4
        return withUnsafeBytes(of: sample.littleEndian, Array.init)
    }
}
