import ElevenLabs
import GLib

/// A request to take the noise out of a recording. However short: whether the service has a least length is not known.
struct IsolationCall: AudioCall {
    private var audio: UploadedAudio

    /// - Throws: ``Refusal/validation(_:)`` with everything that has the wrong form.
    init(_ form: UploadForm, streams: Bool) throws(Refusal) {
        var reader = FieldReader()
        let bytes = form.file("audio", &reader)
        let format = form.fileFormat(&reader)
        if !streams { _ = reader.string(form.text("preview_b64"), at: "body", "preview_b64") }
        guard let bytes, reader.findings.isEmpty else { throw .validation(reader.findings) }
        audio = UploadedAudio(bytes: bytes, format: format)
    }

    func check(_ configuration: Simulator.Configuration) async throws -> CheckedCall {
        try NoiseSuppression.requirement.check()
        // Nothing says which MP3 the service sends; this is its usual one.
        let format = OutputFormat.standard
        try format.requirement?.check()
        let count = try await UploadLimits.isolation.measure(audio)
        let stream = ConversionStream(
            audio: audio, sampleCount: count, suppressesNoise: true, conversion: nil, format: format
        )
        // Isolation has no model; it counts as one of the voice changer's.
        return CheckedCall(
            stream: stream, model: .multilingualVoiceChangerV2, cost: UploadLimits.cost(ofSamples: count)
        )
    }
}
