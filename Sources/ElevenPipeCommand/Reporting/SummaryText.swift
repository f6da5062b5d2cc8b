import ElevenPipe

/// A summary in words, a line for each request and each file.
enum SummaryText {
    static func lines(_ summary: PipelineSummary) -> [String] {
        [headline(summary)] + summary.requests.map(line) + summary.files.map { "  " + $0.description }
    }

    private static func headline(_ summary: PipelineSummary) -> String {
        var parts = ["\(summary.ending == .completed ? "done" : "stopped") after \(Format.time(summary.elapsed))"]
        // Of a run that was stopped it would tell what was decoded, not what was heard.
        if summary.ending == .completed, let length = summary.audioLength {
            parts.append("\(Format.time(length)) of audio")
        }
        if let first = summary.firstAudio {
            parts.append(
                "first audio after \(Format.time(first))"
                    + (summary.decodingDelay.map { " (\(Format.time($0)) after the first byte)" } ?? ""))
        }
        if !summary.stalls.isEmpty {
            let length = summary.stalls.reduce(Duration.zero) { $0 + $1.length }
            parts.append(
                "\(Format.count(summary.stalls.count, "pause")) for the network, \(Format.time(length)) in all")
        }
        if !summary.shifts.isEmpty {
            let length = summary.shifts.reduce(Duration.zero) { $0 + $1.length }
            parts.append("\(Format.time(length)) of silence for what came late")
        }
        return parts.joined(separator: ", ")
    }

    private static func line(_ request: PipelineSummary.Request) -> String {
        "  \(request.element)" + (request.piece.map { ", piece \($0)" } ?? "")
            + ": \(Format.count(request.bytes, "byte"))"
            + (request.timeToFirstByte.map { ", first byte after \(Format.time($0))" } ?? "")
            + (request.attempts > 1 ? ", \(request.attempts) attempts" : "")
            + (request.resumptions > 0 ? ", resumed \(request.resumptions) times" : "")
            + EventText.details(request.answer)
    }
}
