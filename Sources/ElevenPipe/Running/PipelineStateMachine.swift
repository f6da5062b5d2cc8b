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
        case prepared(finalised: Set<String>)
        case failure(PipelineError)
        case endOfStream
        case sinkEnded(String)
        case latencyChanged
        case clockLost
        /// The first asks for an orderly end, the second for one at once.
        case stop
        /// The end took too long to reach the files.
        case deadline
        /// GStreamer took too long to close.
        case abandon
        case tornDown
    }

    enum Action: Sendable, Equatable {
        case prepare
        case play
        /// Ends the sources, and lets what plays against a clock drop the rest. `dropping`: also what the sources still hold.
        case endSources(dropping: Bool)
        case startDeadline
        case tearDown
        case recalculateLatency
        case restartClock
        case finish(Outcome)
    }

    private(set) var state = State.idle
    private var finalised: Set<String> = []
    private var ended: Set<String> = []

    /// Nothing has come into the pipeline yet: no file is worth the wait, and no end would reach it past an element that has
    /// seen no data.
    mutating func noteEmptiness() { finalised = [] }

    mutating func handle(_ input: Input) -> [Action] {
        switch (state, input) {
        case (.idle, .start):
            state = .preparing
            return [.prepare]
        case (.idle, .stop):
            return tearDown(.ended(.stopped, unfinished: []))
        case (.preparing, .prepared(let finalised)):
            self.finalised = finalised
            state = .running
            return [.play]
        case (.preparing, .failure(let error)), (.idle, .failure(let error)):
            return tearDown(.ended(.failed(error), unfinished: []))
        case (.preparing, .stop):
            return tearDown(.ended(.stopped, unfinished: []))

        case (.running, .failure(let error)): return stop(.failed(error))
        case (.running, .stop): return stop(.stopped)
        case (.running, .endOfStream): return tearDown(.completed)
        case (.running, .sinkEnded(let sink)):
            ended.insert(sink)
            return []
        case (.running, .latencyChanged), (.stopping, .latencyChanged): return [.recalculateLatency]
        case (.running, .clockLost): return [.restartClock]

        case (.stopping(let cause, var waiting), .sinkEnded(let sink)):
            waiting.remove(sink)
            if waiting.isEmpty { return tearDown(.ended(cause, unfinished: [])) }
            state = .stopping(cause, waiting: waiting)
            return []
        case (.stopping(let cause, _), .endOfStream):
            return tearDown(.ended(cause, unfinished: []))
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

    private mutating func stop(_ cause: Cause) -> [Action] {
        let waiting = finalised.subtracting(ended)
        if waiting.isEmpty { return tearDown(.ended(cause, unfinished: [])) }
        state = .stopping(cause, waiting: waiting)
        return [.startDeadline, .endSources(dropping: cause == .stopped)]
    }

    private mutating func tearDown(_ outcome: Outcome) -> [Action] {
        state = .tearingDown(outcome)
        return [.tearDown]
    }
}
