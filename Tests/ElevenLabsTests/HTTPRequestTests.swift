import ElevenLabs
import GLib
import HTTP
import Testing

@Suite struct HTTPRequestTests {
    @Test func `a request for speech is a POST below the base URL, its key apart`() throws {
        var speech = TextToSpeechRequest(voiceID: "a/b", text: "Grüße", outputFormat: .pcmAt16000Hz)
        speech.enableLogging = true
        let request = try speech.httpRequest(
            baseURL: BaseURL("http://localhost:8080/proxy/"), key: Secret("hush"), timeouts: HTTPTimeouts()
        )
        #expect(request.method == "POST")
        #expect(
            request.url
                == "http://localhost:8080/proxy/v1/text-to-speech/a%2Fb/stream?output_format=pcm_16000&enable_logging=true"
        )
        #expect(request.secretHeader?.name == "xi-api-key")
        #expect(request.secretHeader?.value.withValue { $0 } == "hush")
        #expect(request.headers.fields.map(\.name) == ["Accept"])
        guard case .bytes(let body, let contentType) = request.body else {
            Issue.record("no body")
            return
        }
        #expect(contentType == "application/json")
        #expect(body.array == Array(#"{"text":"Grüße"}"#.utf8))
        #expect(!"\(request)".contains("hush"))
    }

    @Test func `a date in Retry-After is understood as well`() {
        let past = ElevenLabsError(
            httpStatus: 503, header: { ["retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"][$0] }, body: []
        )
        #expect(past.retryAfter == .zero)
        let future = ElevenLabsError(
            httpStatus: 503, header: { ["retry-after": "Wed, 21 Oct 2999 07:28:00 GMT"][$0] }, body: []
        )
        #expect(future.retryAfter == .seconds(86400))
    }
}
