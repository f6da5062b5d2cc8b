import GStreamer

/// How a pipeline's run goes on, as a value: inputs in, actions out, nothing done here.
///
/// The first cause of an end is the one that counts: what fails while a pipeline is being ended is a consequence.
struct PipelineStateMachine: Sendable {
    enum State: Sendable, Equatable {
        case idle
        /// On the way to READY: devices are opened, nothing is asked of the service yet.
        case preparing
        case running
        /// Paused until the network has given enough.
        case buffering(BufferingPolicy.Wait)
        /// The end is on its way to the files. `waiting`: the sinks that have not got it.
        case stopping(Cause, waiting: Set<String>)
        case tearingDown(Outcome)
        case finished(Outcome)
    }

    /// Why a pipeline is ended before its own end.
    enum Cause: Sendable, Equatable {
        case stopped
        case failed(PipelineError)
    }

    enum Outcome: Sendable, Equatable {
        case completed
        /// `unfinished`: the sinks that never got the end of the stream, so that their files may not be whole.
        case ended(Cause, unfinished: Set<String>)
    }

    enum Input: Sendable {
        case start
        /// READY is reached. `finalised`: the sinks whose output must see the end of the stream to be whole.
        case prepared(finalised: Set<String>, supply: PipelineSupply)
        case failure(PipelineError)
        case endOfStream
        case sinkEnded(String)
        case latencyChanged
        case clockLost
        /// A sink that plays against the clock has got its first buffer.
        case rendering
        /// Branches have come or gone: the sinks as they are now.
        case sinksChanged(finalised: Set<String>, supply: PipelineSupply)
        /// What was seen at a look that an action asked for.
        case supply(PipelineSupply)
        /// The user wants silence for a while, and then sound again.
        case pause
        case resume
        /// The first asks for an orderly end, the second for one at once.
        case stop
        /// The run has taken longer than it may: it fails with this, unless its end has begun.
        case overdue(PipelineError)
        /// The end took too long to reach the files.
        case deadline
        /// GStreamer took too long to close.
        case abandon
        case tornDown
    }

    enum Action: Sendable, Equatable {
        case prepare
        case play
        case pause
        /// Looks after a while at what there is to play.
        case look(after: Duration)
        /// This element has run dry: nothing is given to the sinks until the clock stands.
        /// `isIdle`: it was not asked for anything.
        case noteStarved(String, isIdle: Bool = false)
        /// It goes on.
        case noteResumed
        /// Makes room in time for what comes after the stall.
        case setClockBack
        /// Ends the sources, and lets what plays against a clock drop the rest, unless it is to be heard. `dropping`: also what
        /// the sources still hold.
        case endSources(dropping: Bool, isHeard: Bool = false)
        /// - Parameter isHeard: what is on its way to the sinks may take the time that it plays.
        case startDeadline(isHeard: Bool = false)
        case tearDown
        case recalculateLatency
        case restartClock
        case finish(Outcome)
    }

    private(set) var state = State.idle
    private var finalised: Set<String> = []
    /// The sinks that play against the clock.
    private var clocked: Set<String> = []
    private var ended: Set<String> = []
    private var buffering: BufferingPolicy
    /// Whether a look is under way, of which there is one at a time.
    private var isLooking = false
    private var isPausedByUser = false

    init(playback: PlaybackSettings = PlaybackSettings()) { buffering = BufferingPolicy(playback) }

    /// Whether the pipeline is on its way, its clock may stand or not.
    var isUnderWay: Bool {
        switch state {
        case .running, .buffering: true
        default: false
        }
    }

    /// The state as a program sees it. Only the run's last word says that it is over.
    var publicState: Pipeline.State {
        switch state {
        case .idle: .idle
        case .preparing: .starting
        case .running: isPausedByUser ? .paused : .running
        case .buffering: isPausedByUser ? .paused : .buffering
        case .stopping, .tearingDown, .finished: .stopping
        }
    }

    /// Nothing has come into the pipeline yet: no file is worth the wait, and no end would reach it past an element that has
    /// seen no data.
    mutating func noteEmptiness() { (finalised, clocked) = ([], []) }

