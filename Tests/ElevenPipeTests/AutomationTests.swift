import Foundation
import Testing

@testable import ElevenPipe

@Suite struct `Properties that change over time` {
    @Test func `a volume goes in straight lines between its points`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "automation-\(UUID().uuidString).raw").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = """
            elevenpipe: 1
            graph:
              tone:
                - audiotestsrc: {wave: square, freq: 1000, volume: 1, num-buffers: 40, samplesperbuffer: 800}
                - "audio/x-raw,format=F32LE,rate=8000,channels=1"
                - volume: {volume: {1s: 1, 2s: 0.5, "3s": -20dB}}
                - filesink: {location: "\(path)"}
            """
        let checked = try Graph(yaml: text).checked()
        // The same again from what expand prints.
        #expect(try Graph(yaml: checked.graph.yaml).checked().graph.yaml == checked.graph.yaml)
        _ = try await Pipeline(checked, engine: Engine(baseURL: "http://127.0.0.1:1")).run()
        let data = try Data(contentsOf: URL(filePath: path))
        let samples = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        #expect(samples.count == 32000)
        for (time, expected) in [(0.5, 1.0), (0.99, 1), (1.5, 0.75), (1.9, 0.55), (2.5, 0.3), (3.5, 0.1)] {
            let level = Double(abs(samples[Int(time * 8000)]))
            #expect(abs(level - expected) < 0.01, "\(level) at \(time) s")
        }
    }

    @Test(arguments: [
        ("{0s: 1, 1s: x}", "'x' is not a number"), ("{0s: 1, 1s: 11}", "'11' is out of range"),
        ("{1s: 1, 0s: 0}", "its times must ascend"), ("{1s: 1, 1000ms: 0}", "its times must ascend"),
        ("{0s: [1]}", "at a time stands one value"), ("{0s: }", "at a time stands one value"),
        ("{0: 1}", "unless its keys are times"), ("{0s: 1, x: 2}", "unless its keys are times"),
        ("{}", "unless its keys are times"), ("{5000s: 1}", "unless its keys are times"),
    ])
    func `what cannot be followed is refused`(value: String, expected: String) throws {
        let text = "elevenpipe: 1\ngraph:\n  a: [audiotestsrc, volume: {volume: \(value)}, fakesink]\n"
        let error = #expect(throws: GraphError.self) { try Graph(yaml: text, fileName: "f").checked() }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix("f:3:") == true)
    }

    @Test(arguments: ["audiotestsrc: {num-buffers: {0s: 1}}", "volume: {mute: {0s: true}}", "volume: {name: {0s: a}}"])
    func `only controllable numbers change over time`(step: String) throws {
        let text = "elevenpipe: 1\ngraph:\n  a: [audiotestsrc, \(step), fakesink]\n"
        #expect(throws: GraphError.self) { try Graph(yaml: text).checked() }
    }
}
