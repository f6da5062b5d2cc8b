import ElevenLabsElements

/// Decides when playback waits for the network and for how much. A value: nothing is looked at here.
struct BufferingPolicy: Sendable {
    /// What playback waits for: how much each element must have received in all.
    struct Wait: Sendable, Equatable {
        /// The element that ran dry; nil before the first sound.
        var starved: String?
        /// By element; empty before the first sound.
        var targets: [String: Duration]
        /// What they had received when it began.
        var floors: [String: Duration] = [:]
        /// Whether nobody is late: nothing was asked for.
        var isIdle = false
        /// Whether the clock stands: before it does, what the sinks still have is heard.
        var isPaused = true
    }

    /// More than this is not asked for after a stall, however many there were.
    private static let longestRebuffer = Duration.seconds(5)
    /// Between looks: at least, so that a source that is just dry costs nothing; and at most.
    private static let interval = (shortest: Duration.milliseconds(5), longest: Duration.milliseconds(250))
    /// Between looks while nothing plays.
    static let waitingInterval = Duration.milliseconds(10)

    private let prebuffer: Duration
    private var rebuffer: Duration

    init(_ settings: PlaybackSettings) {
        prebuffer = settings.prebuffer ?? .zero
        rebuffer = settings.rebuffer ?? .milliseconds(500)
    }

    /// What the first sound waits for; nil where it waits for nothing.
    func beforeFirstSound(_ supply: PipelineSupply) -> Wait? {
        let isNeeded = supply.sinks.values.contains { !$0.sources.isEmpty && max(prebuffer, $0.fill) > .zero }
        return isNeeded ? Wait(starved: nil, targets: [:]) : nil
    }

    /// Whether the pipeline starves: a source has no byte to give and has not ended, and a sink has played what lies between.
    /// - Parameter ended: sinks that are at their end.
    mutating func starvation(_ supply: PipelineSupply, ended: Set<String>) -> Wait? {
        guard supply.isPlaying, !supply.isLive else { return nil }
        var dry: Set<String> = []
        for (name, sink) in supply.sinks where !ended.contains(name) {
            guard let rest = sink.rest, rest <= .zero else { continue }
            dry.formUnion(sink.sources.filter { supply.sources[$0]?.isDry ?? false })
        }
        // What has not begun may well come after what has, as in a row of texts, and nobody waits for it yet.
        let begun = dry.filter { (supply.sources[$0]?.received ?? .zero) > .zero }
        let starving = begun.isEmpty ? dry : begun
        guard let first = starving.min() else { return nil }
        // All that was received has been played: what is received from now on is what there will be.
        let floors = Dictionary(uniqueKeysWithValues: starving.map { ($0, supply.sources[$0]?.received ?? .zero) })
        let targets = floors.mapValues { $0 + max(rebuffer, .nanoseconds(1)) }
        let isIdle = starving.allSatisfy { supply.sources[$0]?.isIdle ?? false }
        // A network that was not asked for anything was not slow.
        if !isIdle { rebuffer = max(rebuffer, min(rebuffer * 2, Self.longestRebuffer)) }
        return Wait(starved: first, targets: targets, floors: floors, isIdle: isIdle, isPaused: false)
    }

    /// How long it takes until the sinks are silent, since what they had has been heard; nothing comes to them meanwhile.
    func silence(_ supply: PipelineSupply) -> Duration {
        let silence = supply.sinks.values.map(\.silence).max() ?? .zero
        return min(max(silence, .zero), Self.interval.longest)
    }

    /// Whether what was waited for is there. Asked of the sources: a sink that is paused takes no more than one buffer.
    func isOver(_ wait: Wait, _ supply: PipelineSupply) -> Bool {
        if supply.isLive { return true }
        guard wait.starved == nil else {
            return wait.targets.allSatisfy { name, target in
                // All of a short text has come.
                let isAll = (supply.sources[name]?.received ?? .zero) > wait.floors[name] ?? .zero
                return supply.has(target, from: name) || isAll && supply.sources[name]?.isIdle ?? false
            }
        }
        // A sink that has nothing yet waits by itself. One that has something got it from those that have begun.
        let ready = supply.sinks.values.filter { $0.rest != nil }
        return !ready.isEmpty
            && ready.allSatisfy { sink in
                sink.sources.allSatisfy { name in
                    supply.sources[name]?.received == .zero || supply.has(max(prebuffer, sink.fill), from: name)
                }
            }
    }

    /// When a source may next have run dry: not before what is known to be there has been played. nil: never again.
    func nextLook(_ supply: PipelineSupply, ended: Set<String>) -> Duration? {
        if supply.isLive || supply.sources.values.allSatisfy(\.isEnded) { return nil }
        guard supply.isPlaying else { return Self.waitingInterval }
        let rests = supply.sinks.filter { !ended.contains($0.key) }.compactMap { _, sink -> Duration? in
            let sources = sink.sources.compactMap { supply.sources[$0] }.filter { !$0.isEnded }
            guard let rest = sink.rest, let queued = sources.map(\.queued).min() else { return nil }
            // Half of what is queued: for encoded audio its length is an estimate.
            return rest + queued / 2
        }
        return min(max(rests.min() ?? .zero, Self.interval.shortest), Self.interval.longest)
    }
}

extension PipelineSupply {
    /// Whether an element has received so much, or will not receive more for now.
    fileprivate func has(_ amount: Duration, from name: String) -> Bool {
        guard let source = sources[name] else { return true }
        return source.isEnded || source.isFull || source.received >= amount
    }
}

extension StreamSupply {
    /// Whether there is no byte to give, though more will come.
    fileprivate var isDry: Bool { queued == .zero && !isEnded }
}