    mutating func handle(_ input: Input) -> [Action] {
        switch (state, input) {
        case (.idle, .start):
            state = .preparing
            return [.prepare]
        case (.idle, .stop):
            return tearDown(.ended(.stopped, unfinished: []))
        case (.preparing, .prepared(let finalised, let supply)):
            self.finalised = finalised
            clocked = Set(supply.sinks.keys)
            guard let wait = buffering.beforeFirstSound(supply) else {
                state = .running
                return [isPausedByUser ? .pause : .play]
            }
            state = .buffering(wait)
            return [.pause] + look(after: .zero)
        case (.preparing, .failure(let error)), (.idle, .failure(let error)), (.preparing, .overdue(let error)):
            return tearDown(.ended(.failed(error), unfinished: []))
        case (.preparing, .stop):
            return tearDown(.ended(.stopped, unfinished: []))

        case (.running, .failure(let error)), (.buffering, .failure(let error)),
            (.running, .overdue(let error)), (.buffering, .overdue(let error)):
            return stop(.failed(error))
        case (.running, .stop), (.buffering, .stop): return stop(.stopped)
        case (.running, .endOfStream), (.buffering, .endOfStream): return tearDown(.completed)
        case (.running, .sinkEnded(let sink)), (.buffering, .sinkEnded(let sink)):
            ended.insert(sink)
            return []
        case (.running, .latencyChanged), (.buffering, .latencyChanged), (.stopping, .latencyChanged):
            return [.recalculateLatency]
        // Where the clock stands, a new one is chosen when it goes on.
        case (.running, .clockLost): return isPausedByUser ? [] : [.restartClock]

        case (.running, .sinksChanged(let finalised, let supply)),
            (.buffering, .sinksChanged(let finalised, let supply)):
            self.finalised = finalised
            clocked = Set(supply.sinks.keys)
            // Sinks of these names may come again.
            ended.formIntersection(finalised.union(clocked))
            return look(after: .zero)
        case (.stopping(let cause, let waiting), .sinksChanged(let finalised, let supply)):
            let waiting = waiting.intersection(finalised.union(supply.sinks.keys))
            if waiting.isEmpty { return tearDown(.ended(cause, unfinished: [])) }
            state = .stopping(cause, waiting: waiting)
            return []
        case (.running, .rendering), (.buffering, .rendering): return look(after: .zero)
        case (.running, .supply(let supply)):
            isLooking = false
            return whileRunning(supply)
        case (.buffering(let wait), .supply(let supply)):
            isLooking = false
            return whileBuffering(wait, supply)

        case (.buffering(let wait), .pause) where wait.isPaused: fallthrough
        case (.idle, .pause), (.preparing, .pause):
            isPausedByUser = true
            return []
        case (.running, .pause), (.buffering, .pause):
            isPausedByUser = true
            return [.pause]
        case (.idle, .resume), (.preparing, .resume), (.buffering, .resume):
            isPausedByUser = false
            return []
        case (.running, .resume):
            defer { isPausedByUser = false }
            return isPausedByUser ? [.play] : []

        case (.stopping(let cause, var waiting), .sinkEnded(let sink)):
            waiting.remove(sink)
            if waiting.isEmpty { return tearDown(.ended(cause, unfinished: [])) }
            state = .stopping(cause, waiting: waiting)
            return []
        case (.stopping(let cause, _), .endOfStream):
            return tearDown(.ended(cause, unfinished: []))
        case (.stopping(let cause, let waiting), .failure(let error))
        where cause.isIncompleteAnswer && error.code == .outputFailed:
            // A speaker that is gone, say: nobody hears the rest. What a decoder says of the cut itself changes nothing.
            return tearDown(.ended(cause, unfinished: waiting))
        case (.stopping(let cause, let waiting), .deadline), (.stopping(let cause, let waiting), .stop):
            return tearDown(.ended(cause, unfinished: waiting))

        case (.tearingDown(.completed), .failure(let error)):
            // A file that cannot be closed may not hold all that was written to it.
            state = .tearingDown(.ended(.failed(error), unfinished: finalised))
            return []
        case (.tearingDown(.completed), .abandon):
            let error = PipelineError(.outputFailed, "the pipeline could not be closed, so its files may not be whole")
            state = .finished(.ended(.failed(error), unfinished: finalised))
            return [.finish(.ended(.failed(error), unfinished: finalised))]
        case (.tearingDown(let outcome), .tornDown), (.tearingDown(let outcome), .abandon):
            state = .finished(outcome)
            return [.finish(outcome)]
        default:
            return []
        }
    }

    // MARK: Waiting for the network

    private mutating func whileRunning(_ supply: PipelineSupply) -> [Action] {
        if !isPausedByUser, let wait = buffering.starvation(supply, ended: ended) {
            state = .buffering(wait)
            let note = wait.starved.map { [Action.noteStarved($0, isIdle: wait.isIdle)] } ?? []
            return note + look(after: buffering.silence(supply))
        }
        return look(after: buffering.nextLook(supply, ended: ended))
    }

    private mutating func whileBuffering(_ wait: BufferingPolicy.Wait, _ supply: PipelineSupply) -> [Action] {
        guard wait.isPaused else {
            var paused = wait
            paused.isPaused = true
            state = .buffering(paused)
            return (isPausedByUser ? [] : [.pause]) + look(after: BufferingPolicy.waitingInterval)
        }
        guard buffering.isOver(wait, supply) else { return look(after: BufferingPolicy.waitingInterval) }
        state = .running
        let going: [Action] = isPausedByUser ? [] : [.play]
        let actions = wait.starved == nil ? going : [.setClockBack] + going + [.noteResumed]
        return actions + look(after: buffering.nextLook(supply, ended: ended))
    }

    private mutating func look(after delay: Duration?) -> [Action] {
        guard let delay, !isLooking else { return [] }
        isLooking = true
        return [.look(after: delay)]
    }

    // MARK: The end

    private mutating func stop(_ cause: Cause) -> [Action] {
        // An answer that was cut is told when its element has given all that came: what the sinks have of it is heard.
        let isHeard = cause.isIncompleteAnswer
        let waiting = (isHeard ? finalised.union(clocked) : finalised).subtracting(ended)
        if waiting.isEmpty { return tearDown(.ended(cause, unfinished: [])) }
        state = .stopping(cause, waiting: waiting)
        return [.startDeadline(isHeard: isHeard), .endSources(dropping: cause == .stopped, isHeard: isHeard)]
    }

    private mutating func tearDown(_ outcome: Outcome) -> [Action] {
        state = .tearingDown(outcome)
        return [.tearDown]
    }
}

extension PipelineStateMachine.Cause {
    fileprivate var isIncompleteAnswer: Bool {
        if case .failed(let error) = self { error.code == .incompleteAnswer } else { false }
    }
}
