package import HTTP

extension VoiceChangerRequest: ServiceRequest {
    /// The path below the base URL, percent-encoded, so that a voice id with a `/` stays one part of it.
    package var path: String { "/v1/speech-to-speech/\(PercentEncoding.component(voiceID))/stream" }

    package var query: [(name: String, value: String)] {
        speechQuery(
            outputFormat, enableLogging: enableLogging, optimizeStreamingLatency: optimizeStreamingLatency)
    }

    /// The request as it goes out.
    ///
    /// - Parameter audio: what is uploaded, read as it goes.
    /// - Throws: ``InvalidRequest`` where the settings cannot be put into JSON; ``validate()`` tells more, and before.
    package func httpRequest(
        audio: [HTTPBody.Piece], baseURL: BaseURL, key: Secret, timeouts: HTTPTimeouts
    ) throws(InvalidRequest) -> HTTPRequest {
        var form = MultipartForm()
        if let modelID { form.add("model_id", text: modelID.rawValue) }
        if let voiceSettings, !voiceSettings.isEmpty {
            form.add("voice_settings", text: String(decoding: try json(voiceSettings), as: UTF8.self))
        }
        if let seed { form.add("seed", text: "\(seed)") }
        if let removeBackgroundNoise { form.add("remove_background_noise", text: "\(removeBackgroundNoise)") }
        if let fileFormat { form.add("file_format", text: fileFormat.rawValue) }
        form.addUpload(audio)
        return post(form.body, baseURL: baseURL, key: key, timeouts: timeouts)
    }
}

extension MultipartForm {
    /// The audio, under the name and type that the service's own client gives to bytes.
    mutating func addUpload(_ audio: [HTTPBody.Piece]) {
        add("audio", filename: "upload", contentType: "application/octet-stream", pieces: audio)
    }
}
