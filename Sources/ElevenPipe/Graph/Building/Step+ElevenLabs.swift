// A parameter for each property, under the property's name: nil leaves it alone, and the field is not sent.

extension Graph.Step {
    /// Speech for a text: `POST /v1/text-to-speech/{voice_id}/stream`.
    ///
    /// A parameter is the API's field of that name; where it is nil the field is not sent.
    /// - Parameters:
    ///   - name: the element's own name; nil where the engine may choose one.
    ///   - text: `text`: what to say; nil only with `keepOpen`, where it may come later.
    ///   - voiceID: the voice that speaks.
    ///   - modelID: `model_id`; the service's own choice where nil.
    ///   - outputFormat: `output_format`, as in `mp3_44100_128` or `pcm_16000`.
    ///   - enableLogging: `enable_logging`.
    ///   - optimizeStreamingLatency: `optimize_streaming_latency`, 0 to 4; deprecated by the service.
    ///   - languageCode: `language_code`, ISO 639-1.
    ///   - stability: `voice_settings.stability`, 0 to 1.
    ///   - similarityBoost: `voice_settings.similarity_boost`, 0 to 1.
    ///   - style: `voice_settings.style`, 0 to 1.
    ///   - useSpeakerBoost: `voice_settings.use_speaker_boost`.
    ///   - speed: `voice_settings.speed`, 0.7 to 1.2.
    ///   - cloneStrength: for professional clones with the v4 models.
    ///   - pronunciationDictionaryLocators: `pronunciation_dictionary_locators`, up to three, each `id` or `id:version`.
    ///   - seed: `seed`.
    ///   - previousText: `previous_text`.
    ///   - nextText: `next_text`.
    ///   - previousRequestIDs: `previous_request_ids`, up to three.
    ///   - nextRequestIDs: `next_request_ids`, up to three.
    ///   - applyTextNormalization: `apply_text_normalization`: `auto`, `on` or `off`.
    ///   - applyLanguageTextNormalization: `apply_language_text_normalization`.
    ///   - usePVCAsIVC: `use_pvc_as_ivc`; deprecated by the service.
    ///   - audioEffects: `audio_effects`, as in `effects, distance=0.5`.
    ///   - resume: `word` to have the rest asked for where the answer is cut, which costs its characters again.
    ///   - keepOpen: whether the stream goes on after the text, with what `text` is set to next.
    ///   - connectTimeout: time to reach the service; 0.1 s to an hour.
    ///   - firstByteTimeout: time from the request to the first byte of the answer.
    ///   - idleTimeout: silence on the network in the middle of an answer that is wanted.
    ///   - retries: how often a request that failed for a passing reason is sent again, 0 to 20.
    ///   - liveMargin: in a live pipeline, time from the arrival of the first sample until it is due.
    public static func elevenlabstts(
        text: String?,
        voiceID: String,
        name: String? = nil,
        modelID: String? = nil,
        outputFormat: String? = nil,
        enableLogging: Bool? = nil,
        optimizeStreamingLatency: Int? = nil,
        languageCode: String? = nil,
        stability: Double? = nil,
        similarityBoost: Double? = nil,
        style: Double? = nil,
        useSpeakerBoost: Bool? = nil,
        speed: Double? = nil,
        cloneStrength: Double? = nil,
        pronunciationDictionaryLocators: [String]? = nil,
        seed: UInt32? = nil,
        previousText: String? = nil,
        nextText: String? = nil,
        previousRequestIDs: [String]? = nil,
        nextRequestIDs: [String]? = nil,
        applyTextNormalization: String? = nil,
        applyLanguageTextNormalization: Bool? = nil,
        usePVCAsIVC: Bool? = nil,
        audioEffects: String? = nil,
        resume: String? = nil,
        keepOpen: Bool? = nil,
        connectTimeout: Duration? = nil,
        firstByteTimeout: Duration? = nil,
        idleTimeout: Duration? = nil,
        retries: Int? = nil,
        liveMargin: Duration? = nil
    ) -> Graph.Step {
        Graph.Step(
            "elevenlabstts", name: name,
            properties: [
                ("text", text.map(Graph.Value.text)),
                ("voice-id", Graph.Value.text(voiceID)),
                ("model-id", modelID.map(Graph.Value.text)),
                ("output-format", outputFormat.map(Graph.Value.text)),
                ("enable-logging", enableLogging.map { Graph.Value($0) }),
                ("optimize-streaming-latency", optimizeStreamingLatency.map { Graph.Value($0) }),
                ("language-code", languageCode.map(Graph.Value.text)),
                ("stability", stability.map { Graph.Value($0) }),
                ("similarity-boost", similarityBoost.map { Graph.Value($0) }),
                ("style", style.map { Graph.Value($0) }),
                ("use-speaker-boost", useSpeakerBoost.map { Graph.Value($0) }),
                ("speed", speed.map { Graph.Value($0) }),
                ("clone-strength", cloneStrength.map { Graph.Value($0) }),
                ("pronunciation-dictionary-locators", pronunciationDictionaryLocators.map(Graph.Value.init(texts:))),
                ("seed", seed.map { Graph.Value(Int($0)) }),
                ("previous-text", previousText.map(Graph.Value.text)),
                ("next-text", nextText.map(Graph.Value.text)),
                ("previous-request-ids", previousRequestIDs.map(Graph.Value.init(texts:))),
                ("next-request-ids", nextRequestIDs.map(Graph.Value.init(texts:))),
                ("apply-text-normalization", applyTextNormalization.map(Graph.Value.text)),
                ("apply-language-text-normalization", applyLanguageTextNormalization.map { Graph.Value($0) }),
                ("use-pvc-as-ivc", usePVCAsIVC.map { Graph.Value($0) }),
                ("audio-effects", audioEffects.map(Graph.Value.text)),
                ("resume", resume.map(Graph.Value.text)),
                ("keep-open", keepOpen.map { Graph.Value($0) }),
                ("connect-timeout", connectTimeout.map(Graph.Value.init(seconds:))),
                ("first-byte-timeout", firstByteTimeout.map(Graph.Value.init(seconds:))),
                ("idle-timeout", idleTimeout.map(Graph.Value.init(seconds:))),
                ("retries", retries.map { Graph.Value($0) }),
                ("live-margin", liveMargin.map(Graph.Value.init(seconds:))),
            ])
    }

