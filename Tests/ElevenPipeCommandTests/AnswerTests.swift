import Foundation
import Testing

/// What comes over the wire reaches the file as it was sent.
@Suite(.inTurns) struct `An answer` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: [1, 2, 3, 7, 1021, 65537])
    func `of PCM is in the WAV file bit for bit, whatever its chunks`(chunk: Int) async throws {
        let body = noise(chunk == 1 ? 20_000 : 200_000)
        let server = try await scratch.serve(body, ["--type", "audio/pcm", "--chunk", "\(chunk)"])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-wav.yaml")), environment: Server.keyEnvironment)
        #expect(finished.status == 0, "\(finished.errorText)")
        let wave = try WAVFile(scratch.bytes("speech.wav"))
        #expect(wave.rate == 24000)
        #expect(wave.isWhole)
        #expect(wave.data == body[...])
    }

    @Test(arguments: [1, 3, 1021, 65537])
    func `of MP3 is in the file byte for byte, whatever its chunks`(chunk: Int) async throws {
        let body = try await scratch.mp3(seconds: chunk == 1 ? 3 : 30)
        let server = try await scratch.serve(body, ["--chunk", "\(chunk)"])
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline("tts-to-mp3.yaml")), environment: Server.keyEnvironment)
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try scratch.bytes("speech.mp3") == body)
    }
}
