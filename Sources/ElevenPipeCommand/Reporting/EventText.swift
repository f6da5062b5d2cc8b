import ElevenPipe
import GLib

/// Events in words.
enum EventText {
    /// What somebody who watches wants to know; nil for the rest.
    static func shortLine(_ event: PipelineEvent) -> String? {
        switch event {
        case .retrying, .noAudioDevice, .warning, .stopping: line(event)
        default: nil
        }
    }

    static func line(_ event: PipelineEvent) -> String? {
        switch event {
        case .started: "started"
        case .requested(let element, let attempt, let characters):
            "\(element): request sent, \(Format.count(characters, "character"))"
                + (attempt > 1 ? " (attempt \(attempt))" : "")
        case .retrying(let element, _, let delay, let reason):
            "\(element): \(reason); trying again in \(Format.time(delay))"
        case .answered(let element, let answer): "\(element): the service answers\(details(answer))"
        case .firstByte(let element, let time): "\(element): first byte after \(Format.time(time))"
        case .firstAudio(let time, let decoding):
            "first audio after \(Format.time(time))"
                + (decoding.map { ", \(Format.time($0)) after the first byte" } ?? "")
        case .received(let element, let bytes): "\(element): all received, \(Format.count(bytes, "byte"))"
        case .noAudioDevice(_, let location):
            place(location)
                + "warning: there is no sound device and no sound server, so nothing can be heard; to write a "
                + "file instead, run pipelines/tts-to-wav.yaml or end the graph in 'wavenc' and 'filesink'"
        case .warning(let message, let location): place(location) + "warning: \(message)"
        case .stopping: "stopping"
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