    /// Another voice for the speech that comes in: `POST /v1/speech-to-speech/{voice_id}/stream`.
    ///
    /// A parameter is the API's field of that name; where it is nil the field is not sent.
    /// - Parameters:
    ///   - name: the element's own name; nil where the engine may choose one.
    ///   - voiceID: the voice to change to.
    ///   - modelID: `model_id`; the service's own choice where nil.
    ///   - outputFormat: `output_format`, as in `mp3_44100_128` or `pcm_16000`.
    ///   - enableLogging: `enable_logging`.
    ///   - optimizeStreamingLatency: `optimize_streaming_latency`, 0 to 4; deprecated by the service.
    ///   - stability: `voice_settings.stability`, 0 to 1.
    ///   - similarityBoost: `voice_settings.similarity_boost`, 0 to 1.
    ///   - style: `voice_settings.style`, 0 to 1.
    ///   - useSpeakerBoost: `voice_settings.use_speaker_boost`.
    ///   - speed: `voice_settings.speed`, 0.7 to 1.2.
    ///   - seed: `seed`.
    ///   - removeBackgroundNoise: `remove_background_noise`.
    ///   - fileFormat: `file_format`: `pcm_s16le_16` or `other`; best left nil.
    ///   - split: when raw audio goes in several requests: `limit`, `silence` or `none`.
    ///   - splitMinimum: with `silence`: how much audio a piece has at least.
    ///   - splitPause: with `silence`: how long it must be silent for a cut.
    ///   - connectTimeout: time to reach the service; 0.1 s to an hour.
    ///   - firstByteTimeout: time from the request to the first byte of the answer.
    ///   - idleTimeout: silence on the network in the middle of an answer that is wanted.
    ///   - retries: how often a request that failed for a passing reason is sent again, 0 to 20.
    ///   - liveMargin: in a live pipeline, time from the arrival of the first sample until it is due.
    public static func elevenlabsvoicechanger(
        voiceID: String,
        name: String? = nil,
        modelID: String? = nil,
        outputFormat: String? = nil,
        enableLogging: Bool? = nil,
        optimizeStreamingLatency: Int? = nil,
        stability: Double? = nil,
        similarityBoost: Double? = nil,
        style: Double? = nil,
        useSpeakerBoost: Bool? = nil,
        speed: Double? = nil,
        seed: UInt32? = nil,
        removeBackgroundNoise: Bool? = nil,
        fileFormat: String? = nil,
        split: String? = nil,
        splitMinimum: Duration? = nil,
        splitPause: Duration? = nil,
        connectTimeout: Duration? = nil,
        firstByteTimeout: Duration? = nil,
        idleTimeout: Duration? = nil,
        retries: Int? = nil,
        liveMargin: Duration? = nil
    ) -> Graph.Step {
        Graph.Step(
            "elevenlabsvoicechanger", name: name,
            properties: [
                ("voice-id", Graph.Value.text(voiceID)),
                ("model-id", modelID.map(Graph.Value.text)),
                ("output-format", outputFormat.map(Graph.Value.text)),
                ("enable-logging", enableLogging.map { Graph.Value($0) }),
                ("optimize-streaming-latency", optimizeStreamingLatency.map { Graph.Value($0) }),
                ("stability", stability.map { Graph.Value($0) }),
                ("similarity-boost", similarityBoost.map { Graph.Value($0) }),
                ("style", style.map { Graph.Value($0) }),
                ("use-speaker-boost", useSpeakerBoost.map { Graph.Value($0) }),
                ("speed", speed.map { Graph.Value($0) }),
                ("seed", seed.map { Graph.Value(Int($0)) }),
                ("remove-background-noise", removeBackgroundNoise.map { Graph.Value($0) }),
                ("file-format", fileFormat.map(Graph.Value.text)),
                ("split", split.map(Graph.Value.text)),
                ("split-minimum", splitMinimum.map(Graph.Value.init(seconds:))),
                ("split-pause", splitPause.map(Graph.Value.init(seconds:))),
                ("connect-timeout", connectTimeout.map(Graph.Value.init(seconds:))),
                ("first-byte-timeout", firstByteTimeout.map(Graph.Value.init(seconds:))),
                ("idle-timeout", idleTimeout.map(Graph.Value.init(seconds:))),
                ("retries", retries.map { Graph.Value($0) }),
                ("live-margin", liveMargin.map(Graph.Value.init(seconds:))),
            ])
    }

