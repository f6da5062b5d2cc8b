import ElevenLabsElements
import GLib
import GStreamer
import Synchronization

/// The elements of a pipeline outlive what asks them.
private struct WeakStream: Sendable {
    private(set) weak var stream: (any StreamingElement)?

    init(_ stream: any StreamingElement) { self.stream = stream }
}

/// Reads off a pipeline what it has to play.
final class SupplyGauge: Sendable {
    private struct Sink: Sendable {
        let watches: [RenderWatch]
        let sources: Set<String>
    }

    /// A sink without a device loses nothing that comes late, so a moment of delay on the way is no reason to pause.
    private static let graceWithoutDevice = Duration.milliseconds(20)

    /// What is looked at, which changes with the graph.
    private struct State: Sendable {
        var streams: [String: any StreamingElement] = [:]
        var sinks: [String: Sink] = [:]
    }

    private let pipeline: Element
    private let onRendering: @Sendable () -> Void
    private let state = Mutex(State())
    /// nil before it could be asked.
    private let isKnownLive = Mutex<Bool?>(nil)

    /// Call it from READY on, when a sink that picks its device has done so.
    /// - Parameter onRendering: called when a sink that plays against the clock gets its first buffer; on a streaming thread.
    init(_ built: BuiltPipeline, _ plan: GraphPlan, onRendering: @escaping @Sendable () -> Void) {
        pipeline = built.pipeline
        self.onRendering = onRendering
        follow(built, plan)
    }

    /// Looks at what is there now. Call it again where elements have come or gone.
    func follow(_ built: BuiltPipeline, _ plan: GraphPlan) {
        let streams = built.streams
        var sources: [String: Set<String>] = [:]
        // Where silence takes the place of what is late, nobody waits for it.
        let stallQueues = plan.elements.filter { $0.factory == GraphExpander.stallQueue }.map(\.name)
        for stream in streams.keys {
            for sink in plan.sinks(behind: stream, upTo: Set(streams.keys).union(stallQueues)) {
                sources[sink, default: []].insert(stream)
            }
        }
        // A file has no clock that something could be late for.
        for queue in stallQueues {
            let isHeard = plan.sinks(behind: queue, upTo: []).contains {
                !(built.elements[$0]?.innermostClockedSinks ?? []).isEmpty
            }
            if !isHeard { built.elements[queue]?.set(StallQueueElement.fillProperty.name, Value(false)) }
            let before = streams.filter { plan.steps(behind: $0.key, upTo: Set(streams.keys)).contains(queue) }
            let sources = before.values.map { WeakStream($0) }
            (built.elements[queue]?.implementation as? StallQueueElement)?.setIdleness {
                !sources.isEmpty && sources.allSatisfy { $0.stream?.supply.isIdle ?? false }
            }
        }
        let earlier = state.withLock { $0.sinks }
        var sinks: [String: Sink] = [:]
        for (name, sources) in sources {
            guard let clocked = built.elements[name]?.innermostClockedSinks, !clocked.isEmpty else { continue }
            let watches = earlier[name]?.watches ?? clocked.map { RenderWatch($0, onFirst: onRendering) }
            sinks[name] = Sink(watches: watches, sources: sources)
        }
        state.withLock { $0 = State(streams: streams, sinks: sinks) }
    }

    private var watches: [RenderWatch] { state.withLock { $0.sinks.values.flatMap(\.watches) } }

    /// A state change told it.
    func noteLive() { isKnownLive.withLock { $0 = true } }

    /// Whether the pipeline is known to have a live source.
    var isLive: Bool { isKnownLive.withLock { $0 ?? false } }

    /// May block for a moment: asks elements and the clock.
    func read() -> PipelineSupply {
        let (streams, sinks) = state.withLock { ($0.streams, $0.sinks) }
        let isPlaying = pipeline.isPlaying
        let now = pipeline.runningTime
        return PipelineSupply(
            isPlaying: isPlaying, isLive: readLive(isPlaying: isPlaying), sources: streams.mapValues(\.supply),
            sinks: sinks.mapValues { sink in
                let rests = sink.watches.compactMap { watch in
                    watch.end.map { $0 - now - (watch.deviceLead ?? .zero - Self.graceWithoutDevice) }
                }
                let silences = sink.watches.compactMap { watch in watch.end.map { $0 - now } }
                return PipelineSupply.Sink(
                    rest: rests.min(), silence: silences.max() ?? .zero, fill: sink.watches.map(\.fill).max() ?? .zero,
                    sources: sink.sources)
            })
    }

    /// Keeps what comes from the sinks until the clock stands, since it would be late.
    func expectGap() {
        for watch in watches { watch.expectGap() }
    }

    /// The clock stands, or nothing is to be heard any more.
    func letThrough() {
        for watch in watches { watch.letThrough() }
    }

    /// Sets the clock of a paused pipeline back, so that what has come meanwhile is not late for a device.
    func setClockBack() {
        let times = watches.compactMap(\.timeBehindGap)
        guard let time = times.min(), time < pipeline.runningTime else { return }
        pipeline.setRunningTime(time)
    }

    private func readLive(isPlaying: Bool) -> Bool {
        if let known = isKnownLive.withLock({ $0 }) { return known }
        guard isPlaying else { return false }
        let answer = pipeline.isInLivePipeline
        isKnownLive.withLock { $0 = answer }
        return answer
    }
}

extension GraphPlan {
    /// The steps nothing flows out of that the data of an element comes to, not counting what passes another of `barriers`.
    fileprivate func sinks(behind start: String, upTo barriers: Set<String>) -> Set<String> {
        steps(behind: start, upTo: barriers).filter { step in !links.contains { $0.from == step } }
    }

    /// The steps that the data of an element comes to, itself among them, not counting what passes another of `barriers`.
    fileprivate func steps(behind start: String, upTo barriers: Set<String>) -> Set<String> {
        var seen: Set<String> = [start]
        var next = [start]
        while let step = next.popLast() {
            let followers = links.filter { $0.from == step }.map(\.to)
            next += followers.filter { !barriers.contains($0) && seen.insert($0).inserted }
        }
        return seen
    }
}
