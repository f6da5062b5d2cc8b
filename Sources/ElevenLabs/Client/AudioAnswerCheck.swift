import GLib

/// Whether a body that came with status 200 is the audio that was asked for.
struct AudioAnswerCheck: Sendable {
    let format: OutputFormat
    let requestID: String?
    /// Whether the audio comes in lines of JSON, with its times.
    let isTimed: Bool

    /// What the head says. Types other than text are let through: which one the service names for a format is not settled.
    func checkHead(contentType: String?) throws(ElevenLabsClientError) {
        guard let type = contentType?.lowercased().split(separator: ";").first else { return }
        if (type.hasSuffix("json") && !isTimed) || type.hasPrefix("text/") {
            throw unexpected("the service answered with \(DisplayText.line(String(type), limit: 60)) instead of audio")
        }
    }

    /// What the first bytes say, where the format has a beginning of its own.
    func checkStart(_ bytes: Bytes) throws(ElevenLabsClientError) {
        guard !isTimed, format.codec == .mp3 || format.codec == .opus else { return }
        let first = bytes.withUnsafeBytes { $0.first { !" \t\r\n".utf8.contains($0) } }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): throw unexpected("the service answered with JSON instead of audio")
        case UInt8(ascii: "<"): throw unexpected("the service answered with a page of text instead of audio")
        default: return
        }
    }

    /// What only the end shows. - Parameter isProven: whether HTTP itself says that the body is whole.
    func checkEnd(received: Int, isProven: Bool) throws(ElevenLabsClientError) {
        if received == 0 { throw unexpected("the service's answer holds no audio") }
        // A body that ends with its connection looks the same whole and cut: the service never sends one.
        if !isProven {
            throw incomplete(
                "the answer does not say where it ends, so it may be cut short; \(received) bytes came", received)
        }
        if !isTimed { try checkSamples(audio: received, received: received) }
    }

    /// Whether the last sample is whole. - Parameter audio: bytes of audio in what was received.
    func checkSamples(audio: Int, received: Int) throws(ElevenLabsClientError) {
        guard audio % (format.bytesPerSample ?? 1) != 0 else { return }
        throw incomplete("the audio was cut short: it ends in the middle of a sample", received)
    }

    func incomplete(_ reason: String, _ received: Int) -> ElevenLabsClientError {
        .incomplete(reason: reason, receivedBytes: received, requestID: requestID)
    }

    func unexpected(_ reason: String) -> ElevenLabsClientError {
        .unexpectedAnswer(reason: reason, requestID: requestID)
    }
}
