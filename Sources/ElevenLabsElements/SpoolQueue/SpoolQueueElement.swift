import GLib
package import GStreamer

/// `spoolqueue`: a queue without a limit in time, in memory to a bound and on disk past it.
///
/// It stands beside a branch that holds everything until its end: a plain queue there fills up, the tee before it waits, and
/// neither branch ever gets its end. What GStreamer's queue does with flushes, flow returns and ends, this does too.
package final class SpoolQueueElement: ElementImplementation {
    package static let metadata = ElementMetadata(
        factory: "spoolqueue", typeName: "ElevenPipeSpoolQueue", longName: "Spooling queue", classification: "Generic",
        description: "Queue that takes everything at once, in memory to a bound and in a temporary file past it")

    package static let padTemplates = [
        PadTemplateDefinition(name: "sink", direction: .sink, caps: "ANY"),
        PadTemplateDefinition(name: "src", direction: .source, caps: "ANY"),
    ]

    private static let maxMemory = PropertyDefinition(
        "max-memory", nick: "Max. memory", blurb: "Bytes to hold in memory; what comes beyond goes to a temporary file",
        kind: .unsigned(0...UInt32.max, default: 8 << 20))
    private static let levelBytes = PropertyDefinition(
        "current-level-bytes", nick: "Level (bytes)", blurb: "Bytes in the queue, in memory and on disk",
        kind: .unsigned(0...UInt32.max, default: 0), isReadOnly: true)
    private static let levelBuffers = PropertyDefinition(
        "current-level-buffers", nick: "Level (buffers)", blurb: "Buffers in the queue",
        kind: .unsigned(0...UInt32.max, default: 0), isReadOnly: true)

    package static let properties = [maxMemory, levelBytes, levelBuffers]

    private struct State: Sendable {
        var memoryLimit: UInt32 = 8 << 20
        var stream = SpooledStream(memoryLimit: 0)
        /// Whether the source pad's task may run.
        var isActive = false
        /// What `chain` answers and, unless it is ok, why the task rests. End of stream: the end has left.
        var flow = FlowReturn.flushing
        /// The end has come in.
        var isEnded = false
        /// Downstream wants no more of this segment: its buffers are dropped.
        var isDropping = false
        /// The run is being ended: no buffer counts any more.
        var isOver = false
        /// Events that were on their way out when a flush came.
        var undelivered: [Event] = []

        /// Nothing has come yet. The spool's file, if there is one, goes.
        mutating func reset() {
            stream = SpooledStream(memoryLimit: Int(memoryLimit))
            isEnded = false
            isDropping = false
            undelivered = []
        }
    }

    private let element: UnownedElement
    private let input: InputPad?
    private let output: OutputPad?
    private let state = Monitor(State())

    package init(element: UnownedElement) {
        self.element = element
        input = InputPad(of: element, template: "sink", queries: .passedOn)
        output = OutputPad(of: element, template: "src")
        input?.setHandler(self)
        output?.setHandler(self)
    }

    package func set(_ property: PropertyDefinition, to value: PropertyValue?) {
        if case .unsigned(let limit) = value { state.withLock { $0.memoryLimit = limit } }
    }

    package func value(of property: PropertyDefinition) -> PropertyValue? {
        state.withLock { state in
            switch property.name {
            case Self.levelBytes.name: .unsigned(UInt32(clamping: state.stream.bytes))
            case Self.levelBuffers.name: .unsigned(UInt32(clamping: state.stream.buffers))
            default: .unsigned(state.memoryLimit)
            }
        }
    }

    package func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn {
        chainUp()  // The pads' activation is what counts.
    }

    /// Drops the buffers it holds and those that still come, for the rest of the run, so that the end of the stream has a short
    /// way. Events stay, in their order. Any thread; does not block.
    package func dropEverything() {
        state.withLock { state in
            state.isOver = true
            state.stream = state.stream.withoutBuffers(memoryLimit: Int(state.memoryLimit))
        }
    }

    private func report(_ failure: Spool.Failure, _ kind: ResourceError) {
        element.retained().postError(failure.isOutOfSpace ? .noSpaceLeft : kind, failure.description)
    }
}

extension SpoolQueueElement: StreamReceiver {
    package func chain(_ buffer: consuming Buffer) -> FlowReturn {
        do throws(Spool.Failure) {
            return try state.withLock { (state) throws(Spool.Failure) in
                guard state.flow == .ok else { return state.flow }
                if state.isOver { return .ok }
                if state.isEnded || state.isDropping && state.stream.isEmpty { return .endOfStream }
                try state.stream.append(buffer)
                return .ok
            }
        } catch {
            report(error, .write)
            return .error
        }
    }

