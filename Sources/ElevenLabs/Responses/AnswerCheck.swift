package import GLib

/// Whether a body that came with status 200 is the audio that was asked for.
package struct AnswerCheck: Sendable {
    /// What is wrong with an answer.
    package struct Fault: Error, Sendable {
        package enum Kind: Sendable {
            /// It is something else, or nothing.
            case notAudio
            /// Nobody says that what came is all.
            case unprovenEnd
            /// It ends where no audio can end.
            case partialSample
        }
        package let kind: Kind
        /// Without the request id.
        package let reason: String
        package let requestID: String?
    }

    package let format: OutputFormat
    package let requestID: String?
    /// Whether the audio comes in lines of JSON, with its times.
    package let isTimed: Bool

    package init(format: OutputFormat, requestID: String?, isTimed: Bool = false) {
        self.format = format
        self.requestID = requestID
        self.isTimed = isTimed
    }

    /// What the head says. Types other than text are let through: which one the service names for a format is not settled.
    package func checkHead(contentType: String?) throws(Fault) {
        guard let type = contentType?.lowercased().split(separator: ";").first else { return }
        if (type.hasSuffix("json") && !isTimed) || type.hasPrefix("text/") {
            throw notAudio("the service answered with \(DisplayText.line(String(type), limit: 60)) instead of audio")
        }
    }

    /// What the first bytes say, where the format has a beginning of its own.
    package func checkStart(_ bytes: Bytes) throws(Fault) {
        guard isTimed || format.codec == .mp3 || format.codec == .opus else { return }
        let first = bytes.withUnsafeBytes { $0.first { !" \t\r\n".utf8.contains($0) } }
        switch first {
        case UInt8(ascii: "{") where isTimed: return
        case UInt8(ascii: "{"), UInt8(ascii: "["): throw notAudio("the service answered with JSON instead of audio")
        case UInt8(ascii: "<"): throw notAudio("the service answered with a page of text instead of audio")
        default: return
        }
    }

    /// What only the end shows.
    /// - Parameters:
    ///   - received: bytes, of audio or of what it comes in.
    ///   - isProven: whether HTTP itself says that the body is whole.
    package func checkEnd(received: Int, isProven: Bool) throws(Fault) {
        if received == 0 { throw notAudio("the service's answer holds no audio") }
        // A body that ends with its connection looks the same whole and cut: the service never sends one.
        if !isProven {
            throw fault(
                .unprovenEnd, "the answer does not say where it ends, so it may be cut short; \(received) bytes came")
        }
    }

    /// Whether the last sample is whole. - Parameter bytes: bytes of audio.
    package func checkSamples(in bytes: Int) throws(Fault) {
        guard bytes % (format.bytesPerSample ?? 1) != 0 else { return }
        throw fault(.partialSample, "the audio was cut short: it ends in the middle of a sample")
    }

    package func notAudio(_ reason: String) -> Fault { fault(.notAudio, reason) }

    private func fault(_ kind: Fault.Kind, _ reason: String) -> Fault {
        Fault(kind: kind, reason: reason, requestID: requestID)
    }
}
