import Foundation
import Testing

/// What goes over the wire, as an independent server sees it.
@Suite(.inTurns) struct `A request` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Runs a graph that writes `out`; returns the one request that came in.
    private func request(
        _ properties: String, options: [String] = [], then steps: String = ""
    ) async throws -> Server.Request {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 0.2))
        let graph = try scratch.graph("a: [elevenlabstts: {\(properties)}, \(steps)filesink: {location: out}]")
        let finished = try await scratch.elevenpipe(server.run(graph, options), environment: Server.keyEnvironment)
        #expect(finished.status == 0, "\(finished.errorText)")
        let requests = try server.requests
        #expect(requests.count == 1)
        return try #require(requests.first)
    }

    @Test func `holds what was set and nothing else`() async throws {
        let request = try await request("text: Hello, voice-id: abc")
        #expect(request.line == "POST /v1/text-to-speech/abc/stream HTTP/1.1")
        #expect(request.body == #"{"text":"Hello"}"#)
    }

    @Test func `carries the key in its header once and nowhere else`() async throws {
        let request = try await request("text: Hello, voice-id: abc")
        #expect(request.values(of: "xi-api-key") == [Server.key])
        #expect(request.values(of: "content-type") == ["application/json"])
        #expect(request.values(of: "content-length") == ["\(request.body.utf8.count)"])
        #expect(request.values(of: "host").count == 1)
        let allowed: Set = [
            "host", "xi-api-key", "content-type", "content-length", "user-agent", "accept", "accept-encoding",
            "connection",
            "accept-language",
        ]
        #expect(Set(request.headers.compactMap { $0.first?.lowercased() }).subtracting(allowed) == [])
        let rest = request.headers.filter { $0.first?.lowercased() != "xi-api-key" }
        #expect(!"\(request.line)\(rest)\(request.body)".contains(Server.key))
    }

    @Test func `carries all that can be set`() async throws {
        let request = try await request(
            """
            text: "Say it", voice-id: "a/b c", model-id: eleven_turbo_v2_5, output-format: mp3_22050_32, enable-logging: false, \
            optimize-streaming-latency: 2, language-code: de, stability: 0.25, similarity-boost: 0.5, style: 0.125, \
            use-speaker-boost: false, speed: 1.125, seed: 4294967295, previous-text: before, next-text: after, \
            previous-request-ids: [p1, p2], next-request-ids: [n1], apply-text-normalization: "off", \
            apply-language-text-normalization: true, use-pvc-as-ivc: true, \
            pronunciation-dictionary-locators: [d1, "d2:v2"]
            """)
        let query = "output_format=mp3_22050_32&enable_logging=false&optimize_streaming_latency=2"
        #expect(request.line == "POST /v1/text-to-speech/a%2Fb%20c/stream?\(query) HTTP/1.1")
        let expected = """
            {"text": "Say it", "model_id": "eleven_turbo_v2_5", "language_code": "de", "seed": 4294967295,
            "voice_settings": {"stability": 0.25, "similarity_boost": 0.5, "style": 0.125, "use_speaker_boost": false,
            "speed": 1.125}, "previous_text": "before", "next_text": "after", "previous_request_ids": ["p1", "p2"],
            "next_request_ids": ["n1"], "apply_text_normalization": "off", "apply_language_text_normalization": true,
            "use_pvc_as_ivc": true, "pronunciation_dictionary_locators": [{"pronunciation_dictionary_id": "d1"},
            {"pronunciation_dictionary_id": "d2", "version_id": "v2"}]}
            """
        #expect(try request.json() == canonical(expected))
    }

    @Test func `carries a structure and a clone's strength`() async throws {
        let request = try await request(
            """
            text: x, voice-id: v, clone-strength: 0.5, \
            audio-effects: "effects, distance=0.5, pan=-0.25, environment_id=(string)hall, send_level=0.125, \
            filter_preset_id=(string)radio, background_noise_id=(string)rain"
            """)
        let expected = """
            {"text": "x", "voice_settings": {"clone_strength": 0.5}, "audio_effects": {"distance": 0.5, "pan": -0.25,
            "environment_id": "hall", "send_level": 0.125, "filter_preset_id": "radio", "background_noise_id": "rain"}}
            """
        #expect(try request.json() == canonical(expected))
    }

    @Test(arguments: [
        ("stability: 0", #"{"stability":0}"#), ("similarity-boost: 1", #"{"similarity_boost":1}"#),
        ("style: 0", #"{"style":0}"#), ("speed: 1", #"{"speed":1}"#),
        ("use-speaker-boost: true", #"{"use_speaker_boost":true}"#),
    ])
    func `sends a setting also where it is the service's own default`(property: String, settings: String) async throws {
        let request = try await request("text: x, voice-id: v, \(property)")
        #expect(try request.json() == canonical(#"{"text":"x","voice_settings":\#(settings)}"#))
    }

    @Test func `goes where the environment says, and the option wins over it`() async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 0.2))
        let graph = try scratch.graph("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]")
        let environment = Server.keyEnvironment.merging(["ELEVENLABS_BASE_URL": server.url]) { $1 }
        let first = try await scratch.elevenpipe(["run", graph], environment: environment)
        #expect(first.status == 0, "\(first.errorText)")
        let elsewhere = Server.keyEnvironment.merging(["ELEVENLABS_BASE_URL": "http://127.0.0.1:1"]) { $1 }
        let second = try await scratch.elevenpipe(server.run(graph), environment: elsewhere)
        #expect(second.status == 0, "\(second.errorText)")
        let below = try await scratch.elevenpipe(
            ["run", graph, "--base-url", server.url + "/proxy/"], environment: Server.keyEnvironment)
        #expect(below.status == 0, "\(below.errorText)")
        #expect(try server.requests.map(\.line).last == "POST /proxy/v1/text-to-speech/v/stream HTTP/1.1")
        #expect(try server.requests.count == 3)
    }

    @Test(arguments: ["", "\n", "\r\n", "  \n\n"])
    func `takes the key from a file, whatever white space follows it`(end: String) async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 0.2))
        let graph = try scratch.graph("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]")
        let file = try scratch.writeKey(("sk_from_a_file" + end).utf8)
        let finished = try await scratch.elevenpipe(
            server.run(graph, ["--api-key-file", file]), environment: Server.keyEnvironment)
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try server.requests.first?.values(of: "xi-api-key") == ["sk_from_a_file"])
    }
}
