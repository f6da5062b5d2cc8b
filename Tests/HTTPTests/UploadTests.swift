import Foundation
import GLib
import Synchronization
import Testing

@testable import HTTP

@Suite("Uploads from a spool")
struct UploadTests {
    private static let block = (0..<100_003).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }

    /// A spool, and the hash of what is in it.
    private static func fill(_ count: Int, memoryLimit: Int) throws -> (spool: Spool, hash: String) {
        let spool = Spool(memoryLimit: memoryLimit)
        let hash = Hash()
        while spool.count < count {
            let part = block[..<min(block.count, count - spool.count)]
            hash.add(part)
            try spool.append(Bytes(ContiguousArray(part)))
        }
        return (spool, hash.value)
    }

    private static func request(
        _ url: String, _ pieces: [HTTPBody.Piece], method: String = "POST", idle: Duration = .seconds(30)
    ) -> HTTPRequest {
        HTTPRequest(
            method: method, url: url, body: .pieces(pieces, contentType: "application/x-test"),
            timeouts: HTTPTimeouts(connect: .seconds(30), firstByte: .seconds(30), idle: idle))
    }

    @Test("Pieces arrive in order, with their length and type", arguments: [0, 5000, 1 << 20])
    func pieces(memoryLimit: Int) async throws {
        let server = try UploadServer { _, _ in .answers }
        defer { server.stop() }
        let spool = Spool(memoryLimit: memoryLimit)
        for start in stride(from: 0, to: 100_000, by: 999) {
            try spool.append(Bytes(ContiguousArray(Self.block[start..<min(start + 999, 100_000)])))
        }
        let ranges = [0..<1, 1..<70_000, 500..<500, 70_000..<100_000, 998..<1000]
        let pieces: [HTTPBody.Piece] =
            [.bytes(Bytes("head")), .bytes(Bytes(""))] + ranges.map { .spooled(spool, $0) } + [.bytes(Bytes("tail"))]
        let expected = Hash()
        let whole = Array("head".utf8) + ranges.flatMap { Self.block[$0] } + Array("tail".utf8)
        expected.add(whole[...])

        let client = try makeClient()
        for _ in 0..<2 {
            let response = try await client.send(Self.request(server.url, pieces))
            #expect(try await response.readAll(limit: 10).count == 2)
        }
        _ = try await client.send(Self.request(server.url, [])).readAll(limit: 10)
        let uploads = server.log.uploads
        #expect(uploads.map(\.count) == [whole.count, whole.count, 0])
        #expect(uploads.prefix(2).allSatisfy { $0.hash == expected.value })
        let head = try #require(uploads.first?.head.lowercased())
        #expect(head.contains("content-type: application/x-test\r\n"))
        #expect(!head.contains("transfer-encoding"))
        #expect(server.log.connections == 1)
    }

    @Test("An upload after the server closed the idle connection arrives whole on another one")
    func closedWhileIdle() async throws {
        let server = try UploadServer { _, _ in .answersAndCloses }
        defer { server.stop() }
        let (spool, hash) = try Self.fill(3_000_000, memoryLimit: 1 << 20)
        let client = try makeClient()
        for round in 1...5 {
            let request = Self.request(server.url, [.spooled(spool, 0..<spool.count)])
            #expect(try await client.send(request).readAll(limit: 10).count == 2)
            try await eventually("the connection is closed") { server.log.open == 0 }
            #expect(server.log.connections == round)
        }
        #expect(server.log.uploads.map(\.hash) == Array(repeating: hash, count: 5))
    }

    @Test(
        "A connection that closes on a request that may be repeated has it repeated whole by libsoup", arguments: 0..<10
    )
    func restarted(round: Int) async throws {
        let server = try UploadServer { connection, request in connection == 1 && request == 2 ? .closes : .answers }
        defer { server.stop() }
        let (spool, hash) = try Self.fill(3_000_000, memoryLimit: 1 << 20)
        let client = try makeClient()
        for _ in 0..<2 {
            let request = Self.request(server.url, [.spooled(spool, 0..<spool.count)], method: "PUT")
            #expect(try await client.send(request).readAll(limit: 10).count == 2)
        }
        #expect(server.log.connections == 2)
        #expect(server.log.uploads.map(\.hash) == [hash, hash])
        // A POST is not repeated: that is for the caller to decide.
        let second = try UploadServer { _, request in request == 2 ? .closes : .answers }
        defer { second.stop() }
        let request = Self.request(second.url, [.spooled(spool, 0..<spool.count)])
        _ = try await client.send(request).readAll(limit: 10)
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(error?.isTransient == true)
        #expect(second.log.uploads.count == 1)
    }

    @Test("An upload that goes on slowly is not idle")
    func slow() async throws {
        let server = try UploadServer { _, _ in .readsSlowly(blockSize: 1 << 20, pause: .milliseconds(40)) }
        defer { server.stop() }
        let (spool, hash) = try Self.fill(60 << 20, memoryLimit: 1 << 20)
        let start = ContinuousClock.now
        let request = Self.request(server.url, [.spooled(spool, 0..<spool.count)], idle: .seconds(1))
        #expect(try await makeClient().send(request).readAll(limit: 10).count == 2)
        #expect(start.duration(to: .now) > .seconds(2))
        #expect(server.log.uploads.map(\.hash) == [hash])
    }

    @Test("An upload that nobody takes fails the idle limit")
    func stalled() async throws {
        let server = try UploadServer { _, _ in .stops(after: 1 << 20) }
        defer { server.stop() }
        let (spool, _) = try Self.fill(60 << 20, memoryLimit: 1 << 20)
        let request = Self.request(server.url, [.spooled(spool, 0..<spool.count)], idle: .milliseconds(300))
        let client = try makeClient()
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(error?.kind == .timedOut(.idle))
        server.drain()
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test("An upload is cancelled, and lets go of its spool", arguments: [true, false])
    func cancelled(isStalled: Bool) async throws {
        let client = try makeClient()
        weak var released: Spool?
        for _ in 1...5 {
            let server = try UploadServer { _, _ in
                isStalled ? .stops(after: 1 << 20) : .readsSlowly(blockSize: 64 << 10, pause: .milliseconds(5))
            }
            defer { server.stop() }
            let (spool, _) = try Self.fill(60 << 20, memoryLimit: 1 << 20)
            released = spool
            let request = Self.request(server.url, [.spooled(spool, 0..<spool.count)])
            let task = Task {
                await failure { () async throws(HTTPError) in _ = try await client.send(request) }
            }
            try await eventually("something came") { server.log.received >= 1 << 20 }
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
            server.drain()
            try await eventually("the connection is closed") { server.log.open == 0 }
            #expect(server.log.uploads.isEmpty)
        }
        try await eventually("the spool is gone") { [weak released] in released == nil }
    }

    @Test("A spool that cannot be read ends the request with a sentence")
    func unreadable() async throws {
        let server = try UploadServer { _, _ in .answers }
        defer { server.stop() }
        let (spool, _) = try Self.fill(300_000, memoryLimit: 0)
        let request = Self.request(server.url, [.bytes(Bytes("head")), .spooled(spool, 0..<400_000)])
        let client = try makeClient()
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(
            error?.description
                == "what was to be sent to 127.0.0.1:\(server.port) cannot be read: bytes 262144..<327680 are not in the "
                + "spool")
        #expect(error?.isTransient == false)
        #expect(server.log.uploads.isEmpty)
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test("An upload of 200 MB takes a few MB of memory")
    func memory() async throws {
        await #expect(processExitsWith: .success) {
            let server = try UploadServer { _, _ in .answers }
            let (spool, hash) = try Self.fill(200_000_000, memoryLimit: 4 << 20)
            let request = Self.request(server.url, [.spooled(spool, 0..<spool.count)])
            let client = HTTPClient(userAgent: "test")
            _ = try await client.send(Self.request(server.url, [])).readAll(limit: 10)
            let before = Self.anonymousMemory()
            let highest = Mutex(before)
            let watch = Task {
                while !Task.isCancelled {
                    highest.withLock { $0 = max($0, Self.anonymousMemory()) }
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            #expect(try await client.send(request).readAll(limit: 10).count == 2)
            watch.cancel()
            #expect(server.log.uploads.last?.hash == hash)
            let growth = highest.withLock { $0 } - before
            #expect(before > 0 && growth < 8_000_000, "\(growth)")
        }
    }

    /// In bytes; what lies in files does not count.
    private static func anonymousMemory() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") })
        else { return 0 }
        return line.split(separator: " ").dropLast().last.flatMap { Int($0) }.map { $0 * 1024 } ?? 0
    }
}
