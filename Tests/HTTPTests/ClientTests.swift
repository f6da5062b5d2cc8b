import GLib
import Synchronization
import TestServers
import Testing

@testable import HTTP

@Suite("HTTP client")
struct ClientTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test(
        "Requests one after the other share a connection, and the timings say so",
        arguments: FaultServer.Transport.allCases)
    func reuse(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, _ in [.send(Self.ok)] }
        defer { server.stop() }
        let client = try makeClient()
        for round in 0..<5 {
            let response = try await client.send(HTTPRequest(method: round % 2 == 0 ? "POST" : "GET", url: server.url))
            _ = try await response.readAll(limit: 10)
            let timings = response.timings
            #expect(timings.reusedConnection == (round > 0))
            #expect((timings.connected == nil) == (round > 0))
            let sent = try #require(timings.requestSent)
            #expect(timings.start <= timings.connected ?? timings.start)
            #expect(timings.connected ?? timings.start <= sent)
            #expect(sent <= timings.head)
        }
        #expect(server.log.connections == 1)
    }

    @Test("Requests side by side have connections of their own")
    func sideBySide() async throws {
        let arrived = Mutex(0)
        let server = HTTPServer(name: "test-server") { request in
            arrived.withLock { $0 += 1 }
            try? await eventually("all are there") { arrived.withLock { $0 == 20 } }
            return HTTPServerResponse(body: .bytes(Bytes("\(request.connectionID)")))
        }
        let port = try await server.start()
        let client = try makeClient()
        let ids = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await client.send(HTTPRequest(url: "http://localhost:\(port)/")).readAll(limit: 10).array
                }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(ids.count == 20)
        await server.stop()
    }

    @Test("A kept connection that the server closed meanwhile is not used", arguments: FaultServer.Transport.allCases)
    func staleConnection(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, _ in [.send(Self.ok), .closeNicely] }
        defer { server.stop() }
        let client = try makeClient()
        for round in 1...3 {
            let request = HTTPRequest(
                method: "POST", url: server.url, body: .bytes(Bytes("{}"), contentType: "application/json"))
            let response = try await client.send(request)
            #expect(try await response.readAll(limit: 10).count == 2)
            try await eventually("closed") { server.log.open == 0 }
            #expect(server.log.connections == round)
        }
    }

    @Test("A server that offers HTTP/2 is spoken to in HTTP/1.1")
    func protocolVersion() async throws {
        let server = try FaultServer(.tls) { _, _ in [.send(Self.ok)] }
        defer { server.stop() }
        _ = try await makeClient().send(HTTPRequest(url: server.url)).readAll(limit: 10)
        #expect(server.log.negotiatedProtocols == ["http/1.1"])
    }

    @Test("The request goes out as it was given, with nothing that asks for compression or a cookie")
    func request() async throws {
        let server = try FaultServer { _, _ in [.send(Self.ok)] }
        defer { server.stop() }
        let request = HTTPRequest(
            method: "POST", url: server.url + "v1/speech?output=mp3_44100", headers: ["X-One": "1"],
            secretHeader: ("xi-api-key", Secret("canary")),
            body: .bytes(Bytes("{}"), contentType: "application/json"))
        _ = try await makeClient().send(request).readAll(limit: 10)
        let lines = try #require(server.log.requests.first).split(separator: "\r\n").map { $0.lowercased() }
        #expect(lines.first == "post /v1/speech?output=mp3_44100 http/1.1")
        #expect(
            Set(lines.dropFirst()) == [
                "host: 127.0.0.1:\(server.port)", "x-one: 1", "xi-api-key: canary", "content-type: application/json",
                "content-length: 2", "user-agent: elevenpipe-tests", "connection: keep-alive",
            ])
    }

    @Test("An error status is an answer with a body", arguments: [400, 401, 404, 409, 422, 429, 500, 503])
    func errorStatus(status: Int) async throws {
        let server = try FaultServer { _, _ in
            [
                .send(
                    "HTTP/1.1 \(status) Odd Reason\r\nRetry-After: 3\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                        + "Content-Length: 4\r\n\r\nwhy?")
            ]
        }
        defer { server.stop() }
        let response = try await makeClient().send(HTTPRequest(url: server.url))
        #expect(response.status == status)
        #expect(response.reason == "Odd Reason")
        #expect(response.headers["retry-after"] == "3")
        #expect(try await response.readAll(limit: 10).array == Array("why?".utf8))
    }

    @Test(
        "A redirect is reported and not followed, and the key goes nowhere else", arguments: [301, 302, 303, 307, 308],
        FaultServer.Transport.allCases)
    func redirect(status: Int, transport: FaultServer.Transport) async throws {
        let other = try FaultServer { _, _ in [.send(Self.ok)] }
        let secure = try FaultServer(.tls) { _, _ in [.send(Self.ok)] }
        defer {
            other.stop()
            secure.stop()
        }
        let targets = [
            ("http://127.0.0.1", other.port), ("http://localhost", other.port), ("http://[::1]", other.port),
            ("https://localhost", secure.port),
        ]
        // Each of the four comes with one status at least.
        let (origin, port) = targets[status % targets.count]
        let location = "\(origin):\(port)/there?token=canary".replacing("://", with: "://user:password@")
        let server = try FaultServer(transport) { _, _ in
            [.send("HTTP/1.1 \(status) Moved\r\nLocation: \(location)\r\nContent-Length: 0\r\n\r\n")]
        }
        defer { server.stop() }
        let client = try makeClient()
        let request = HTTPRequest(url: server.url, secretHeader: ("xi-api-key", Secret("canary")))
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(error?.kind == .redirected(location: "\(origin):\(port)/there"))
        #expect(error?.isTransient == false)
        #expect(server.log.requests.map { $0.contains("xi-api-key: canary") } == [true])
        #expect(other.log.connections == 0 && secure.log.connections == 0)
    }

    @Test("A body longer than wanted is refused")
    func tooLarge() async throws {
        let server = try FaultServer { _, _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nonetwothree")] }
        defer { server.stop() }
        let client = try makeClient()
        let url = server.url
        let error = await failure { () async throws(HTTPError) in
            _ = try await client.send(HTTPRequest(url: url)).readAll(limit: 10)
        }
        #expect(error?.kind == .tooLarge(limit: 10))
    }

    @Test("What is no HTTP is called so", arguments: ["SSH-2.0-OpenSSH_9\r\n\r\n", "HTTP/1.1 abc\r\n\r\n"])
    func garbage(answer: String) async throws {
        let server = try FaultServer { _, _ in [.send(answer), .close] }
        defer { server.stop() }
        let client = try makeClient()
        let url = server.url
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) }
        guard case .protocolViolation = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A connection that ends before the head is lost, and worth another try", arguments: [false, true])
    func noHead(isReset: Bool) async throws {
        let server = try FaultServer { _, _ in [isReset ? .reset : .close] }
        defer { server.stop() }
        let client = try makeClient()
        let request = HTTPRequest(method: "POST", url: server.url)
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        guard case .connectionLost = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isTransient == true)
    }

    @Test("Nobody there is refused; no such name is unresolvable")
    func nobody() async throws {
        let server = try FaultServer { _, _ in [] }
        let client = try makeClient()
        let port = server.port
        server.stop()
        try await eventually("refused") {
            let request = HTTPRequest(url: "http://127.0.0.1:\(port)/", timeouts: HTTPTimeouts(firstByte: .seconds(1)))
            return await failure { () async throws(HTTPError) in _ = try await client.send(request) }?.kind == .refused
        }
        let request = HTTPRequest(url: "http://nobody.invalid/")
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(error?.kind == .unresolvable(host: "nobody.invalid"))
        #expect(error?.endpoint == "nobody.invalid:80")
    }

    @Test("A certificate that nobody trusts is refused, and the reason told")
    func certificate() async throws {
        let server = try FaultServer(.tls) { _, _ in [.send(Self.ok)] }
        defer { server.stop() }
        let url = server.url
        let suspicious = HTTPClient(userAgent: "test")
        let error = await failure { () async throws(HTTPError) in _ = try await suspicious.send(HTTPRequest(url: url)) }
        #expect(error?.kind == .tls(reason: "the certificate is not accepted: nobody trusted has signed it"))
        #expect(server.log.requests.isEmpty)

        let trusting = try makeClient()
        let wrongName = HTTPRequest(url: "https://localhost:\(server.port)/")
        let second = await failure { () async throws(HTTPError) in _ = try await trusting.send(wrongName) }
        #expect(second?.kind == .tls(reason: "the certificate is not accepted: it is for another host"))

        let broken = HTTPClient(userAgent: "test", certificateAuthorities: "/nonexistent.pem")
        let third = await failure { () async throws(HTTPError) in _ = try await broken.send(HTTPRequest(url: url)) }
        guard case .tls = third?.kind else {
            Issue.record("\(String(describing: third))")
            return
        }
    }

    @Test(
        "What is no URL is refused before anything is sent",
        arguments: [
            "", "speech", "ftp://example.com/", "http://", "http:///x", "http://a b/", "http://h:99999/",
            "http://h/\r\nX: 1",
        ]
    )
    func badURL(url: String) async throws {
        let client = try makeClient()
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(HTTPRequest(url: url)) }
        guard case .badURL = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A header that would break the wire is refused")
    func badHeader() async throws {
        let client = try makeClient()
        let requests = [
            HTTPRequest(url: "http://127.0.0.1:1/", headers: ["X": "a\r\nY: b"]),
            HTTPRequest(url: "http://127.0.0.1:1/", headers: ["X Y": "a"]),
            HTTPRequest(url: "http://127.0.0.1:1/", secretHeader: ("xi-api-key", Secret("canary\n"))),
        ]
        for request in requests {
            let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
            guard case .other = error?.kind else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(error?.description.contains("canary") == false)
        }
    }

    @Test("A server is not made to run ahead of a reader who rests", arguments: FaultServer.Transport.allCases)
    func backpressure(transport: FaultServer.Transport) async throws {
        let piece = [UInt8](repeating: 7, count: 1 << 20)
        let pieces = 64
        let server = try FaultServer(transport) { _, _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(pieces << 20)\r\n\r\n")]
                + Array(repeating: .sendBytes(piece), count: pieces)
        }
        defer { server.stop() }
        let response = try await makeClient().send(HTTPRequest(url: server.url))
        #expect(try await response.read() != nil)
        try await Task.sleep(for: .milliseconds(500))
        // What the kernel buffers on loopback is a few MiB; without backpressure all 64 would be gone.
        #expect(server.log.bytesSent < 24 << 20)
        #expect(await response.receivedBytes < 1 << 20)
        let rest = await outcome(of: response)
        #expect(rest.error == nil)
        #expect(await response.receivedBytes == pieces << 20)
    }
}
