import GLib
import TestServers
import Testing

@testable import HTTP

/// One way to end a body, and what must become of it.
struct Ending: Sendable, CustomTestStringConvertible {
    enum Verdict: Sendable, Equatable {
        case whole
        case wholeButUnproven
        case truncated
        case lost
    }

    var testDescription: String
    var head = "Transfer-Encoding: chunked\r\n"
    var body: String
    var last: [FaultServer.Step] = []
    /// The body as it is to arrive.
    var arrives = "onetwothree"
    var verdict: Verdict

    private static let chunks = "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n"

    static let all: [Ending] = [
        Ending(testDescription: "chunked, whole", body: chunks + "0\r\n\r\n", verdict: .whole),
        Ending(
            testDescription: "chunked, whole, then FIN", body: chunks + "0\r\n\r\n", last: [.close], verdict: .whole),
        Ending(
            testDescription: "chunked with a trailer", body: chunks + "0\r\nX-Sum: 1\r\n\r\n", last: [.close],
            verdict: .whole),
        Ending(testDescription: "FIN between chunks", body: chunks, last: [.close], verdict: .truncated),
        Ending(testDescription: "polite end between chunks", body: chunks, last: [.closeNicely], verdict: .truncated),
        Ending(
            testDescription: "FIN between chunks, later", body: chunks, last: [.sleep(.milliseconds(60)), .close],
            verdict: .truncated),
        Ending(
            testDescription: "FIN inside a chunk", body: chunks + "9\r\nfou", last: [.close],
            arrives: "onetwothreefou", verdict: .truncated),
        Ending(
            testDescription: "polite end inside a chunk", body: chunks + "9\r\nfou", last: [.closeNicely],
            arrives: "onetwothreefou", verdict: .truncated),
        Ending(testDescription: "FIN inside a size line", body: chunks + "1f", last: [.close], verdict: .truncated),
        Ending(
            testDescription: "FIN behind a chunk's data", body: "b\r\nonetwothree", last: [.close], verdict: .truncated),
        Ending(
            testDescription: "FIN inside the last chunk", body: chunks + "0\r\n", last: [.close], verdict: .truncated),
        Ending(testDescription: "reset", body: chunks, last: [.sleep(.milliseconds(60)), .reset], verdict: .lost),
        Ending(testDescription: "no body at all, FIN", body: "", last: [.close], arrives: "", verdict: .truncated),
        Ending(
            testDescription: "chunked, whole, announced close",
            head: "Transfer-Encoding: chunked\r\nConnection: close\r\n", body: chunks + "0\r\n\r\n", last: [.close],
            verdict: .whole),
        Ending(
            testDescription: "chunked, cut, announced close",
            head: "Transfer-Encoding: chunked\r\nConnection: close\r\n", body: chunks, last: [.close],
            verdict: .wholeButUnproven),
        Ending(testDescription: "length, whole", head: "Content-Length: 11\r\n", body: "onetwothree", verdict: .whole),
        Ending(
            testDescription: "length, whole, then FIN", head: "Content-Length: 11\r\n", body: "onetwothree",
            last: [.close], verdict: .whole),
        Ending(
            testDescription: "length, cut", head: "Content-Length: 20\r\n", body: "onetwothree", last: [.close],
            verdict: .truncated),
        Ending(
            testDescription: "length, cut, announced close", head: "Content-Length: 20\r\nConnection: close\r\n",
            body: "onetwothree", last: [.close], verdict: .truncated),
        Ending(
            testDescription: "length, whole, announced close", head: "Content-Length: 11\r\nConnection: close\r\n",
            body: "onetwothree", last: [.close], verdict: .whole),
        Ending(testDescription: "length 0", head: "Content-Length: 0\r\n", body: "", arrives: "", verdict: .whole),
        Ending(
            testDescription: "until the connection closes", head: "", body: "onetwothree", last: [.close],
            verdict: .wholeButUnproven),
    ]
}

