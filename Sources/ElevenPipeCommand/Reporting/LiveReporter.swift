import ElevenPipe
import GLib
import Synchronization

/// On a terminal: one line that changes as the run goes, and above it what is worth keeping.
final class LiveReporter: Reporter {
    private struct State {
        var phase = "starting"
        var firstAudio: String?
        var isShown = false
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
        ticker.cancel()
        await ticker.value
        clear()
    }

    func finish(_ summary: PipelineSummary) { Output.note(SummaryText.lines(summary).joined(separator: "\n")) }

    private func note(_ event: PipelineEvent) {
        state.withLock { state in
            switch event {
            case .requested: state.phase = "waiting for the service"
            case .retrying: state.phase = "waiting to try again"
            case .answered: state.phase = "receiving"
            case .firstAudio(let time, _): state.firstAudio = Format.time(time)
            case .received: state.phase = "all received"
            case .stopping: state.phase = "stopping"
            default: break
            }
        }
        guard let line = EventText.shortLine(event) else { return }
        clear()
        Output.note(line)
    }

    private func show(_ progress: PipelineProgress) {
        let line = state.withLock { state in
            state.isShown = true
            return compose(state, progress)
        }
        Output.write("\r\u{1B}[K" + String(line.prefix(max(Terminal.columns - 1, 20))), to: Terminal.descriptor)
    }

    private func clear() {
        let wasShown = state.withLock { state in
            defer { state.isShown = false }
            return state.isShown
        }
        if wasShown { Output.write("\r\u{1B}[K", to: Terminal.descriptor) }
    }

    private func compose(_ state: State, _ progress: PipelineProgress) -> String {
        var parts = [state.phase]
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
