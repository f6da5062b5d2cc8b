extension PipelineSummary: CustomStringConvertible {
    /// For people, as the command prints it: a line for the run, then one for each request and each file.
    public var description: String {
        let requests = requests.map { "  " + $0.line }
        return ([headline] + requests + files.map { "  " + $0.description }).joined(separator: "\n")
    }

    private var headline: String {
        var parts = ["\(ending == .completed ? "done" : "stopped") after \(Format.time(elapsed))"]
        // Of a run that was stopped it would tell what was decoded, not what was heard.
        if ending == .completed, let length = audioLength {
            parts.append("\(Format.time(length)) of audio")
        }
        if let first = firstAudio {
            parts.append(
                "first audio after \(Format.time(first))"
                    + (decodingDelay.map { " (\(Format.time($0)) after the first byte)" } ?? ""))
        }
        if !stalls.isEmpty {
            let length = stalls.reduce(Duration.zero) { $0 + $1.length }
            parts.append(
                "\(Format.count(stalls.count, "pause")) for the network, \(Format.time(length)) in all")
        }
        if !shifts.isEmpty {
            let length = shifts.reduce(Duration.zero) { $0 + $1.length }
            parts.append("\(Format.time(length)) of silence for what came late")
        }
        return parts.joined(separator: ", ")
    }
}

extension PipelineSummary.Request {
    fileprivate var line: String {
        element + (piece.map { ", piece \($0)" } ?? "")
            + ": \(Format.count(bytes, "byte"))"
            + (timeToFirstByte.map { ", first byte after \(Format.time($0))" } ?? "")
            + (attempts > 1 ? ", \(attempts) attempts" : "")
            + (resumptions > 0 ? ", resumed \(resumptions) times" : "")
            + answer.details
    }
}