@Suite("Body integrity", .serialized)
struct BodyIntegrityTests {
    @Test("A body is reported whole exactly when it is", arguments: Ending.all, FaultServer.Transport.allCases)
    func endings(ending: Ending, transport: FaultServer.Transport) async throws {
        for isReused in [false, true] {
            // The wait between head and body makes the client wait as well; without it all is there at the first read.
            for pause in [Duration.zero, .milliseconds(30)] {
                let server = try FaultServer(transport) { _, request in
                    if isReused, request == 1 {
                        return [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
                    }
                    return [.send("HTTP/1.1 200 OK\r\n\(ending.head)\r\n"), .sleep(pause), .send(ending.body)]
                        + ending.last
                }
                defer { server.stop() }
                let client = try makeClient()
                if isReused {
                    let first = try await client.send(HTTPRequest(url: server.url))
                    #expect(try await first.readAll(limit: 100).array == Array("ok".utf8))
                }
                let response = try await client.send(HTTPRequest(url: server.url))
                #expect(response.timings.reusedConnection == isReused)
                let outcome = await outcome(of: response)
                #expect(String(decoding: outcome.bytes, as: UTF8.self) == ending.arrives)
                switch ending.verdict {
                case .whole:
                    #expect(outcome.error == nil)
                    #expect(!outcome.endIsUnproven)
                case .wholeButUnproven:
                    #expect(outcome.error == nil)
                    #expect(outcome.endIsUnproven)
                case .truncated:
                    #expect(outcome.error?.kind == .truncated(receivedBytes: ending.arrives.utf8.count))
                case .lost:
                    guard case .connectionLost = outcome.error?.kind else {
                        Issue.record("\(String(describing: outcome.error))")
                        break
                    }
                }
            }
        }
    }

    @Test("What follows the end of a body is the end again")
    func endsStay() async throws {
        let server = try FaultServer { _, request in
            [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")]
                + (request == 1 ? [.send("0\r\n\r\n")] : [.close])
        }
        defer { server.stop() }
        let client = try makeClient()
        let whole = try await client.send(HTTPRequest(url: server.url))
        _ = try await whole.readAll(limit: 10)
        #expect(try await whole.read() == nil)
        let cut = try await client.send(HTTPRequest(url: server.url))
        for _ in 0..<3 {
            let error = await failure { () async throws(HTTPError) in _ = try await cut.readAll(limit: 10) }
            #expect(error?.kind == .truncated(receivedBytes: 2))
        }
    }

    @Test("A body of one-byte chunks arrives intact and in large pieces")
    func oneByteChunks() async throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let wire = bytes.flatMap { [0x31, 0x0D, 0x0A, $0, 0x0D, 0x0A] } + Array("0\r\n\r\n".utf8)
        for transport in FaultServer.Transport.allCases {
            let server = try FaultServer(transport) { _, _ in
                [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), .sendBytes(wire)]
            }
            defer { server.stop() }
            let response = try await makeClient().send(HTTPRequest(url: server.url))
            let outcome = await outcome(of: response)
            #expect(outcome.error == nil)
            #expect(outcome.bytes == bytes)
            #expect(outcome.reads < bytes.count / 20)
        }
    }

    @NetworkActor
    @Test("A connection is seen to be open or ended, without a wait", arguments: FaultServer.Transport.allCases)
    func probe(transport: FaultServer.Transport) async throws {
        let server = try FaultServer(transport) { _, request in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), .sleep(.milliseconds(300)), .closeNicely]
        }
        defer { server.stop() }
        let authorities = try TestCertificate.shared.get().certificateFile
        let session = try Session(
            userAgent: "test", certificateAuthorities: authorities, connectionsPerHost: 4, backstop: .seconds(60))
        let exchange = Exchange(HTTPRequest(url: server.url), to: try RequestTarget(url: server.url), in: session)
        let response = try await exchange.run()
        let connection = try #require(session.connections.first)
        #expect(session.probe(connection) == true)
        #expect(session.probe(connection + 1) == nil)
        try await eventually("the end is seen") { await session.probe(connection) == false }
        response.cancel()
    }
}
