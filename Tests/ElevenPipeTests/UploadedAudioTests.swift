import ElevenLabsSimulator
import Foundation
import Testing

@testable import ElevenPipe

/// What is uploaded is what GStreamer's own converters make of the input, piece by piece and sample by sample.
@Suite(.timeLimit(.minutes(3))) struct `Uploaded audio` {
    /// An input that goes out whole, and one that goes in pieces.
    @Test(arguments: [(44100, 2, "none"), (48000, 1, "silence"), (16000, 1, "silence")])
    func `is exactly the resampled audio`(rate: Int, channels: Int, split: String) async throws {
        let folder = try TemporaryFolder()
        let source = "audio/x-raw,rate=\(rate),channels=\(channels),format=S16LE"
        let sound = speech(
            """
            audioconvert: {dithering: none}
            audioresample
            "\(source)"
            wavenc
            filesink: {location: \(folder.file("in.wav"))}
            """, text: "One two three, four five six, seven eight nine, ten. Eleven twelve thirteen, fourteen.",
            properties: ", output-format: pcm_24000")
        _ = try (try await run(sound)).result.get()
        // A pause between two of them, long enough to cut in.
        _ = try
            (try await run(
                """
                elevenpipe: 1
                graph:
                  a: [filesrc: {location: \(folder.file("in.wav"))}, wavparse]
                  pause: [audiotestsrc: {wave: silence, num-buffers: 100, samplesperbuffer: \(rate / 100)}, "\(source)"]
                  b: [filesrc: {location: \(folder.file("in.wav"))}, wavparse]
                  all: [from: [a, pause, b], concat, "\(source)", wavenc, filesink: {location: \(folder.file("all.wav"))}]
                """)).result.get()
        let graph = { (steps: String) in
            """
            elevenpipe: 1
            graph:
              a: [filesrc: {location: \(folder.file("all.wav"))}, wavparse, \(steps)]
            """
        }
        let reference = graph(
            """
            audioconvert, audioresample, "audio/x-raw,rate=16000,channels=1,format=S16LE", \
            filesink: {location: \(folder.file("reference.raw"))}
            """)
        _ = try (try await run(reference)).result.get()
        let expected = try #require(folder.contents(of: "reference.raw"))
        try #require(expected.count > 10 * 32000)

        let simulator = try fastSimulator(keepsAudio: true)
        let port = try await simulator.start()
        let changed = graph(
            """
            elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL, output-format: pcm_16000, split: \(split)}, \
            filesink: {location: \(folder.file("changed.raw"))}
            """)
        let record = await record(try makePipeline(changed, port: port))
        let uploads = simulator.requests.map(\.uploadedAudio)
        await simulator.stop()
        _ = try record.result.get()
        let cuts = record.events.compactMap { event -> Int? in
            guard case .cut(_, let place, _, _) = event else { return nil }
            return Int((place / .seconds(1) * 16000).rounded()) * 2
        }
        #expect(split == "silence" ? !cuts.isEmpty : cuts.isEmpty, "\(cuts)")
        let ends = [0] + cuts + [expected.count]
        // Not the last two milliseconds: there the resampler's delay is filled up in different ways.
        let end = expected.count - 64
        let pieces = zip(ends, ends.dropFirst()).map { Array(expected[$0..<min($1, end)]) }
        let last = try #require(pieces.last)
        // Requests overlap, so they are not logged in order.
        let isSame = Set(uploads.map { $0.starts(with: last) ? last : $0 }) == Set(pieces)
        #expect(isSame, "\(uploads.map(\.count)), not \(pieces.map(\.count))")
        #expect(abs(uploads.reduce(0) { $0 + $1.count } - expected.count) <= 2)
        let length = try #require(folder.contents(of: "changed.raw")).count
        #expect(abs(length - expected.count) < 640, "\(length) bytes of \(expected.count)")
    }
}
