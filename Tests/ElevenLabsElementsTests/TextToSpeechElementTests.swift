import ElevenLabs
import Foundation
import GLib
import GStreamer
import HTTP
import Testing

@testable import ElevenLabsElements

@Suite struct TextToSpeechElementTests {
    private let samples = (0..<60001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }

    @Test(arguments: [1, 2, 3, 1021, 65536])
    func rawSamplesPassUnchangedAndTimedInALaunchLine(chunkSize: Int) async throws {
        let body = Array(samples.prefix(60000))
        let server = try await SpeechServer([.init(body: body, chunkSize: chunkSize)])
        let result = try await launch(
            "elevenlabstts text=Hello voice-id=abc output-format=pcm_24000 ! fakesink name=sink sync=false",
            engine: server.engine)
        #expect(result.error == nil)
        let isTheSame = result.bytes == body
        #expect(isTheSame)
        #expect(result.starts.first == .zero)
        let caps = try #require(result.caps)
        #expect(caps.contains("S16LE") && caps.contains("rate=(int)24000") && caps.contains("channels=(int)1"))
        await server.stop()
    }

    @Test(arguments: OutputFormat.streaming)
    func everyFormatAnnouncesItsCapsBeforeTheFirstByte(format: OutputFormat) async throws {
        let body = format.silence(seconds: 1)
        let server = try await SpeechServer([.init(body: body, chunkSize: 999)])
        let result = try await launch(
            "elevenlabstts text=Hello voice-id=abc output-format=\(format.rawValue) ! fakesink name=sink sync=false",
            engine: server.engine)
        #expect(result.error == nil)
        let isSame = result.bytes == body
        #expect(isSame)
        let name = format.caps.prefix { $0 != "," }
        #expect(try #require(result.caps).hasPrefix(name))
        #expect(server.requests.first?.query.first { $0.0 == "output_format" }?.1 == format.rawValue)
        await server.stop()
    }

