import CSoup
import GLib
import TestServers
import Testing

@testable import HTTP

@Suite("Secrets")
struct SecretTests {
    @Test("A secret shows in no description, reflection or dump")
    func hidden() {
        let secret = Secret("canary-4711")
        let request = HTTPRequest(url: "https://example.com/", secretHeader: ("xi-api-key", secret))
        var dumped = ""
        dump(secret, to: &dumped)
        dump(request, to: &dumped)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(request)",
            String(reflecting: request), "\(Optional(secret) as Any)", "\([secret])", dumped,
        ]
        for text in texts { #expect(!text.contains("canary")) }
        #expect(Mirror(reflecting: secret).children.isEmpty)
        secret.withValue { #expect($0 == "canary-4711") }
    }

    @Test(
        "A key is taken out of a text in any case and place",
        arguments: [
            ("Canary-4711", "<secret>"), ("a canary-4711b CANARY-4711", "a <secret>b <secret>"),
            ("canary-471", "canary-471"),
            ("canary-canary-4711 ü", "canary-<secret> ü"), ("", ""),
        ])
    func removed(text: String, expected: String) {
        #expect(Secret("canary-4711").removed(from: text) == expected)
        #expect(Secret("canary").removed(from: text) == text)
    }

    @Test(
        "A key is not sent over plain HTTP to another machine",
        arguments: [
            "http://example.com/", "http://10.0.0.1:8080/", "http://127.0.0.1.example.com/", "http://[fe80::1]/",
        ])
    func insecure(url: String) async throws {
        let client = try makeClient()
        let request = HTTPRequest(url: url, secretHeader: ("xi-api-key", Secret("canary")))
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        #expect(error?.kind == .insecure)
        #expect(error?.isTransient == false)
    }

    @Test(
        "This machine's own addresses are known",
        arguments: [
            ("http://127.0.0.1/", true), ("http://127.8.9.1/", true), ("http://[::1]/", true),
            ("http://localhost/", true),
            ("http://LOCALHOST:80/", true), ("http://localhost.example.com/", false), ("http://128.0.0.1/", false),
            ("http://0.0.0.0/", false), ("http://user@example.com/", false),
        ])
    func loopback(url: String, expected: Bool) throws {
        #expect(try RequestTarget(url: url).isLoopback == expected)
    }

    @Test("A key goes over TLS, and is on no request but its own", arguments: FaultServer.Transport.allCases)
    func sent(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }
        defer { server.stop() }
        let client = try makeClient()
        let request = HTTPRequest(url: server.url, secretHeader: ("xi-api-key", Secret("canary")))
        _ = try await client.send(request).readAll(limit: 1)
        _ = try await client.send(HTTPRequest(url: server.url)).readAll(limit: 1)
        #expect(server.log.requests.map { $0.contains("xi-api-key: canary") } == [true, false])
    }

    @Test("An error's sentence has the server in it and nothing private")
    func errorText() async throws {
        let client = try makeClient()
        let request = HTTPRequest(
            url: "http://user:password@127.0.0.1:1/path?token=canary", secretHeader: ("xi-api-key", Secret("canary")))
        let error = await failure { () async throws(HTTPError) in _ = try await client.send(request) }
        let text = try #require(error).description + String(reflecting: try #require(error))
        #expect(text.contains("127.0.0.1:1"))
        for part in ["canary", "password", "token"] { #expect(!text.contains(part)) }
    }

    @NetworkActor
    @Test("A key for this machine is not shown to a proxy on the way")
    func proxy() async throws {
        let proxy = try FaultServer { _, _ in [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }
        defer { proxy.stop() }
        let session = try Session(
            userAgent: "test", certificateAuthorities: nil, connectionsPerHost: 4, backstop: .seconds(60))
        let resolver = g_simple_proxy_resolver_new("http://127.0.0.1:\(proxy.port)", nil)
        soup_session_set_proxy_resolver(session.object.cast(), resolver)
        g_object_unref(UnsafeMutableRawPointer(resolver))
        var request = HTTPRequest(url: "http://127.0.0.1:9/")
        let target = try RequestTarget(url: request.url)
        #expect(try await Exchange(request, to: target, in: session).run().status == 200)
        #expect(proxy.log.requests.count == 1)
        request.secretHeader = ("xi-api-key", Secret("canary"))
        let secret = Exchange(request, to: target, in: session)
        do {
            _ = try await secret.run()
            Issue.record("the proxy was used")
        } catch {
            #expect(error.kind == .insecure)
        }
        #expect(!proxy.log.requests.contains { $0.contains("canary") })
    }
}
