import Testing

@testable import ElevenPipe

@Suite struct `Keys stay out` {
    static let key = "sk_0123456789abcdef0123456789abcdef0123456789abcdef"

    static let files = [
        file("a: [fakesrc, fakesink]", head: "elevenlabs: {api-key: \(key)}\n"),
        file("a: [fakesrc, fakesink]", head: "elevenlabs: {xi-api-key: \(key)}\n"),
        file("a: [fakesrc, fakesink]", head: "elevenlabs: {API_KEY: \(key)}\n"),
        file("a: [fakesrc, fakesink]", head: "elevenlabs: {api-key-env: \(key)}\n"),
        file("a: [fakesrc, fakesink]", head: "xi-api-key: \(key)\n"),
        file("a: [fakesrc, fakesink]", head: "parameters: {api-key: \(key)}\n"),
        file("a: [fakesrc, fakesink]", head: "parameters: {x: {type: integer, default: \(key)}}\n"),
        file("a: [fakesrc, fakesink]", head: "parameters: {x: {one-of: [a], default: \(key)}}\n"),
        file("a: [elevenlabstts: {api-key: \(key)}, fakesink]"),
        file("a: [audiotestsrc: {freq: \(key), wave: \(key)}, fakesink]"),
        file("a: [\(key), fakesink]"),
        file("a: [from: \(key), fakesink]"),
        file("\(key): [fakesrc, fakesink]"),
        file("a: [{audiotestsrc: {\(key): 1}}, fakesink]"),
        file("a:\n  - filesrc: {api-key: \(key) ${x}}\n  - fakesink"),
        file("a: [\(key)=\(key), fakesink]"),
        file("a: [\(key).x: {a: 1}]\n\(key).x: 3"),
    ]

    @Test(arguments: files)
    func `a key in a file is an error that does not repeat it`(text: String) {
        let found = findings(text)
        #expect(!found.isEmpty)
        #expect(!found.contains { $0.contains(Self.key.dropFirst(3)) }, "\(found)")
    }

    @Test(arguments: ["api-key", "xi-api-key", "apiKey", "API_KEY", "elevenlabs-api-key"])
    func `whoever writes a key is told where keys go, whatever it looks like`(name: String) {
        let found = findings(file("a: [fakesrc, fakesink]", head: "elevenlabs: {\(name): swordfish}\n"))
        #expect(found.contains { $0.contains("f:2:14: error") && $0.contains("ELEVENLABS_API_KEY") }, "\(found)")
        #expect(!found.contains { $0.contains("swordfish") })
    }

    @Test func `a key given as a parameter's value is not repeated either`() {
        let text = file("a: [audiotestsrc: {freq: \"${x}\", wave: \"${x}\"}, fakesink]", head: "parameters: {x: 1}\n")
        let found = findings(text, ["x": Self.key])
        #expect(found.count == 2)
        #expect(!found.contains { $0.contains(Self.key.dropFirst(3)) }, "\(found)")
    }
}