    @Test func aPropertyIsSentExactlyWhenItWasSet() async throws {
        let server = try await SpeechServer([.init(body: [1, 2, 3])])
        _ = try await launch(
            "elevenlabstts text=Hello voice-id=abc ! fakesink name=sink", engine: server.engine)
        _ = try await launch(
            // All at their defaults: set all the same, so sent all the same.
            """
            elevenlabstts text=Hello voice-id=a/b model-id=eleven_flash_v2_5 output-format=mp3_44100_128 \
            enable-logging=true optimize-streaming-latency=0 language-code=de stability=0.5 similarity-boost=0.75 style=0 \
            use-speaker-boost=true speed=1 seed=0 previous-text=before next-text=after previous-request-ids=<a,b> \
            next-request-ids=<c> apply-text-normalization=auto apply-language-text-normalization=false \
            use-pvc-as-ivc=false pronunciation-dictionary-locators=<"d:v","e"> \
            audio-effects="effects,distance=(double)0.5,filter_preset_id=(string)p" ! fakesink name=sink
            """, engine: server.engine)
        let requests = server.requests
        try #require(requests.count == 2)
        #expect(requests[0].rawPath == "/v1/text-to-speech/abc/stream")
        #expect(requests[0].query.isEmpty)
        #expect(String(decoding: requests[0].body.array, as: UTF8.self) == #"{"text":"Hello"}"#)

        #expect(requests[1].rawPath == "/v1/text-to-speech/a%2Fb/stream")
        #expect(
            requests[1].query.map { "\($0.0)=\($0.1)" }
                == ["output_format=mp3_44100_128", "enable_logging=true", "optimize_streaming_latency=0"])
        let sent = try #require(
            try JSONSerialization.jsonObject(with: Data(requests[1].body.array)) as? NSDictionary)
        let expected: NSDictionary = [
            "text": "Hello", "model_id": "eleven_flash_v2_5", "language_code": "de",
            "voice_settings": [
                "stability": 0.5, "similarity_boost": 0.75, "style": 0, "use_speaker_boost": true, "speed": 1,
            ],
            "seed": 0, "previous_text": "before", "next_text": "after", "previous_request_ids": ["a", "b"],
            "next_request_ids": ["c"], "apply_text_normalization": "auto", "apply_language_text_normalization": false,
            "use_pvc_as_ivc": false,
            "pronunciation_dictionary_locators": [
                ["pronunciation_dictionary_id": "d", "version_id": "v"], ["pronunciation_dictionary_id": "e"],
            ],
            "audio_effects": ["distance": 0.5, "filter_preset_id": "p"],
        ]
        #expect(sent == expected)
        for request in requests {
            #expect(request.headers["xi-api-key"] == "made-up")
            #expect(request.headers["content-type"] == "application/json")
        }
        await server.stop()
    }

    @Test func theAnswerIsToldOnTheBus() async throws {
        let server = try await SpeechServer([
            .init(
                headers: [
                    ("Content-Type", "audio/mpeg"), ("request-id", "abc"), ("character-cost", "17"),
                    ("current-concurrent-requests", "1"), ("maximum-concurrent-requests", "5"),
                ], body: [1, 2, 3, 4])
        ])
        let result = try await launch(
            "elevenlabstts text=Hello voice-id=abc output-format=pcm_16000 ! fakesink name=sink", engine: server.engine)
        var told: [String: [String: BusEvent.Field]] = [:]
        for case .element(_, let name, let fields) in result.messages { told[name] = fields }
        #expect(told[StreamMessage.request]?["characters"] == .integer(5))
        #expect(told[StreamMessage.response]?["request-id"] == .string("abc"))
        #expect(told[StreamMessage.response]?["credits"] == .integer(17))
        #expect(told[StreamMessage.response]?["maximum-concurrent-requests"] == .integer(5))
        #expect(told[StreamMessage.firstByte]?["time-to-first-byte"]?.double ?? -1 >= 0)
        #expect(told[StreamMessage.end]?["bytes"] == .integer(4))
        await server.stop()
    }

    struct Fault: Sendable, CustomStringConvertible {
        let description: String
        let answer: SpeechServer.Answer
        let category: StreamFailure.Category
        let words: String
        var requests = 1
    }

    static let faults: [Fault] = [
        Fault(description: "empty body", answer: .init(), category: .incomplete, words: "no audio"),
        Fault(
            description: "odd last byte", answer: .init(body: [1, 2, 3]), category: .incomplete,
            words: "middle of a sample"),
        Fault(
            description: "JSON", answer: .init(headers: [("Content-Type", "application/json")], body: [0x7b, 0x7d]),
            category: .incomplete, words: "JSON".lowercased()),
        Fault(
            description: "cut at a chunk boundary",
            answer: .init(body: [1, 2, 3, 4], chunkSize: 2, abort: .atChunkBoundary),
            category: .incomplete, words: "4 bytes"),
        Fault(
            description: "cut inside a chunk", answer: .init(body: [1, 2, 3, 4], chunkSize: 2, abort: .insideChunk),
            category: .incomplete, words: "127.0.0.1"),
        Fault(
            description: "reset", answer: .init(body: [1, 2, 3, 4], chunkSize: 2, abort: .reset), category: .incomplete,
            words: "127.0.0.1"),
        Fault(
            description: "wrong key",
            answer: .init(
                status: 401, headers: [("Content-Type", "application/json")],
                body: Array(#"{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}"#.utf8)),
            category: .refused, words: "Invalid API key"),
        Fault(
            description: "no such voice",
            answer: .init(
                status: 404,
                body: Array(
                    #"{"detail":{"type":"not_found","code":"voice_not_found","message":"gone","request_id":"r1"}}"#.utf8
                )),
            category: .invalidRequest, words: "gone"),
        Fault(
            description: "busy", answer: .init(status: 503, body: Array("later".utf8)), category: .temporary,
            words: "tried 3 times", requests: 3),
    ]

    @Test(arguments: faults)
    func everyFaultHasOneErrorWithItsCause(fault: Fault) async throws {
        let server = try await SpeechServer([fault.answer])
        let result = try await launch(
            "elevenlabstts text=Hello voice-id=abc output-format=pcm_16000 ! fakesink name=sink", engine: server.engine)
        let error = try #require(result.error)
        #expect(error.domain == StreamFailure.domain)
        #expect(StreamFailure.Category(rawValue: error.code) == fault.category)
        #expect(error.message.contains(fault.words), "\(error.message)")
        #expect(!error.message.contains("made-up"))
        #expect(server.requests.count == fault.requests)
        await server.stop()
    }

    @Test func aPassingRefusalIsTriedAgainAndHeard() async throws {
        let server = try await SpeechServer([
            .init(status: 429, headers: [("Retry-After", "0")], body: []), .init(status: 500, body: []),
            .init(body: [1, 2, 3, 4]),
        ])
        let result = try await launch(
            "elevenlabstts text=Hello voice-id=abc output-format=pcm_16000 ! fakesink name=sink", engine: server.engine)
        #expect(result.error == nil)
        #expect(result.bytes == [1, 2, 3, 4])
        let retries = result.messages.filter {
            if case .element(_, StreamMessage.retry, _) = $0 { true } else { false }
        }
        #expect(retries.count == 2)
        await server.stop()
    }

    @Test func aConnectionLostBetweenTheHeadAndTheFirstByteIsTriedAgain() async throws {
        let server = try await SpeechServer([.init(abort: .reset), .init(body: [1, 2, 3, 4])])
        let result = try await launch(
            "elevenlabstts text=Hello voice-id=abc output-format=pcm_16000 ! fakesink name=sink", engine: server.engine)
        #expect(result.error == nil)
        #expect(result.bytes == [1, 2, 3, 4])
        #expect(server.requests.count == 2)
        await server.stop()
    }

    @Test func aWaitLongerThanAMinuteIsNotSatThroughButTold() async throws {
        let server = try await SpeechServer([.init(status: 429, headers: [("Retry-After", "3600")])])
        let result = try await launch(
            "elevenlabstts text=Hello voice-id=abc ! fakesink name=sink", engine: server.engine)
        #expect(result.error?.message.contains("3600 s") == true, "\(result.error?.message ?? "no error")")
        #expect(server.requests.count == 1)
        await server.stop()
    }

    @Test func anEndThatNobodyProvesIsNoSuccess() {
        let check = AnswerCheck(format: .standard, requestID: nil)
        #expect(throws: AnswerCheck.Fault.self) { try check.checkEnd(received: 100, isProven: false) }
        #expect(throws: Never.self) { try check.checkEnd(received: 100, isProven: true) }
    }

    @Test func whatAServerRepeatsOfTheKeyIsNotTold() async throws {
        let key = "sk_made_up_for_this_test"
        let server = try await SpeechServer([
            .init(status: 401, body: Array(#"{"detail":{"status":"bad","message":"No key is \#(key)"}}"#.utf8))
        ])
        let engine = StreamEngine(client: .shared, baseURL: try server.engine.baseURL) { Secret(key) }
        let result = try await launch("elevenlabstts text=Hello voice-id=abc ! fakesink name=sink", engine: engine)
        let message = try #require(result.error?.message)
        #expect(!message.contains(key) && message.contains("No key is"))
        await server.stop()
    }

    @Test func nothingIsAskedAgainOnceAudioHasLeft() async throws {
        let server = try await SpeechServer([.init(body: samples, chunkSize: 4096, abort: .reset)])
        let result = try await launch(
            "elevenlabstts text=Hello voice-id=abc output-format=pcm_16000 ! fakesink name=sink", engine: server.engine)
        #expect(result.error != nil)
        #expect(server.requests.count == 1)
        await server.stop()
    }

    @Test(arguments: [
        ("voice-id=abc", "'text' is not set"), ("text=Hello", "'voice-id' is not set"),
        ("text=Hello voice-id=abc model-id=eleven_v3 previous-text=x", "previous-text"),
    ])
    func whatTheServiceWouldRefuseIsNotAskedFor(properties: String, words: String) async throws {
        let server = try await SpeechServer([.init(body: [1])])
        let result = try await launch("elevenlabstts \(properties) ! fakesink name=sink", engine: server.engine)
        #expect(result.error?.message.contains(words) == true, "\(result.error?.message ?? "no error")")
        #expect(server.requests.isEmpty)
        await server.stop()
    }
}
