import Foundation
import Testing

/// Twelve minutes and more, which the voice changer takes in pieces only.
@Suite(.serialized, .inTurns) struct `A long recording` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let sentence = "This is a test of elevenpipe. A sentence, and a pause behind it."

    /// A sentence again and again, with a pause behind each: 16 kHz, mono. - Returns: its samples, as bytes.
    @discardableResult private func record(seconds: Double) async throws -> [UInt8] {
        try await scratch.speak(Self.sentence, to: "one.wav")
        try await scratch.tool(
            "sox", [scratch.path("one.wav"), "-r", "16000", scratch.path("sentence.wav"), "pad", "0", "0.8"])
        let length = try await scratch.probe("sentence.wav").length
        try await scratch.tool(
            "sox",
            [
                scratch.path("sentence.wav"), scratch.path("long.wav"), "repeat", "\(Int(seconds / length))", "trim",
                "0",
                "\(Int(seconds * 16000))s",
            ])
        return Array(try WAVFile(scratch.bytes("long.wav")).data)
    }

    private static let changer = "voice-id: EXAVITQu4vr4xnSDxMaL, output-format: pcm_16000"

    @Test func `of 12 minutes goes out in three pieces and comes back as long as it was, without a seam`() async throws
    {
        let input = try await record(seconds: 720.5)
        let server = try await scratch.serve([0], ["--echo", "--type", "audio/pcm", "--chunk", "4093"])
        let graph = try scratch.graph(
            """
            a: [filesrc: {location: long.wav}, decodebin, elevenlabsvoicechanger: {\(Self.changer)}]
            b: [from: a, wavenc, filesink: {location: changed.wav}]
            """)
        let finished = try await scratch.elevenpipe(
            server.run(graph, ["--json"]), environment: Server.keyEnvironment, limit: 120)
        #expect(finished.status == 0, "\(finished.outputText)")
        let cuts = try events(finished.outputText, named: "cut").compactMap { $0["at"] as? Double }
        #expect(cuts.count == 2, "\(cuts)")
        // Uploads may overlap, so they are not logged in order.
        let requested = try events(finished.outputText, named: "requested")
        #expect(Set(requested.compactMap { $0["piece"] as? Int }) == [1, 2, 3])
        let uploads = try server.requests.map(\.body)
        let ends = [0] + cuts.map { Int(($0 * 16000).rounded()) * 2 } + [input.count]
        var expected: [String] = []
        for (start, end) in zip(ends, ends.dropFirst()) {
            #expect(end - start <= 300 * 32000)
            try scratch.write(input[start..<end], to: "piece")
            let sum = try await scratch.tool("sha256sum", [scratch.path("piece")])
            expected.append("\(end - start) \(sum.outputText.prefix(64))")
            // It was cut in a pause.
            #expect(start == 0 || Sound.level(samples(Array(input[start - 320..<start + 320]))[...]) < 0.01)
        }
        #expect(Set(uploads) == Set(expected))
        // A service that answers with what it got: then the pieces must fit as if there were none.
        let output = try WAVFile(scratch.bytes("changed.wav"))
        let isSame = output.data.elementsEqual(input)
        #expect(isSame, "\(output.data.count) bytes of \(input.count)")
    }

    @Test func `in pieces through the voice changer has no click where they meet`() async throws {
        let input = try await record(seconds: 16)
        let graph = try scratch.graph(
            """
            a: [filesrc: {location: long.wav}, decodebin, elevenlabsvoicechanger: {\(Self.changer), split: silence}]
            b: [from: a, wavenc, filesink: {location: changed.wav}]
            """)
        let finished = try await scratch.elevenpipe(["run", "--offline", "--json", graph])
        #expect(finished.status == 0, "\(finished.outputText)")
        let cuts = try events(finished.outputText, named: "cut").compactMap { $0["at"] as? Double }
        #expect(cuts.count >= 2, "\(cuts)")
        let sound = try await scratch.decode("changed.wav", rate: 16000)
        #expect(abs(sound.length - Double(input.count) / 32000) < 0.02, "\(sound.length) s")
        let largest = sound.largestStep
        for cut in cuts {
            let step = sound.part(from: cut - 0.02, to: cut + 0.02).largestStep
            #expect(step < largest / 10, "\(step) at \(cut) s, \(largest) elsewhere")
        }
    }

    @Test func `that must not be split is refused before anything is sent, with its length`() async throws {
        try await record(seconds: 720.5)
        let server = try await scratch.serve([])
        let graph = try scratch.graph(
            """
            a: [filesrc: {location: long.wav}, decodebin, elevenlabsvoicechanger: {\(Self.changer), split: none}]
            b: [from: a, wavenc, filesink: {location: changed.wav}]
            """)
        let finished = try await scratch.elevenpipe(server.run(graph, ["-q"]), environment: Server.keyEnvironment)
        #expect(finished.status == 65)
        let error = try finished.onlyError(files: ["changed.wav"])
        #expect(error.hasPrefix("\(graph):3:"), "\(error)")
        #expect(error.contains("12 min 0.5 s") && error.contains("5 min") && error.contains("split"), "\(error)")
        #expect(try server.requests.isEmpty)
    }

    @Test func `of 12 minutes is played, changed and mixed with itself at once`() async throws {
        let input = try await record(seconds: 720.5)
        let server = try await scratch.serve([0], ["--echo", "--type", "audio/pcm", "--chunk", "4093"])
        let graph = try scratch.graph(
            """
            a: [filesrc: {location: long.wav}, decodebin, audioconvert, volume: {volume: 0.4}]
            play: [from: a, fakesink]
            changed: [from: a, elevenlabsvoicechanger: {\(Self.changer)}]
            file: [from: changed, wavenc, filesink: {location: changed.wav}]
            mix: [from: [a, changed], audiomixer, "audio/x-raw,rate=16000,channels=1,format=S16LE", wavenc, filesink: {location: mix.wav}]
            """)
        let finished = try await scratch.elevenpipe(
            server.run(graph, ["-q"]), environment: Server.keyEnvironment, limit: 120)
        #expect(finished.status == 0, "\(finished.errorText)")
        #expect(try WAVFile(scratch.bytes("changed.wav")).data.count == input.count)
        let mix = Array(try WAVFile(scratch.bytes("mix.wav")).data)
        #expect(abs(mix.count - input.count) < 640, "\(mix.count) bytes of \(input.count)")
        // Both are in it to the end, and in time: they add up.
        for start in [0, input.count / 4 * 2, min(mix.count, input.count) - 320_000] {
            let original = Sound(rate: 16000, samples: samples(Array(input[start..<start + 320_000])))
            let mixed = Sound(rate: 16000, samples: samples(Array(mix[start..<start + 320_000])))
            #expect(abs(mixed.level / original.level - 0.8) < 0.02, "\(mixed.level / original.level) at byte \(start)")
        }
    }

    @Test func `is heard as it comes and changed to a file at once`() async throws {
        let text = "This is a test of elevenpipe. It is played by the clock, and changed as soon as all of it is there."
        let graph = try scratch.graph(
            """
            a: [elevenlabstts: {text: "\(text)", voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: pcm_24000}]
            play: [from: a, autoaudiosink]
            changed: [from: a, elevenlabsvoicechanger: {\(Self.changer)}]
            file: [from: changed, wavenc, filesink: {location: changed.wav}]
            mix: [from: [a, changed], audiomixer, "audio/x-raw,rate=24000,channels=1", wavenc, filesink: {location: mix.wav}]
            """)
        let finished = try await scratch.elevenpipe(["run", "--offline", "-v", graph])
        #expect(finished.status == 0, "\(finished.errorText)")
        let spoken = try await scratch.speak(text)
        let changed = try await scratch.decode("changed.wav", rate: 8000)
        #expect(abs(changed.length - spoken.length) < 0.02)
        let mix = try await scratch.decode("mix.wav")
        #expect(abs(mix.length - spoken.length) < 0.05, "\(mix.length) s, \(spoken.length) s")
        #expect(mix.likeness(at: 4000, to: spoken) > 0.5)
        #expect(changed.contourLikeness(to: try await scratch.decode("speech.wav", rate: 8000)) > 0.8)
    }
}
