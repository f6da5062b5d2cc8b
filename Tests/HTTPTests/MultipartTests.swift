import GLib
import Synchronization
import Testing

@testable import HTTP

@Suite("Multipart forms")
struct MultipartTests {
    private static func text(_ body: HTTPBody) throws -> String {
        guard case .pieces(let pieces, _) = body else { return "" }
        return try pieces.map { piece in
            switch piece {
            case .bytes(let bytes): String(decoding: bytes.array, as: UTF8.self)
            case .spooled(let spool, let range): String(decoding: try spool.read(range).array, as: UTF8.self)
            }
        }.joined()
    }

    private static func request(_ contentType: String?, _ body: String) -> HTTPServerRequest {
        HTTPServerRequest(
            method: "POST", rawPath: "/", path: "/", query: [],
            headers: HTTPHeaders(contentType.map { [("Content-Type", $0)] } ?? []), body: Bytes(body), connectionID: 1)
    }

    @Test("Parts go out in the order in which they were added, as the service's own client writes them")
    func wire() throws {
        let spool = Spool(memoryLimit: 0)
        try spool.append(Bytes("..RIFF.."))
        var form = MultipartForm(boundary: "abc")
        form.add("model_id", text: "eleven_english_sts_v2")
        form.add("seed", text: "7")
        form.add(
            "audio", filename: "upload", contentType: "application/octet-stream",
            pieces: [.bytes(Bytes("1")), .spooled(spool, 2..<6), .bytes(Bytes("2"))])
        #expect(form.contentType == "multipart/form-data; boundary=abc")
        #expect(
            try Self.text(form.body)
                == "--abc\r\nContent-Disposition: form-data; name=\"model_id\"\r\n\r\neleven_english_sts_v2\r\n"
                + "--abc\r\nContent-Disposition: form-data; name=\"seed\"\r\n\r\n7\r\n"
                + "--abc\r\nContent-Disposition: form-data; name=\"audio\"; filename=\"upload\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n1RIFF2\r\n--abc--\r\n")
    }

    @Test("Names cannot end their quotes or their line")
    func escaping() throws {
        var form = MultipartForm(boundary: "b")
        form.add("a\"b\r\nc\\ü", filename: "x\".wav\n", contentType: "audio/wav", pieces: [])
        #expect(
            try Self.text(form.body)
                == "--b\r\nContent-Disposition: form-data; name=\"a%22b%0D%0Ac\\ü\"; filename=\"x%22.wav%0A\"\r\n"
                + "Content-Type: audio/wav\r\n\r\n\r\n--b--\r\n")
    }

    @Test("Every form has another boundary, of 32 digits")
    func boundaries() {
        let boundaries = (0..<100).map { _ in MultipartForm.randomBoundary() }
        #expect(Set(boundaries).count == 100)
        #expect(boundaries.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test("A server reads the fields back, whatever bytes they are made of", arguments: [0, 1, 100, 1_000_000])
    func roundTrip(count: Int) async throws {
        let boundary = MultipartForm.randomBoundary()
        let awkward = ["", "\r\n", "x--\(boundary)\r\n", "\r\n--\(boundary)x", "\r\n\r\n--\(boundary)-", "\0\r\n-"]
        let contents =
            awkward.map { Array($0.utf8) } + [(0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ ($0 >> 8)) }]
        var form = MultipartForm(boundary: boundary)
        form.add("voice_settings", text: #"{"stability":0.5,"text":"ü"}"#)
        for (index, content) in contents.enumerated() {
            form.add("f\(index)", filename: "f.raw", contentType: "audio/x", pieces: [.bytes(Bytes(content))])
        }
        let received = Mutex<[MultipartPart]>([])
        let server = HTTPServer(name: "test-server") { request in
            do throws(MultipartError) {
                let parts = try request.multipart()
                received.withLock { $0 = parts }
                return HTTPServerResponse(status: 200)
            } catch {
                return HTTPServerResponse(status: 400, body: .bytes(Bytes(error.description)))
            }
        }
        let port = try await server.start()
        let response = try await makeClient().send(
            HTTPRequest(method: "POST", url: "http://127.0.0.1:\(port)/", body: form.body))
        #expect(response.status == 200)
        let parts = received.withLock { $0 }
        #expect(parts.map(\.name) == ["voice_settings"] + contents.indices.map { "f\($0)" })
        #expect(parts.map(\.filename) == [nil] + contents.map { _ in "f.raw" })
        #expect(parts.map(\.contentType) == [nil] + contents.map { _ in "audio/x" })
        let isSame = zip(parts.dropFirst(), contents).allSatisfy { $0.body.array == $1 }
        #expect(isSame)
        await server.stop()
    }

    @Test(
        "A malformed form is an error with a sentence",
        arguments: [
            (nil, "", "the body is nothing, not multipart/form-data"),
            ("application/json", "{}", "the body is application/json, not multipart/form-data"),
            ("multipart/form-data", "--b\r\n\r\n\r\n--b--\r\n", "announces"),
            ("multipart/form-data; boundary=b", "", "announces"),
            ("multipart/form-data; boundary=b", "words", "announces"),
            (
                "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
                "announces"
            ),
            ("multipart/form-data; boundary=b", "--b\r\nno headers\r\n--b--\r\n", "announces"),
            ("multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n", "part 1 of the form has no Content-D"),
            (
                "multipart/form-data; boundary=b", "--b\r\nX-Y: z\r\n\r\nx\r\n--b--\r\n",
                "part 1 of the form has no Content-D"
            ),
            (
                "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
                "part 1 of the form has no name"
            ),
            (
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--\r\n",
                "part 1 of the form has no name"
            ),
            (
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n--b--\r\n", "part 1 of the form has no body"
            ),
        ] as [(String?, String, String)])
    func malformed(contentType: String?, body: String, words: String) {
        let error = #expect(throws: MultipartError.self) { try Self.request(contentType, body).multipart() }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("A form cut anywhere is an error or the fields before the cut's last boundary, and never a crash")
    func cut() throws {
        let whole =
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"b\"; filename=\"f\"\r\nContent-Type: x/y\r\n\r\n2\r\n--b--\r\n"
        for count in 0..<whole.utf8.count {
            let part = String(decoding: Array(whole.utf8.prefix(count)), as: UTF8.self)
            let parts = try? Self.request("multipart/form-data; boundary=b", part).multipart()
            #expect(parts == nil || count > whole.utf8.count - 3, "\(count)")
        }
        #expect(try Self.request("multipart/form-data; boundary=b", whole).multipart().map(\.name) == ["a", "b"])
    }
}
