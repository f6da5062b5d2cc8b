import ElevenLabs
import GLib

/// How much audio a route takes, and what an upload costs.
///
/// The limits are documented; the statuses and codes of what is refused here are not, and stand to be confirmed.
struct UploadLimits: Sendable {
    var bytes: Int
    var duration: Duration
    /// As a person would say it.
    var description: String

    static let voiceChanger = UploadLimits(
        bytes: VoiceChangerRequest.maximumBytes, duration: VoiceChangerRequest.maximumDuration,
        description: "5 minutes and 50 MB"
    )
    static let isolation = UploadLimits(
        bytes: AudioIsolationRequest.maximumBytes, duration: AudioIsolationRequest.maximumDuration,
        description: "1 hour and 500 MB"
    )

    /// Decodes an upload to see how long it is.
    /// - Returns: the number of samples.
    func measure(_ audio: UploadedAudio) async throws -> Int {
        guard !audio.bytes.isEmpty else {
            throw refusal("invalid_audio", "The uploaded audio is empty.")
        }
        guard audio.bytes.count <= bytes else {
            throw refusal(
                "audio_too_large",
                "The uploaded audio has \(audio.bytes.count) bytes; at most \(description) are allowed."
            )
        }
        guard audio.format == .other || audio.bytes.count.isMultiple(of: 2) else {
            throw refusal(
                "invalid_audio",
                "The uploaded audio has \(audio.bytes.count) bytes, which is no whole number of 16-bit samples."
            )
        }
        // What a codec adds at its ends is not the client's to answer for.
        let padding = audio.format == .other ? UploadedAudio.sampleRate / 10 : 0
        let limit = Int(duration.components.seconds) * UploadedAudio.sampleRate + padding
        try audio.format.requirement?.check()
        let count: Int
        do {
            count = try await audio.countSamples(upTo: limit)
        } catch let failure as UploadedAudio.DecodingFailure {
            throw refusal(
                "invalid_audio", "No decoder finds audio in what was uploaded; GStreamer says: \(failure.reason)")
        }
        guard count > 0 else { throw refusal("invalid_audio", "There is no audio in what was uploaded.") }
        guard count <= limit else {
            throw refusal("audio_too_long", "The uploaded audio is too long; at most \(description) are allowed.")
        }
        return count
    }

    /// Credits: 1000 a minute.
    static func cost(ofSamples count: Int) -> Int {
        let minute = 60 * UploadedAudio.sampleRate
        return (count * 1000 + minute - 1) / minute
    }

    private func refusal(_ code: String, _ message: String) -> Refusal {
        .refuse(400, "validation_error", code, message, param: "audio")
    }
}
