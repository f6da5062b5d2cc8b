import ElevenLabsSimulator
import Foundation
import GLib
import Testing

@testable import ElevenPipe

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("elevenpipe-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
    func write(_ bytes: UnsafeRawBufferPointer, to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    func contents(of name: String) -> [UInt8]? { FileManager.default.contents(atPath: file(name)).map(Array.init) }
}

/// What a run told and came to.
struct RunRecord: Sendable {
    var events: [PipelineEvent] = []
    var result: Result<PipelineSummary, PipelineError>

    var summary: PipelineSummary? { try? result.get() }
    var error: PipelineError? { if case .failure(let error) = result { error } else { nil } }
}

/// A simulator as fast as it can be.
func fastSimulator(_ faults: [String] = [], keepsAudio: Bool = false) throws -> Simulator {
    var configuration = Simulator.Configuration()
    configuration.firstByteDelay = .milliseconds(1)
    configuration.pace = nil
    configuration.keepsAudio = keepsAudio
    configuration.faults = try faults.map { try Fault(parsing: $0) }
    return Simulator(configuration)
}

func makePipeline(_ yaml: String, port: Int, _ options: Pipeline.Options = Pipeline.Options()) throws -> Pipeline {
    let engine = try Engine(baseURL: "http://127.0.0.1:\(port)", apiKey: .provider { "made-up" })
    let graph = try Graph(yaml: yaml, fileName: "test.yaml")
    return Pipeline(try graph.checked(), engine: engine, options: options)
}

func record(_ pipeline: Pipeline) async -> RunRecord {
    let events = Task {
        var seen: [PipelineEvent] = []
        for await event in pipeline.events { seen.append(event) }
        return seen
    }
    let result: Result<PipelineSummary, PipelineError>
    do throws(PipelineError) { result = .success(try await pipeline.run()) } catch { result = .failure(error) }
    return RunRecord(events: await events.value, result: result)
}

/// Runs a graph against a simulator that is there for it alone.
func run(_ yaml: String, faults: [String] = []) async throws -> RunRecord {
    let simulator = try fastSimulator(faults)
    let port = try await simulator.start()
    let record = await record(try makePipeline(yaml, port: port))
    await simulator.stop()
    return record
}

/// A graph that speaks a text into something.
func speech(_ steps: String, text: String = "One two three.", properties: String = "") -> String {
    """
    elevenpipe: 1
    graph:
      speech:
        - elevenlabstts: {text: "\(text)", voice-id: JBFqnCBsd6RMkjVDRZzb\(properties)}
    \(steps.split(separator: "\n").map { "    - " + $0 }.joined(separator: "\n"))
    """
}

/// The same numbers every time (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
