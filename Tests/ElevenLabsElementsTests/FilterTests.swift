import ElevenLabs
import GLib
import GStreamer
import HTTP
import Testing

@testable import ElevenLabsElements

/// A server that says again what it was sent, as 16 kHz PCM.
func echoServer() async throws -> SpeechServer {
    try await SpeechServer { request, _ in
        SpeechServer.Answer(
            headers: [("Content-Type", "audio/pcm"), ("request-id", "echo")], body: request.uploadedAudio,
            chunkSize: 4001)
    }
}

extension HTTPServerRequest {
    var parts: [MultipartPart] { (try? multipart()) ?? [] }

    var uploadedAudio: [UInt8] { parts.first { $0.name == "audio" }?.body.array ?? [] }

    var formFields: [String] {
        parts.map { $0.name == "audio" ? "audio" : "\($0.name)=\(String(decoding: $0.body.array, as: UTF8.self))" }
    }
}

@Suite struct FilterTests {
    private let changer = "elevenlabsvoicechanger voice-id=abc output-format=pcm_16000"
    private let tone = "audiotestsrc num-buffers=40 samplesperbuffer=441 freq=330"

    @Test func whatComesInIsUploadedAndTheAnswerGoesOn() async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run(
            "\(tone) ! audio/x-raw,rate=44100,channels=2 ! \(changer) ! fakesink name=sink", engine: server.engine)
        #expect(run.error == nil)
        let request = try #require(server.requests.first)
        #expect(server.requests.count == 1)
        #expect(request.rawPath == "/v1/speech-to-speech/abc/stream")
        #expect(request.formFields == ["file_format=pcm_s16le_16", "audio"])
        let isEcho = run.arrived().bytes == request.uploadedAudio
        #expect(isEcho)
        #expect(request.uploadedAudio.count == 40 * 160 * 2)
        #expect(run.arrived().starts.first == .zero)
        await server.stop()
    }

    @Test func threeFiltersInARowPreroll() async throws {
        let server = try await echoServer()
        let pipeline = try TestPipeline(
            """
            \(tone) ! audio/x-raw,rate=48000 ! \(changer) ! \(changer) ! queue ! \(changer) \
            ! fakesink name=sink sync=true
            """, engine: server.engine)
        #expect(await pipeline.set(.paused) == .async)
        try await pipeline.wait {
            $0.messages.contains { if case .stateChanged(_, .paused, _) = $0 { true } else { false } }
        }
        await pipeline.set(.playing)
        try await pipeline.wait { $0.isOver }
        #expect(pipeline.error == nil)
        #expect(server.requests.count == 3)
        let isEcho = pipeline.arrived().bytes == server.requests[0].uploadedAudio
        #expect(isEcho)
        await pipeline.stop()
        await server.stop()
    }

    @Test func anInputWithoutAudioIsAnErrorAndNoRequest() async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run(
            "audiotestsrc num-buffers=0 ! \(changer) ! fakesink name=sink", engine: server.engine)
        #expect(run.error?.message.contains("no audio came in") == true, "\(run.error?.message ?? "no error")")
        #expect(server.requests.isEmpty)
        await server.stop()
    }

    @Test func silenceIsAudio() async throws {
        let server = try await echoServer()
        let run = try await TestPipeline.run(
            "audiotestsrc num-buffers=10 wave=silence ! \(changer) ! fakesink name=sink", engine: server.engine)
        #expect(run.error == nil)
        #expect(run.arrived().bytes.allSatisfy { $0 == 0 } && !run.arrived().bytes.isEmpty)
        await server.stop()
    }
}
