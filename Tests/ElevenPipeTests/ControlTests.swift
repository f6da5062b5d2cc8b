import GLib
import Testing

@testable import ElevenPipe

@Suite(.timeLimit(.minutes(2))) struct `A running pipeline` {
    /// A constant level, 100 ms a buffer, at the clock's pace, into a file.
    private func level(_ folder: TemporaryFolder, volume: Graph.Value = 1.0) -> Graph {
        Graph {
            Branch("level") {
                Step(
                    "audiotestsrc",
                    ["wave": "square", "volume": 1.0, "freq": 0.001, "samplesperbuffer": 800])
                "audio/x-raw,format=S16LE,rate=8000,channels=1"
                Step.volume(volume, name: "fader")
                Step("filesink", ["location": .text(folder.file("a")), "sync": true])
            }
        }
    }

    private func heard(_ graph: Graph, in folder: TemporaryFolder, _ body: (Pipeline) async throws -> Void) async throws
        -> [Int]
    {
        let pipeline = try Pipeline(graph, engine: Engine(apiKey: .provider { nil }))
        try await pipeline.start()
        try await hear(.milliseconds(300), of: pipeline)
        try await body(pipeline)
        try await hear(.milliseconds(400), of: pipeline)
        pipeline.stop()
        try await pipeline.wait()
        let bytes = folder.contents(of: "a") ?? []
        return stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int(Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8))
        }
    }

    private func hear(_ length: Duration, of pipeline: Pipeline) async throws {
        let start = await pipeline.position ?? .zero
        while await pipeline.position ?? .zero < start + length { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test(arguments: ["fader", "level"], [Graph.Value(0.25), "-12.0412dB"])
    func `takes another value`(name: String, value: Graph.Value) async throws {
        let folder = try TemporaryFolder()
        let graph = level(folder)
        let samples = try await heard(graph, in: folder) { pipeline in
            if name == "level" {
                // The source has a volume, too.
                let error = await #expect(throws: PipelineError.self) {
                    try await pipeline.set("volume", on: "level", to: value)
                }
                #expect(error?.message.contains("several elements") == true)
            }
            try await pipeline.set("volume", on: "fader", to: value)
        }
        let full = abs(samples.first ?? 0)
        #expect(full > 20000)
        #expect(abs(abs(samples.last ?? 0) - full / 4) < 20)
        // One change, at a buffer's edge, and nothing between.
        #expect(Set(samples.map { abs($0) }).count == 2)
    }

    @Test func `leaves a value over time for good when it is told one`() async throws {
        let folder = try TemporaryFolder()
        let graph = level(folder, volume: .automation([.init(.zero, "1"), .init(.seconds(1), "0.9")]))
        let samples = try await heard(graph, in: folder) { try await $0.set("volume", on: "fader", to: 0.25) }
        #expect(Set(samples.suffix(800)).count == 1 && abs(samples.last ?? 0) < 9000)
    }

    @Test(arguments: [
        ("volume", "nobody", "no element and no branch"), ("loudness", "fader", "there is no property 'loudness'"),
        ("volume", "fadre", "did you mean 'fader'?"), ("volume", "fader", "11"),
        ("blocksize", "level-audiotestsrc-1", "a whole number"),
    ])
    func `refuses what it cannot take, and plays on`(property: String, name: String, words: String) async throws {
        let folder = try TemporaryFolder()
        let samples = try await heard(level(folder), in: folder) { pipeline in
            let error = await #expect(throws: PipelineError.self) {
                try await pipeline.set(property, on: name, to: property == "volume" ? 11 : "much")
            }
            #expect(error?.code == .invalidGraph && error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
        #expect(Set(samples).count == 1)
    }

    @Test func `is not changed before its start and after its end`() async throws {
        let folder = try TemporaryFolder()
        let pipeline = try Pipeline(level(folder), engine: Engine(apiKey: .provider { nil }))
        for _ in 0..<2 {
            let error = await #expect(throws: PipelineError.self) {
                try await pipeline.set("volume", on: "fader", to: 0.5)
            }
            #expect(error?.message.contains("does not run") == true)
            guard pipeline.state == .idle else { continue }
            pipeline.stop()
            try await pipeline.run()
        }
    }
}
