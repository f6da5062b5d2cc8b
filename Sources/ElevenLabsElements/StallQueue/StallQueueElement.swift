import GLib
package import GStreamer

/// `stallqueue`: a queue of raw audio that gives silence where its input falls behind the clock, so that what it is mixed with
/// goes on. What comes late is not cut but shifted: it follows the silence, sample by sample.
///
/// As for playback as a whole (design: starved, rebuffer), a stream that ran dry goes on when some of it is there, else every
/// late packet would be a stutter.
package final class StallQueueElement: ElementImplementation {
    package static let metadata = ElementMetadata(
        factory: "stallqueue", typeName: "ElevenPipeStallQueue", longName: "Stall queue",
        classification: "Filter/Audio",
        description: "Queue that puts silence in where its input falls behind the clock, and shifts what comes late")

    package static let padTemplates = [
        PadTemplateDefinition(name: "sink", direction: .sink, caps: "audio/x-raw"),
        PadTemplateDefinition(name: "src", direction: .source, caps: "audio/x-raw"),
    ]

    private static let lead = PropertyDefinition(
        "lead", nick: "Lead",
        blurb:
            "Seconds before it is due that audio must have left, else silence takes its place: the time that the way to "
            + "the device takes, the device's buffer included.",
        kind: .double(0.05...10, default: 0.4))
    private static let rebuffer = PropertyDefinition(
        "rebuffer", nick: "Rebuffer",
        blurb:
            "Seconds of audio that must be there before it goes on after it ran dry; each time that it did doubles it, "
            + "up to 5.",
        kind: .double(0...10, default: 0.5))
    package static let fillProperty = PropertyDefinition(
        "fill", nick: "Fill", blurb: "Whether to put silence in. Without it, this is a queue.",
        kind: .boolean(default: true))

    package static let properties = [lead, rebuffer, fillProperty]

    private let element: UnownedElement
    private let input: InputPad?
    private let output: OutputPad?
    private let state = Monitor(State())

    private struct State: Sendable {
        var isActive = false
        /// What `chain` answers and, unless it is ok, why the task rests.
        var flow = FlowReturn.flushing
        var line = StallLine()
        var settings = (lead: Duration.milliseconds(400), rebuffer: Duration.milliseconds(500), fills: true)
        /// Not a property: it changes with every word.
        var isIdle: @Sendable () -> Bool = { false }
    }

    package init(element: UnownedElement) {
        self.element = element
        input = InputPad(of: element, template: "sink", queries: .passedOn)
        output = OutputPad(of: element, template: "src")
        input?.setHandler(self)
        output?.setHandler(self)
    }

    package func set(_ property: PropertyDefinition, to value: PropertyValue?) {
        state.withLock { state in
            switch (property.name, value) {
            case (Self.lead.name, .double(let seconds)): state.settings.lead = .seconds(seconds)
            case (Self.rebuffer.name, .double(let seconds)):
                state.settings.rebuffer = .seconds(seconds)
                state.line.rebuffer = .seconds(seconds)
            case (Self.fillProperty.name, .boolean(let fills)): state.settings.fills = fills
            default: break
            }
        }
    }

    package func value(of property: PropertyDefinition) -> PropertyValue? {
        state.withLock { state in
            switch property.name {
            case Self.lead.name: .double(state.settings.lead.seconds)
            case Self.rebuffer.name: .double(state.settings.rebuffer.seconds)
            default: .boolean(state.settings.fills)
            }
        }
    }

    /// Asks this whether nothing that was asked for is still to come, though more may be asked for: what is here then leaves,
    /// however little it is, and the silence until more comes is nobody's delay. It must not block.
    package func setIdleness(_ isIdle: @escaping @Sendable () -> Bool) { state.withLock { $0.isIdle = isIdle } }

    package func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn {
        let result = chainUp()
        // The clock runs or stands from now on.
        state.withLock { _ in }
        return result
    }
}

extension StallQueueElement: StreamReceiver {
    package func chain(_ buffer: consuming Buffer) -> FlowReturn {
        let isOpen = state.wait { (state: inout State) -> Bool? in
            guard state.flow == .ok else { return false }
            return state.line.isFull ? nil : true
        }
        guard isOpen else { return state.withLock { $0.flow } }
        return state.withLock { state in
            guard state.flow == .ok else { return state.flow }
            return state.line.append(buffer) ? .ok : .error
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
                state.line = StallLine(rebuffer: state.settings.rebuffer)
                restart(&state)
            }
            return result
        default:
            guard event.isSerialized else { return output?.push(event) ?? false }
            return state.withLock { state in
                guard state.flow == .ok else { return event.isSticky && event.kind != .endOfStream }
                state.line.append(event)
                return true
            }
        }
    }

    private func restart(_ state: inout State) {
        guard state.isActive else { return }
        state.flow = .ok
        output?.startTask()
    }
}

extension StallQueueElement: OutputPadHandler {
    package func activated() {
        state.withLock { state in
            state.line = StallLine(rebuffer: state.settings.rebuffer)
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

    package func deactivated() { state.withLock { $0.line = StallLine(rebuffer: $0.settings.rebuffer) } }

    package func reconfigured() {}

    /// What a round of the task has to do.
    private enum Round: ~Copyable {
        case push(StallLine.Output)
        case rest
    }

    package func work() {
        guard let output else { return }
        let round = state.wait { (state: inout State, limit: inout Duration?) -> Round? in
            guard state.flow == .ok else {
                // Under the lock, so that whoever starts the task again does it after this.
                output.pauseTask()
                return .rest
            }
            let now = state.settings.fills ? self.element.retained().runningTime : nil
            guard let next = state.line.next(now: now, lead: state.settings.lead, isIdle: state.isIdle) else {
                limit = state.line.wait(now: now, lead: state.settings.lead)
                return nil
            }
            return .push(next)
        }
        switch consume round {
        case .rest: break
        case .push(let next): push(next, to: output)
        }
    }

    private func push(_ next: consuming StallLine.Output, to output: OutputPad) {
        switch consume next {
        case .buffer(let buffer): finish(output.push(buffer))
        case .silence(let length, let time):
            guard let format = output.pad.audioInfo else { return finish(.notNegotiated) }
            let silence = format.silence(length)
            silence.presentationTime = time
            silence.duration = length
            finish(output.push(silence))
        case .event(let event, let shift):
            // Told when it is over and its length is known.
            if let shift {
                element.retained().post(
                    StreamMessage.shift, ["at": .double(shift.start.seconds), "by": .double(shift.length.seconds)])
            }
            guard let event else { break }
            _ = output.push(event)
            if event.kind == .endOfStream { finish(.endOfStream) }
        }
    }

    /// Notes how a push went.
    private func finish(_ result: FlowReturn) {
        guard result != .ok else { return }
        let isUnheard = state.withLock { state in
            guard state.flow == .ok else { return false }
            state.flow = result
            return state.line.isEnded && result != .flushing && result != .endOfStream
        }
        // Nothing comes from upstream any more that could carry the answer back.
        if isUnheard { element.retained().postFlowError(result) }
    }
}
