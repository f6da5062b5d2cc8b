import HTTP

extension ElevenLabsClient {
    /// Speaks a text: `POST /v1/text-to-speech/{voice_id}/stream`.
    ///
    /// Returns as soon as the first audio is here; the rest comes while it is made.
    ///
    /// - Parameter request: voice, text, model, format and settings. ``TextToSpeechRequest/withTimestamps`` is not looked at.
    /// - Returns: the answer's head, and its audio as an asynchronous sequence.
    public func textToSpeech(_ request: TextToSpeechRequest) async throws(ElevenLabsClientError) -> AudioResponse {
        try await speak(request, withTimestamps: false, .textToSpeech).response
    }

    /// Speaks a text and tells when each character is heard: `POST /v1/text-to-speech/{voice_id}/stream/with-timestamps`.
    ///
    /// - Parameter request: voice, text, model, format and settings. ``TextToSpeechRequest/withTimestamps`` is not looked at.
    /// - Returns: the answer's head, and its audio with times as an asynchronous sequence.
    public func textToSpeechWithTimestamps(
        _ request: TextToSpeechRequest
    ) async throws(ElevenLabsClientError) -> TimedAudioResponse {
        let answer = try await speak(request, withTimestamps: true, .textToSpeechWithTimestamps)
        return TimedAudioResponse(answer.response, check: answer.check)
    }

    private func speak(
        _ request: TextToSpeechRequest, withTimestamps: Bool, _ operation: ClientEvent.Operation
    ) async throws(ElevenLabsClientError) -> (response: AudioResponse, check: AnswerCheck) {
        var request = request
        request.withTimestamps = withTimestamps
        let call = ClientCall(operation, of: self)
        return try await call.run { [request] key throws(ElevenLabsClientError) in
            let wire = try Self.checked(request) { () throws(InvalidRequest) in
                try request.httpRequest(baseURL: baseURL, key: key, timeouts: timeouts.http)
            }
            return try await call.audio(
                wire, model: request.modelID, format: request.effectiveOutputFormat, key: key, isTimed: withTimestamps)
        }
    }

    /// Gives a recording another voice: `POST /v1/speech-to-speech/{voice_id}/stream`.
    ///
    /// The answer begins when the upload is there as a whole.
    ///
    /// - Parameters:
    ///   - request: voice, model, format and settings.
    ///   - audio: at most ``VoiceChangerRequest/maximumBytes`` and ``VoiceChangerRequest/maximumDuration``, in what
    ///     ``VoiceChangerRequest/fileFormat`` says.
    /// - Returns: the answer's head, and its audio as an asynchronous sequence.
    public func voiceChanger(
        _ request: VoiceChangerRequest, audio: AudioUpload
    ) async throws(ElevenLabsClientError) -> AudioResponse {
        let call = ClientCall(.voiceChanger, of: self)
        return try await call.run { key throws(ElevenLabsClientError) in
            let pieces = try await audio.pieces(limit: VoiceChangerRequest.maximumBytes)
            let wire = try Self.checked(request) { () throws(InvalidRequest) in
                try request.httpRequest(audio: pieces, baseURL: baseURL, key: key, timeouts: timeouts.http)
            }
            return try await call.audio(
                wire, model: request.modelID, format: request.effectiveOutputFormat, key: key
            ).response
        }
    }

    /// Takes everything but the voice out of a recording: `POST /v1/audio-isolation/stream`.
    ///
    /// The answer begins when the upload is there as a whole.
    ///
    /// - Parameters:
    ///   - request: what the audio is.
    ///   - audio: at most ``AudioIsolationRequest/maximumBytes`` and ``AudioIsolationRequest/maximumDuration``, in what
    ///     ``AudioIsolationRequest/fileFormat`` says.
    /// - Returns: the answer's head, and its audio, which is ``AudioIsolationRequest/outputFormat``.
    public func audioIsolation(
        _ request: AudioIsolationRequest = AudioIsolationRequest(), audio: AudioUpload
    ) async throws(ElevenLabsClientError) -> AudioResponse {
        let call = ClientCall(.audioIsolation, of: self)
        return try await call.run { key throws(ElevenLabsClientError) in
            let pieces = try await audio.pieces(limit: AudioIsolationRequest.maximumBytes)
            let wire = try Self.checked(request) { () throws(InvalidRequest) in
                request.httpRequest(audio: pieces, baseURL: baseURL, key: key, timeouts: timeouts.http)
            }
            return try await call.audio(
                wire, model: nil, format: AudioIsolationRequest.outputFormat, key: key
            ).response
        }
    }

    /// The request as it goes out, where the service would take it.
    private static func checked(
        _ request: some ServiceRequest, _ make: () throws(InvalidRequest) -> HTTPRequest
    ) throws(ElevenLabsClientError) -> HTTPRequest {
        let findings = request.validate()
        guard findings.isEmpty else { throw .invalidRequest(InvalidRequest(findings: findings)) }
        do {
            return try make()
        } catch {
            throw .invalidRequest(error)
        }
    }
}
