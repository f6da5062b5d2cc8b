import Foundation
import Testing

/// Formats that are known are not guessed.
@Suite(.inTurns) struct `A format that the service was asked for` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["mp3_44100_128", "mp3_22050_32", "pcm_16000", "ulaw_8000", "alaw_8000"])
    func `is decoded without a look at its bytes`(format: String) async throws {
        let graph = try scratch.graph(
            """
            a: [elevenlabstts: {text: "Yes.", voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: \(format)}, decodebin]
            b: [from: a, wavenc, filesink: {location: out.wav}]
            """)
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", graph],
            environment: ["GST_DEBUG": "typefind:6,typefindfunctions:6", "GST_DEBUG_FILE": scratch.path("log")])
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try await scratch.decode("out.wav").level > 0.01)
        let log = String(decoding: try scratch.bytes("log"), as: UTF8.self)
        #expect(log.contains("Skipping typefinding"), "\(log)")
        // 1 is the mode in which bytes are looked at.
        #expect(!log.contains("handling buffer in mode 1") && !log.contains("gsttypefindfunctions.c"), "\(log)")
    }
}
