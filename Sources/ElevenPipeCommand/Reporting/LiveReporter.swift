import ElevenPipe
import GLib
import Synchronization

/// On a terminal: one line that changes as the run goes, and above it what is worth keeping.
final class LiveReporter: Reporter {
    private struct State {
        var phase = "starting"
        var firstAudio: String?
        var isStarved = false
        var isShown = false
        var isOver = false
    }

    private static let interval = Duration.milliseconds(100)

    private let state = Mutex(State())

    func follow(_ pipeline: Pipeline) async {
        let ticker = Task {
            while !Task.isCancelled {
                show(await pipeline.progress())
                try? await Task.sleep(for: Self.interval)
            }
        }
        for await event in pipeline.events { note(event) }
        // Not waited for: it may be asking a pipeline that no longer answers.
        ticker.cancel()
        state.withLock { state in
            state.isOver = true
            erase(&state)
        }
    }

    func finish(_ summary: PipelineSummary) { Output.note(summary.description) }

    private func note(_ event: PipelineEvent) {
        state.withLock { state in
            switch event {
            case .started: state.phase = "playing"
            case .queued(_, let ahead, _):
                state.phase = "waiting for other requests" + (ahead > 0 ? ", \(ahead) before" : "")
            case .requested: state.phase = "waiting for the service"
            case .retrying: state.phase = "waiting to try again"
            case .resuming: state.phase = "asking for the rest"
            case .answered: state.phase = "receiving"
            case .firstAudio(let time, _): state.firstAudio = Format.time(time)
            case .starved: state.isStarved = true
            case .resumed: state.isStarved = false
            case .received: state.phase = "all received"
            case .stopping: state.phase = "stopping"
            default: break
            }
        }
        // A wait shows in the line itself, and in the summary.
        switch event {
        case .queued, .dequeued, .starved, .resumed: return
        default: break
        }
        guard event.isOfNote else { return }
        state.withLock { state in
            erase(&state)
            Output.note(event.description)
        }
    }

    /// Draws under the lock, so that no other line gets into this one.
    private func show(_ progress: PipelineProgress) {
        state.withLock { state in
            guard !state.isOver else { return }
            state.isShown = true
            let line = compose(state, progress).prefix(max(Terminal.columns - 1, 20))
            Output.write("\r\u{1B}[K" + line, to: Terminal.descriptor)
        }
    }

    private func erase(_ state: inout State) {
        if state.isShown { Output.write("\r\u{1B}[K", to: Terminal.descriptor) }
        state.isShown = false
    }

    private func compose(_ state: State, _ progress: PipelineProgress) -> String {
        var parts = [state.isStarved ? "waiting for the network" : state.phase]
        if progress.receivedBytes > 0 { parts.append("\(Format.grouped(progress.receivedBytes / 1000)) kB") }
        if let first = state.firstAudio { parts.append("first audio \(first)") }
        if let position = progress.position { parts.append("at \(clock(position))") }
        if let peak = progress.peak { parts.append(Meter.bar(peak: peak)) }
        return parts.joined(separator: Terminal.isUTF8 ? " · " : " | ")
    }

    private func clock(_ position: Duration) -> String {
        let tenths = Int(position.seconds * 10)
        let (minutes, seconds) = (tenths / 600, tenths / 10 % 60)
        return "\(minutes):\(seconds < 10 ? "0" : "")\(seconds).\(tenths % 10)"
    }
}
