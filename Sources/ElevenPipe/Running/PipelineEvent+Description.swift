extension PipelineEvent: CustomStringConvertible {
    /// One sentence for people, as the command prints it.
    public var description: String {
        switch self {
        case .started: "started"
        case .queued(let element, let ahead, let piece):
            "\(element): " + (piece.map { "piece \($0) " } ?? "the request ")
                + "waits, since the service takes no more at once; "
                + (ahead == 0 ? "it is the next" : "\(ahead) before it")
        case .dequeued(let element, let time, let piece):
            "\(element): " + (piece.map { "piece \($0) " } ?? "the request ") + "goes on after \(Format.time(time))"
        case .requested(let element, let attempt, let size, let piece):
            "\(element)\(Self.text(of: piece)): request sent, " + Self.text(of: size)
                + (attempt > 1 ? " (attempt \(attempt))" : "")
        case .cut(let element, let place, let piece, let reason):
            "\(element): piece \(piece) ends at \(Format.time(place)), "
                + (reason == "limit" ? "as the service takes no more at once" : "where it is silent")
        case .retrying(let element, _, let delay, let reason, let piece):
            "\(element)\(Self.text(of: piece)): \(reason); trying again "
                + (delay == .zero ? "as soon as it may" : "in \(Format.time(delay))")
        case .resuming(let element, _, let words, let credits, let reason):
            "\(element): \(reason); asking for the rest"
                + (words.isEmpty ? "" : " after '\(words)'")
                + (credits.map { ", the broken request cost \(Format.count($0, "credit"))" } ?? "")
        case .answered(let element, let answer, let piece):
            "\(element)\(Self.text(of: piece)): the service answers\(answer.details)"
        case .firstByte(let element, let time, let piece):
            "\(element)\(Self.text(of: piece)): first byte after \(Format.time(time))"
        case .firstAudio(let time, let decoding):
            "first audio after \(Format.time(time))"
                + (decoding.map { ", \(Format.time($0)) after the first byte" } ?? "")
        case .starved(let element): "\(element): the network is too slow; playback waits"
        case .resumed(let time): "playback goes on after \(Format.time(time))"
        case .shifted(let element, let time):
            "\(element): the network was too slow; \(Format.time(time)) of silence took its place, and it is that much later"
        case .received(let element, let bytes, let piece):
            "\(element)\(Self.text(of: piece)): all received, \(Format.count(bytes, "byte"))"
        case .noAudioDevice(_, let location):
            Self.place(location)
                + "warning: there is no sound device and no sound server, so nothing can be heard; to write a "
                + "file instead, end the graph in 'wavenc' and 'filesink'"
        case .warning(let message, let location): Self.place(location) + "warning: \(message)"
        case .added(let branch): "'\(branch)' joins in"
        case .removed(let branch): "'\(branch)' has ended and is gone"
        case .stopping: "stopping"
        }
    }

    private static func text(of piece: Int?) -> String { piece.map { ", piece \($0)" } ?? "" }

    private static func text(of size: RequestSize) -> String {
        switch size {
        case .characters(let count): Format.count(count, "character")
        case .audio(let duration?, _): "\(Format.time(duration)) of audio"
        case .audio(nil, let bytes): "\(Format.count(bytes, "byte")) of audio"
        }
    }

    private static func place(_ location: SourceLocation?) -> String { location.map { "\($0): " } ?? "" }
}

extension ServiceAnswer {
    /// What is known, after a comma; empty for nothing.
    var details: String {
        var parts: [String] = []
        if let requestID { parts.append("request id \(requestID)") }
        if let credits { parts.append(Format.count(credits, "credit")) }
        if let current = currentConcurrentRequests, let maximum = maximumConcurrentRequests {
            parts.append("\(current) of \(maximum) concurrent requests")
        }
        return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
    }
}
