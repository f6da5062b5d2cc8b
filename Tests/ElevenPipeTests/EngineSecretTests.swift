import ElevenLabsSimulator
import Testing

@testable import ElevenPipe

@Suite struct `A key that a program gives` {
    static let key = "sk_qz7Xw4n4ryKvJ9mT3hLpR8bYcN5gWdZ2"

    @Test(arguments: [[], ["status=401"], ["cut-inside-chunk=2"], ["status=503"], ["json"]])
    func `reaches the service and shows in no value, reflection, event or error`(faults: [String]) async throws {
        var configuration = Simulator.Configuration()
        configuration.keys = [Self.key]
        configuration.pace = nil
        configuration.firstByteDelay = .milliseconds(1)
        configuration.chunkSizes = [500]
        configuration.faults = try faults.map { try Fault(parsing: $0) }
        let simulator = Simulator(configuration)
        let port = try await simulator.start(port: 0)
        let engine = try Engine(baseURL: "http://127.0.0.1:\(port)", apiKey: .provider { Self.key })
        let graph = try Graph(
            yaml: """
                elevenpipe: 1
                graph:
                  a:
                    - elevenlabstts: {text: "Yes.", voice-id: JBFqnCBsd6RMkjVDRZzb, retries: 1}
                    - decodebin
                    - fakesink
                """)
        let pipeline = Pipeline(try graph.checked(), engine: engine)
        let record = await record(pipeline)
        await simulator.stop()
        #expect((record.error == nil) == faults.isEmpty, "\(String(describing: record.error))")
        // A simulator that takes this key only has answered with audio, or with the fault that was asked for.
        #expect(record.error?.serviceCode != "invalid_api_key" || faults == ["status=401"])
        #expect(record.events.contains { if case .requested = $0 { true } else { false } })
        var told = ""
        for value in [engine, pipeline, record, graph, APIKeySource.provider { Self.key }] as [Any] {
            dump(value, to: &told)
            told += "\(value)" + String(reflecting: value)
        }
        #expect(told.count > 1000)
        #expect(!told.contains(Self.key.dropFirst(4).prefix(8)), "\(told)")
    }
}
