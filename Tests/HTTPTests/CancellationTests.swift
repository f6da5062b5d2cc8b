import GLib
import TestServers
import Testing

@testable import HTTP

@Suite("Cancellation")
struct CancellationTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test("A task cancelled before it sends does not send")
    func before() async throws {
        let server = try FaultServer { _, _ in [.close] }
        defer { server.stop() }
        let client = try makeClient()
        let url = server.url
        let task = Task {
            try? await Task.sleep(for: .seconds(60))
            return await failure { () async throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) }
        }
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        #expect(server.log.connections == 0)
    }

    @Test("A task is cancelled while it connects")
    func whileConnecting() async throws {
        let server = try FaultServer(.tls, .silent) { _, _ in [] }
        defer { server.stop() }
        let client = try makeClient()
        let url = server.url
        let task = Task {
            await failure { () async throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) }
        }
        try await eventually("connected") { server.log.open == 1 }
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test("A task is cancelled while it waits for the head", arguments: FaultServer.Transport.allCases)
    func whileWaiting(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, _ in [.hold] }
        defer { server.stop() }
        let client = try makeClient()
        let url = server.url
        let task = Task {
            await failure { () async throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) }
        }
        try await eventually("the request is there") { server.log.requests.count == 1 }
        task.cancel()
        #expect(await task.value?.kind == .cancelled)
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test("A task is cancelled while it reads", arguments: FaultServer.Transport.allCases)
    func whileReading(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, _ in [.send(Self.head + "3\r\none\r\n"), .hold] }
        defer { server.stop() }
        let response = try await makeClient().send(HTTPRequest(url: server.url))
        let task = Task { await outcome(of: response) }
        try await eventually("the first bytes are there") { await response.receivedBytes == 3 }
        task.cancel()
        let result = await task.value
        #expect(result.error?.kind == .cancelled)
        #expect(String(decoding: result.bytes, as: UTF8.self) == "one")
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test("A cancelled response's connection is closed, not reused", arguments: FaultServer.Transport.allCases)
    func connectionAfterwards(transport: FaultServer.Transport) async throws {
        // The rest of the body comes late: a connection kept in spite of it would look idle.
        let server = try FaultServer(transport) { _, request in
            request == 1
                ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
                : [.send(Self.head + "3\r\none\r\n"), .hold]
        }
        defer { server.stop() }
        let client = try makeClient()
        _ = try await client.send(HTTPRequest(url: server.url)).readAll(limit: 10)
        let second = try await client.send(HTTPRequest(url: server.url))
        #expect(second.timings.reusedConnection)
        #expect(try await second.read()?.count == 3)
        await second.cancel()
        let error = await failure { () async throws(HTTPError) in _ = try await second.read() }
        #expect(error?.kind == .cancelled)
        let third = try await client.send(HTTPRequest(url: server.url))
        #expect(!third.timings.reusedConnection)
        #expect(try await third.readAll(limit: 10).count == 2)
        try await eventually("the first connection is closed") { server.log.open == 1 }
    }

    @Test("Letting go of a response closes its connection")
    func dropped() async throws {
        let server = try FaultServer { _, _ in [.send(Self.head + "3\r\none\r\n"), .hold] }
        defer { server.stop() }
        let client = try makeClient()
        do {
            let response = try await client.send(HTTPRequest(url: server.url))
            #expect(response.status == 200)
        }
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test("A hundred exchanges are cancelled at random moments", arguments: FaultServer.Transport.allCases)
    func atRandom(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, _ in
            [
                .sleep(.milliseconds(3)), .send(Self.head), .sleep(.milliseconds(3)), .send("3\r\none\r\n"),
                .sleep(.milliseconds(3)), .send("3\r\ntwo\r\n0\r\n\r\n"),
            ]
        }
        defer { server.stop() }
        var client: HTTPClient? = try makeClient()
        let url = server.url
        for _ in 0..<100 {
            let task = Task { [client] () -> HTTPError? in
                guard let client else { return nil }
                return await failure { () async throws(HTTPError) in
                    let response = try await client.send(HTTPRequest(url: url))
                    let bytes = try await response.readAll(limit: 100)
                    #expect(bytes.array == Array("onetwo".utf8))
                }
            }
            try await Task.sleep(for: .microseconds(Int.random(in: 0...14_000)))
            task.cancel()
            let error = await task.value
            #expect(error == nil || error?.kind == .cancelled)
        }
        // The client still works, nothing is left open but the one kept alive, and nothing keeps the client's session.
        do {
            let response = try await #require(client).send(HTTPRequest(url: url))
            #expect(try await response.readAll(limit: 100).count == 6)
        }
        try await eventually("the others are closed") { server.log.open <= 1 }
        client = nil
        try await eventually("the session is gone") { server.log.open == 0 }
    }
}
