import GLib
import TestServers
import Testing

@testable import HTTP

@Suite("Limits")
struct TimeoutTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// Limits of half a minute but for the ones a test is about.
    private static func limits(
        connect: Duration = .seconds(30), firstByte: Duration = .seconds(30), idle: Duration = .seconds(30)
    ) -> HTTPTimeouts {
        HTTPTimeouts(connect: connect, firstByte: firstByte, idle: idle)
    }

    @Test("A server that accepts and says nothing fails the connect limit")
    func connect() async throws {
        let server = try FaultServer(.tls, .silent) { _, _ in [] }
        defer { server.stop() }
        let client = try makeClient()
        let request = HTTPRequest(url: server.url, timeouts: Self.limits(connect: .milliseconds(150)))
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(error?.kind == .timedOut(.connect))
        #expect(error?.endpoint == "127.0.0.1:\(server.port)")
        #expect(error?.isTransient == true)
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test("A server that does not answer fails the first-byte limit", arguments: FaultServer.Transport.allCases)
    func firstByte(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, request in
            request == 1 ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")] : [.send("HTTP/1.1 20"), .hold]
        }
        defer { server.stop() }
        let client = try makeClient()
        _ = try await client.send(HTTPRequest(url: server.url)).readAll(limit: 10)
        let request = HTTPRequest(url: server.url, timeouts: Self.limits(firstByte: .milliseconds(150)))
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(error?.kind == .timedOut(.firstByte))
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test(
        "Silence inside a body fails the idle limit, after what came before it",
        arguments: FaultServer.Transport.allCases)
    func idle(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, _ in
            [.send(Self.head + "3\r\none\r\n"), .sleep(.milliseconds(50)), .send("3\r\ntwo\r\n"), .hold]
        }
        defer { server.stop() }
        let client = try makeClient()
        let request = HTTPRequest(url: server.url, timeouts: Self.limits(idle: .milliseconds(400)))
        let outcome = await outcome(of: try await client.send(request))
        #expect(String(decoding: outcome.bytes, as: UTF8.self) == "onetwo")
        #expect(outcome.error?.kind == .timedOut(.idle))
        try await eventually("the connection is closed") { server.log.open == 0 }
    }

    @Test("A server that takes no request body fails the idle limit")
    func upload() async throws {
        let server = try FaultServer(.tcp, .deaf) { _, _ in [] }
        defer { server.stop() }
        let client = try makeClient()
        let request = HTTPRequest(
            method: "POST", url: server.url,
            body: .bytes(Bytes(ContiguousArray(repeating: 1, count: 64 << 20)), contentType: "audio/mpeg"),
            timeouts: Self.limits(idle: .milliseconds(200)))
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(error?.kind == .timedOut(.idle))
    }

    @Test("While nobody reads, no limit fires, libsoup's neither", arguments: FaultServer.Transport.allCases)
    func pausedReader(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, _ in
            [
                .send(Self.head + "3\r\none\r\n"), .sleep(.milliseconds(1800)), .send("3\r\ntwo\r\n"),
                .sleep(.milliseconds(600)), .send("0\r\n\r\n"),
            ]
        }
        defer { server.stop() }
        let client = try makeClient(backstop: .seconds(1))
        let request = HTTPRequest(url: server.url, timeouts: Self.limits(idle: .milliseconds(900)))
        let response = try await client.send(request)
        // On a busy machine the second part may be there already when the first is read.
        let first = try await response.read()?.array ?? []
        try await Task.sleep(for: .milliseconds(2100))
        let outcome = await outcome(of: response)
        #expect(String(decoding: first + outcome.bytes, as: UTF8.self) == "onetwo")
        #expect(outcome.error == nil)
    }
}
