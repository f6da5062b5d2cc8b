import Foundation
import Testing

/// Speech that comes when a live bed has long begun.
@Suite(.inTurns) struct `Late speech over a live bed` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["pcm_24000", "mp3_44100_128"])
    func `is all there`(format: String) async throws {
        let text = "This is a test of elevenpipe."
        let url = try await scratch.simulate(["--first-byte-delay", "2"])
        let decoder = format.hasPrefix("mp3") ? ", decodebin" : ""
        let graph = try scratch.graph(
            """
            bed: [audiotestsrc: {is-live: true, num-buffers: 700, samplesperbuffer: 240, freq: 8000, volume: 0.1}, "audio/x-raw,rate=24000,channels=1"]
            speech: [elevenlabstts: {text: \(text), voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: \(format)}\(decoder)]
            mix: [from: [bed, speech], audiomixer, "audio/x-raw,rate=24000,channels=1,format=S16LE", wavenc, filesink: {location: mix.wav}]
            """)
        let finished = try await scratch.elevenpipe(
            ["run", graph, "--base-url", url, "-q"], environment: Server.keyEnvironment)
        #expect(finished.status == 0, "\(finished.errorText)")
        try await scratch.speak(text)
        let speech = try await scratch.decode("speech.wav", rate: 8000).trimmed()
        let mix = try await scratch.decode("mix.wav", rate: 8000)
        #expect(mix.length > 6.9, "\(mix.length) s")
        // At this rate the bed's tone is not heard.
        #expect(mix.part(from: 0.5, to: 1.9).level < speech.level / 20)
        let heard = mix.part(from: 1.9).trimmed()
        #expect(abs(heard.length - speech.length) < 0.1, "\(heard.length) s heard of \(speech.length) s")
        let likeness = heard.likeness(to: speech)
        #expect(likeness > 0.8, "\(likeness)")
    }
}
