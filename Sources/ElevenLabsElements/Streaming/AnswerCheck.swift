import ElevenLabs
import GLib

/// Whether a body that came with status 200 is the audio that was asked for.
struct AnswerCheck: Sendable {
    let format: OutputFormat
    let requestID: String?
    /// Whether the audio comes in JSON, with its times.
    var isTimed = false

    /// What the head says. Types other than text are let through: which one the service names for a format is not settled.
    func checkHead(contentType: String?) throws(StreamFailure) {
        guard let type = contentType?.lowercased().split(separator: ";").first else { return }
        if (type.hasSuffix("json") && !isTimed) || type.hasPrefix("text/") {
            throw failure("the service answered with \(DisplayText.line(String(type), limit: 60)) instead of audio")
        }
    }

    /// What the first bytes say, where the format has a beginning of its own.
    func checkStart(_ bytes: Bytes) throws(StreamFailure) {
        guard isTimed || format.codec == .mp3 || format.codec == .opus else { return }
        let first = bytes.withUnsafeBytes { $0.first { !" \t\r\n".utf8.contains($0) } }
        switch first {
        case UInt8(ascii: "{") where isTimed: return
        case UInt8(ascii: "{"), UInt8(ascii: "["): throw failure("the service answered with JSON instead of audio")
        case UInt8(ascii: "<"): throw failure("the service answered with a page of text instead of audio")
        default: return
        }
    }

    /// What only the end shows.
    /// - Parameters: bytes received; whether the last sample is not whole; whether HTTP itself says that the body is whole.
    func checkEnd(received: Int, hasPartialSample: Bool, isProven: Bool) throws(StreamFailure) {
        if received == 0 { throw failure("the service's answer holds no audio") }
        // A body that ends with its connection looks the same whole and cut: the service never sends one.
        if !isProven {
            var cut = failure("the answer does not say where it ends, so it may be cut short; \(received) bytes came")
            cut.isCut = true
            throw cut
        }
        if hasPartialSample { throw failure("the audio was cut short: it ends in the middle of a sample") }
    }

    func failure(_ message: String) -> StreamFailure {
        var failure = StreamFailure(.incomplete, message + (requestID.map { " (request id \($0))" } ?? ""))
        failure.requestID = requestID
        return failure
    }
}
