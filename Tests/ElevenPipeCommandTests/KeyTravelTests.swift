import Foundation
import Testing

/// To the service, and over TLS or to this machine only.
@Suite(.inTurns) struct `The key goes to nobody else` {
    let scratch: Scratch
    let elsewhere: Scratch

    init() throws {
        scratch = try Scratch()
        elsewhere = try Scratch()
    }

    @Test(arguments: [301, 302, 303, 307, 308], ["127.0.0.1", "localhost", "[::1]"])
    func `behind a redirect`(status: Int, host: String) async throws {
        let other = try await elsewhere.serve(try await scratch.mp3(seconds: 0.2))
        let server = try await elsewhere.serve(
            [], ["--status", "\(status)", "--header", "Location:http://\(host):\(other.port)/v1/there"])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-mp3.yaml"), ["-v"]), environment: Canary.environment)
        #expect(finished.status == 76, "\(finished.errorText)")
        #expect(
            try finished.theError().contains(
                "redirects to http://\(host):\(other.port)/v1/there, which is not followed"))
        #expect(try server.requests.count == 1 && other.requests.isEmpty)
        try await Canary.expectNone(below: scratch)
    }

    @Test(arguments: ["http://192.0.2.1:1", "http://elevenpipe.invalid", "http://0.0.0.0:PORT", "http://HOST:PORT"])
    func `on its way to another machine in the clear`(url: String) async throws {
        let server = try await elsewhere.serve([])
        let finished = try await scratch.elevenpipe(
            [
                "run", "-v", Project.pipeline("tts-to-mp3.yaml"), "--base-url",
                url.replacing("PORT", with: "\(server.port)").replacing("HOST", with: ProcessInfo.processInfo.hostName),
            ], environment: Canary.environment)
        #expect(finished.status == 78, "\(finished.errorText)")
        #expect(try finished.theError().contains("https"))
        #expect(try server.requests.isEmpty)
        try await Canary.expectNone(below: scratch)
    }
}

/// A search that could find nothing would prove nothing.
@Suite(.inTurns) struct `The search for the key` {
    let scratch: Scratch
    let elsewhere: Scratch

    init() throws {
        scratch = try Scratch()
        elsewhere = try Scratch()
    }

    /// Made by another program, each coding alone, and cut by a line's end in any place.
    static let codings = [
        "k", "k.upper()", "k[::-1]", "k.encode().hex()", "k.encode().hex().upper()", "k.encode().hex(' ')",
        "base64.b64encode(k.encode()).decode()", "base64.b64encode(b'x' + k.encode()).decode()",
        "base64.b64encode(b'xy' + k.encode() + b'z').decode()", "base64.urlsafe_b64encode(k.encode()).decode()",
        "base64.urlsafe_b64encode(b'xy' + k.encode()).decode()", "urllib.parse.quote(k, safe='')",
        "''.join('%%%02X' % b for b in k.encode())", "json.dumps(k)", "repr(k.encode())",
    ]

    @Test(arguments: codings)
    func `finds it in every coding, wherever a line ends`(coding: String) async throws {
        let program = """
            import base64, json, os, sys, urllib.parse
            k = sys.argv[1]
            coded = \(coding)
            for cut in range(0, len(coded), max(1, len(coded) // 12)):
                os.mkdir(f'{sys.argv[2]}/{cut}')
                open(f'{sys.argv[2]}/{cut}/planted', 'wb').write(
                    b'before \\0\\xff ' + coded[:cut].encode() + b'\\n' * (cut > 0) + coded[cut:].encode() + b' after')
            """
        try await elsewhere.tool("python3", ["-c", program, Canary.key, scratch.path])
        let planted = try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { !$0.hasPrefix(".") }
        let found = try await Canary.places(below: scratch)
        #expect(found.count == planted.count, "\(found)")
    }

    @Test func `finds nothing where nothing is`() async throws {
        try scratch.write(noise(1_000_000), to: "noise")
        try scratch.write("ELEVENLABS_API_KEY sk_ <secret>", to: "words")
        try await Canary.expectNone(below: scratch)
    }
}