    /// Speech without the noise around it: `POST /v1/audio-isolation/stream`.
    ///
    /// A parameter is the API's field of that name; where it is nil the field is not sent.
    /// - Parameters:
    ///   - name: the element's own name; nil where the engine may choose one.
    ///   - fileFormat: `file_format`: `pcm_s16le_16` or `other`; best left nil.
    ///   - split: when raw audio goes in several requests: `limit`, `silence` or `none`.
    ///   - splitMinimum: with `silence`: how much audio a piece has at least.
    ///   - splitPause: with `silence`: how long it must be silent for a cut.
    ///   - connectTimeout: time to reach the service; 0.1 s to an hour.
    ///   - firstByteTimeout: time from the request to the first byte of the answer.
    ///   - idleTimeout: silence on the network in the middle of an answer that is wanted.
    ///   - retries: how often a request that failed for a passing reason is sent again, 0 to 20.
    ///   - liveMargin: in a live pipeline, time from the arrival of the first sample until it is due.
    public static func elevenlabsisolation(
        name: String? = nil,
        fileFormat: String? = nil,
        split: String? = nil,
        splitMinimum: Duration? = nil,
        splitPause: Duration? = nil,
        connectTimeout: Duration? = nil,
        firstByteTimeout: Duration? = nil,
        idleTimeout: Duration? = nil,
        retries: Int? = nil,
        liveMargin: Duration? = nil
    ) -> Graph.Step {
        Graph.Step(
            "elevenlabsisolation", name: name,
            properties: [
                ("file-format", fileFormat.map(Graph.Value.text)),
                ("split", split.map(Graph.Value.text)),
                ("split-minimum", splitMinimum.map(Graph.Value.init(seconds:))),
                ("split-pause", splitPause.map(Graph.Value.init(seconds:))),
                ("connect-timeout", connectTimeout.map(Graph.Value.init(seconds:))),
                ("first-byte-timeout", firstByteTimeout.map(Graph.Value.init(seconds:))),
                ("idle-timeout", idleTimeout.map(Graph.Value.init(seconds:))),
                ("retries", retries.map { Graph.Value($0) }),
                ("live-margin", liveMargin.map(Graph.Value.init(seconds:))),
            ])
    }
}
