import GLib
import GStreamer
import Synchronization
import Testing

@testable import ElevenLabsElements

/// A launch line that runs until it is told otherwise, and what arrives at its sinks.
final class TestPipeline: Sendable {
    struct Arrived: Sendable {
        var bytes: [UInt8] = []
        var starts: [Duration?] = []
        var durations: [Duration?] = []
        /// On the monotonic clock.
        var first: Duration?

        var samples: [Int16] {
            stride(from: 0, to: bytes.count - 1, by: 2).map {
                Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
            }
        }
    }

    struct TimedOut: Error {}

    let pipeline: Element
    private let bus: Bus
    private let shared = Shared()

    private final class Shared: Sendable {
        let arrived = Mutex<[String: Arrived]>([:])
        let messages = Mutex<[BusEvent]>([])
    }

    /// - Parameter sinks: the names of the elements whose input is kept.
    init(_ line: String, engine: StreamEngine, sinks: [String] = ["sink"]) throws {
        try ElevenLabsElements.register()
        pipeline = try Element.parse(launch: line)
        pipeline.share(engine, as: StreamEngine.contextType)
        let shared = shared
        for name in sinks {
            let pad = try #require(pipeline.child(named: name)?.pad(named: "sink"))
            pad.probeBuffers { buffer in
                let bytes = buffer.withUnsafeBytes { Array($0) } ?? []
                let (start, duration) = (buffer.presentationTime, buffer.duration)
                shared.arrived.withLock { all in
                    all[name, default: Arrived()].bytes += bytes
                    all[name, default: Arrived()].starts.append(start)
                    all[name, default: Arrived()].durations.append(duration)
                    if all[name]?.first == nil { all[name]?.first = MonotonicTime.now }
                }
                return .keep
            }
        }
        bus = Bus(of: pipeline) { event in shared.messages.withLock { $0.append(event) } }
    }

    // Where a test ends before it has stopped it: the threads of a pipeline that plays would go on without it.
    deinit { pipeline.setState(.null) }

    func arrived(at sink: String = "sink") -> Arrived { shared.arrived.withLock { $0[sink] } ?? Arrived() }

    var messages: [BusEvent] { shared.messages.withLock { $0 } }

    func fields(of name: String) -> [[String: BusEvent.Field]] {
        messages.compactMap { if case .element(_, name, let fields) = $0 { fields } else { nil } }
    }

    var error: BusEvent.Report? {
        messages.compactMap { if case .error(let report) = $0 { report } else { nil } }.first
    }

    var isOver: Bool {
        messages.contains {
            switch $0 {
            case .endOfStream, .error: true
            default: false
            }
        }
    }

    @discardableResult
    func set(_ state: State) async -> StateChangeReturn { await onThread { [pipeline] in pipeline.setState(state) } }

    /// Waits until something is so.
    func wait(_ limit: Duration = .seconds(60), until isSo: (TestPipeline) -> Bool) async throws {
        let end = MonotonicTime.now + limit
        while !isSo(self) {
            guard MonotonicTime.now < end else {
                Issue.record("timed out; messages: \(messages)")
                throw TimedOut()
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    func stop() async {
        await set(.null)
        for element in pipeline.descendants {
            if let stream = element.implementation as? any StreamingElement { await stream.finished() }
        }
        bus.close()
    }

    /// From its start to its end.
    static func run(
        _ line: String, engine: StreamEngine, sinks: [String] = ["sink"], limit: Duration = .seconds(30)
    ) async throws -> TestPipeline {
        let pipeline = try TestPipeline(line, engine: engine, sinks: sinks)
        await pipeline.set(.playing)
        do {
            try await pipeline.wait(limit) { $0.isOver }
        } catch {
            await pipeline.stop()
            throw error
        }
        await pipeline.stop()
        return pipeline
    }
}
