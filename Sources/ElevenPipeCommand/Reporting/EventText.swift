import ElevenPipe
import GLib

/// Events in words.
enum EventText {
    /// What somebody who watches wants to know; nil for the rest.
    static func shortLine(_ event: PipelineEvent) -> String? {
        switch event {
        case .queued, .dequeued, .retrying, .resuming, .starved, .resumed, .shifted, .noAudioDevice, .warning,
            .stopping:
            line(event)
        default: nil
        }
    }

    static func line(_ event: PipelineEvent) -> String? {
        switch event {
        case .started: "started"
        case .queued(let element, let ahead, let piece):
            "\(element): " + (piece.map { "piece \($0) " } ?? "the request ")
                + "waits, since the service takes no more at once; "
                + (ahead == 0 ? "it is the next" : "\(ahead) before it")
        case .dequeued(let element, let time, let piece):
            "\(element): " + (piece.map { "piece \($0) " } ?? "the request ") + "goes on after \(Format.time(time))"
        case .requested(let element, let attempt, let size, let piece):
            "\(element)\(text(of: piece)): request sent, " + text(of: size)
                + (attempt > 1 ? " (attempt \(attempt))" : "")
        case .cut(let element, let place, let piece, let reason):
            "\(element): piece \(piece) ends at \(Format.time(place)), "
                + (reason == "limit" ? "as the service takes no more at once" : "where it is silent")
        case .retrying(let element, _, let delay, let reason, let piece):
            "\(element)\(text(of: piece)): \(reason); trying again "
                + (delay == .zero ? "as soon as it may" : "in \(Format.time(delay))")
        case .resuming(let element, _, let words, let credits, let reason):
            "\(element): \(reason); asking for the rest"
                + (words.isEmpty ? "" : " after '\(words)'")
                + (credits.map { ", the broken request cost \(Format.count($0, "credit"))" } ?? "")
        case .answered(let element, let answer, let piece):
            "\(element)\(text(of: piece)): the service answers\(details(answer))"
        case .firstByte(let element, let time, let piece):
            "\(element)\(text(of: piece)): first byte after \(Format.time(time))"
        case .firstAudio(let time, let decoding):
            "first audio after \(Format.time(time))"
                + (decoding.map { ", \(Format.time($0)) after the first byte" } ?? "")
        case .starved(let element): "\(element): the network is too slow; playback waits"
        case .resumed(let time): "playback goes on after \(Format.time(time))"
        case .shifted(let element, let time):
            "\(element): the network was too slow; \(Format.time(time)) of silence took its place, and it is that much later"
        case .received(let element, let bytes, let piece):
            "\(element)\(text(of: piece)): all received, \(Format.count(bytes, "byte"))"
        case .noAudioDevice(_, let location):
            place(location)
                + "warning: there is no sound device and no sound server, so nothing can be heard; to write a "
                + "file instead, run pipelines/tts-to-wav.yaml or end the graph in 'wavenc' and 'filesink'"
        case .warning(let message, let location): place(location) + "warning: \(message)"
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

    static func details(_ answer: ServiceAnswer) -> String {
        var parts: [String] = []
        if let id = answer.requestID { parts.append("request id \(id)") }
        if let credits = answer.credits { parts.append(Format.count(credits, "credit")) }
        if let current = answer.currentConcurrentRequests, let maximum = answer.maximumConcurrentRequests {
            parts.append("\(current) of \(maximum) concurrent requests")
        }
        return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
    }
}

/// Numbers for people.
enum Format {
    /// `812 ms` or `3.41 s`.
    static func time(_ duration: Duration) -> String {
        let seconds = duration.seconds
        if seconds < 0.01 { return "\(tenths(seconds * 1000)) ms" }
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        return "\(hundredths(seconds)) s"
    }

    /// `1 byte`, `46,811 bytes`.
    static func count(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }

    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }

    private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    private static func hundredths(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
