import ElevenPipe

/// Tells the user how a run goes.
protocol Reporter: Sendable {
    /// A warning about the graph, before it runs.
    func note(_ finding: Finding)
    /// Follows a run until its events end.
    func follow(_ pipeline: Pipeline) async
    /// The run is over and did not fail.
    func finish(_ summary: PipelineSummary)
    /// The run failed.
    func finish(_ error: PipelineError)
}

extension Reporter {
    func note(_ finding: Finding) { Output.note(finding.description) }

    func finish(_ error: PipelineError) {
        Output.note(error.description)
        for file in error.files { Output.note(file.description) }
    }
}

/// `--quiet`: errors only.
struct QuietReporter: Reporter {
    func note(_ finding: Finding) {}

    func follow(_ pipeline: Pipeline) async {
        for await event in pipeline.events {
            // Silence where sound was meant is more than news.
            if case .noAudioDevice = event { Output.note(event.description) }
        }
    }

    func finish(_ summary: PipelineSummary) {}
}

/// A line for everything of note; with `--verbose`, for everything.
struct PlainReporter: Reporter {
    let isVerbose: Bool

    func follow(_ pipeline: Pipeline) async {
        for await event in pipeline.events {
            if isVerbose || event.isOfNote { Output.note(event.description) }
        }
    }

    func finish(_ summary: PipelineSummary) { Output.note(summary.description) }
}

extension PipelineEvent {
    /// Whether somebody who watches wants to know it.
    var isOfNote: Bool {
        switch self {
        case .queued, .dequeued, .retrying, .resuming, .starved, .resumed, .shifted, .noAudioDevice, .warning,
            .stopping:
            true
        default: false
        }
    }
}