    package func take(_ event: Event) -> Bool {
        switch event.kind {
        case .flushStart:
            state.withLock { $0.flow = .flushing }
            let result = output?.push(event) ?? false
            // Not under the lock: it waits for the task's round.
            output?.pauseTask()
            return result
        case .flushStop:
            let result = output?.push(event) ?? false
            state.withLock { state in
                // The stream goes on after a flush, and nobody tells its caps again.
                for event in state.undelivered + state.stream.waitingEvents where event.survivesFlush {
                    output?.keep(event)
                }
                state.reset()
                restart(&state)
            }
            return result
        default: return event.isSerialized ? enqueue(event) : output?.push(event) ?? false
        }
    }

    private func enqueue(_ event: Event) -> Bool {
        let (isTaken, failure) = state.withLock { state -> (Bool, FlowReturn?) in
            if event.kind == .streamStart || event.kind == .segment {
                // Either begins anew after an end.
                state.isEnded = false
                if state.flow == .endOfStream { restart(&state) }
            }
            guard state.flow == .ok else {
                // As GstQueue: the buffers that follow tell it, but nothing follows an end.
                let isLast = event.kind == .endOfStream
                return (event.isSticky && !isLast, isLast && state.flow != .flushing ? state.flow : nil)
            }
            guard !state.isEnded else { return (false, nil) }
            state.isEnded = event.kind == .endOfStream
            state.stream.append(event)
            return (true, nil)
        }
        if let failure, failure != .endOfStream { element.retained().postFlowError(failure) }
        return isTaken
    }

    private func restart(_ state: inout State) {
        guard state.isActive else { return }
        state.flow = .ok
        output?.startTask()
    }
}

extension SpoolQueueElement: OutputPadHandler {
    package func activated() {
        state.withLock { state in
            state.reset()
            state.isOver = false
            state.isActive = true
            restart(&state)
        }
    }

    package func deactivating() {
        state.withLock { state in
            state.isActive = false
            state.flow = .flushing
        }
    }

    package func deactivated() { state.withLock { $0.reset() } }

    package func reconfigured() {
        state.withLock { state in if state.flow == .notLinked { restart(&state) } }
    }

    /// What a round of the task has to do.
    private enum Step: ~Copyable {
        case push(SpooledStream.Item)
        case nothing
        case fail(Spool.Failure)
    }

    package func work() {
        guard let output else { return }
        switch state.wait(until: { self.nextStep(&$0, output) }) {
        case .nothing: break
        case .fail(let failure):
            report(failure, .read)
            output.pushEndOfStream()
        case .push(.event(let event)):
            if !output.push(event) {
                state.withLock { state in if state.flow == .flushing { state.undelivered.append(event) } }
            }
            if event.kind == .endOfStream { finish(.endOfStream, isEvent: true) }
        case .push(.buffer(let buffer)): finish(output.push(buffer), isEvent: false)
        }
    }

    private func nextStep(_ state: inout State, _ output: OutputPad) -> Step? {
        guard state.flow == .ok else {
            // Under the lock, so that whoever starts the task again does it after this.
            output.pauseTask()
            return .nothing
        }
        let item: SpooledStream.Item
        do throws(Spool.Failure) {
            guard let next = try state.stream.next() else { return nil }
            item = next
        } catch {
            state.flow = .error
            return .fail(error)
        }
        guard state.isDropping else { return .push(item) }
        switch consume item {
        case .event(let event) where event.kind != .other:
            state.isDropping = false
            return .push(.event(event))
        default: return .nothing
        }
    }

    /// Notes how a push went.
    private func finish(_ result: FlowReturn, isEvent: Bool) {
        guard result != .ok, let output else { return }
        let isUnheard = state.withLock { state in
            // Somebody else has stopped the flow in the meantime: that counts.
            guard state.flow == .ok else { return false }
            if result == .endOfStream {
                if !isEvent { state.isDropping = true }
                // Unless a new stream has come in behind the end.
                if isEvent, state.isEnded { state.flow = .endOfStream }
                return false
            }
            state.flow = result
            return state.isEnded && result != .flushing
        }
        guard isUnheard else { return }
        // Nothing comes from upstream any more that could carry the answer back.
        element.retained().postFlowError(result)
        output.pushEndOfStream()
    }
}
