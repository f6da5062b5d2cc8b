import GLib
import Testing

@testable import HTTP

@Suite("HTTP server")
struct HTTPServerTests {
    @Test("A request comes in whole and its answer goes out whole")
    func roundTrip() async throws {
        let server = HTTPServer(name: "test-server") { request in
            #expect(request.method == "POST")
            #expect(request.rawPath == "/a%20b/c")
            #expect(request.path == "/a b/c")
            #expect(request.query.map { "\($0.0)=\($0.1)" } == ["x=1", "y=two words", "z="])
            #expect(request.headers["x-test"] == "yes")
            return HTTPServerResponse(status: 201, headers: ["X-Back": "1"], body: .bytes(request.body))
        }
        let port = try await server.start()
        let client = HTTPClient(userAgent: "test")
        let response = try await client.send(
            HTTPRequest(
                method: "POST", url: "http://127.0.0.1:\(port)/a%20b/c?x=1&y=two+words&z", headers: ["X-Test": "yes"],
                body: .bytes(Bytes("hello"), contentType: "text/plain")))
        #expect(response.status == 201)
        #expect(response.reason == "Created")
        #expect(response.headers["x-back"] == "1")
        #expect(try await response.readAll(limit: 100).array == Array("hello".utf8))
        await server.stop()
    }

    @Test("Streamed answers arrive chunk by chunk and leave the connection usable")
    func streams() async throws {
        let server = HTTPServer(name: "test-server") { request in
            HTTPServerResponse(
                headers: ["X-Connection": "\(request.connectionID)"],
                body: .stream { writer in
                    for word in ["one", "two", "three"] { try await writer.write(Bytes(word)) }
                })
        }
        let port = try await server.start()
        let client = HTTPClient(userAgent: "test")
        var connections: Set<String> = []
        for round in 0..<20 {
            let response = try await client.send(HTTPRequest(url: "http://127.0.0.1:\(port)/"))
            #expect(try await response.readAll(limit: 100).array == Array("onetwothree".utf8))
            #expect(await response.endIsUnproven == false)
            #expect(response.timings.reusedConnection == (round > 0))
            connections.insert(response.headers["X-Connection"] ?? "")
        }
        #expect(connections == ["1"])
        await server.stop()
    }
}
