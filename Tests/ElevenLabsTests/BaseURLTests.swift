import ElevenLabs
import Testing

@Suite struct BaseURLTests {
    @Test(
        arguments: [
            ("https://api.elevenlabs.io", "https://api.elevenlabs.io"),
            (" HTTPS://API.ElevenLabs.io:443/ ", "https://api.elevenlabs.io"),
            ("http://localhost:8080", "http://localhost:8080"), ("http://127.0.0.1:80//", "http://127.0.0.1"),
            ("http://[::1]:9000/", "http://[::1]:9000"),
            ("https://proxy.example/eleven/labs/", "https://proxy.example/eleven/labs"),
        ]
    )
    func `an address is brought into its normal form`(text: String, normal: String) throws {
        #expect(try BaseURL(text).string == normal)
    }

    @Test(
        arguments: [
            "", "api.elevenlabs.io", "ftp://host", "https://", "https:///path", "https://user:secret@host",
            "https://host?x=1", "https://host#x", "http://host:0", "http://host:99999", "http://ho st", "file:///etc",
            "https://host/\u{7F}",
        ]
    )
    func `anything else is refused with a reason`(text: String) {
        let error = #expect(throws: InvalidBaseURL.self) { try BaseURL(text) }
        #expect(error?.description.contains("secret") == false)
    }

    @Test(
        arguments: [
            ("http://localhost:1", false), ("http://127.0.0.1:1", false), ("http://[::1]", false),
            ("https://example.org", false), ("http://example.org", true), ("http://127.0.0.1.example.org", true),
        ]
    )
    func `plain HTTP to another machine is told apart`(text: String, exposed: Bool) throws {
        #expect(try BaseURL(text).isExposed == exposed)
    }

    @Test func `the service's own address is the standard`() throws {
        #expect(try BaseURL("https://api.elevenlabs.io/") == .standard)
    }

    @Test(arguments: [
        "ftp://user:hunter2@host", "user:hunter2@host", "https://us er:hunter2@host", "https://host/?key=hunter2",
        "https://user:hunter2@host", "https://host/#hunter2",
    ])
    func aRefusedAddressIsToldWithoutThePasswordInIt(text: String) {
        #expect(performing: { try BaseURL(text) }, throws: { !"\($0)".contains("hunter2") })
    }
}
