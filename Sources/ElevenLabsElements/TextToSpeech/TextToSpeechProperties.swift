import ElevenLabs
import GStreamer

/// The properties of `elevenlabstts`: the API's fields under their own names with hyphens, and what concerns one request.
enum TextToSpeechProperties {
    static let all: [PropertyDefinition] = fields + RequestProperties.all + [resume, keepOpen]

    private static let resume = PropertyDefinition(
        "resume", nick: "Resume",
        blurb:
            "What is done when an answer is cut: nothing, so that the stream ends with an error, or the rest is asked for "
            + "from the next word on and joined, up to 3 times (as often as 'retries' says, where it is set). It costs the "
            + "credits of the rest again. Not for Opus.",
        kind: .word(typeName: "ElevenLabsResume", ["none", "word"], default: "none"))

    private static let keepOpen = PropertyDefinition(
        "keep-open", nick: "Keep open",
        blurb:
            "Whether the stream goes on after the text: what 'text' is set to next is said next, and may be set anew until it "
            + "is asked for, which is when a second of audio is left. The stream ends when this is set to false. Not for Opus.",
        kind: .boolean(default: false), isMutableWhilePlaying: true)

    private static let fields: [PropertyDefinition] =
        [
            PropertyDefinition(
                "text", nick: "Text", blurb: "What to say. Must be set; its longest length depends on the model.",
                kind: .string, isMutableWhilePlaying: true),
            ServiceProperties.voiceID,
            ServiceProperties.modelID(standard: .standard),
            ServiceProperties.outputFormat,
            ServiceProperties.enableLogging,
            ServiceProperties.optimizeStreamingLatency,
            PropertyDefinition(
                "language-code", nick: "Language code",
                blurb: "ISO 639-1 code that holds a model to one language. Not for eleven_multilingual_v2.",
                kind: .string),
        ] + ServiceProperties.voiceSettings + [
            PropertyDefinition(
                "clone-strength", nick: "Clone strength", blurb: "For professional clones with the v4 models only.",
                kind: .double(VoiceSettings.cloneStrengthRange, default: 1)),
            PropertyDefinition(
                "pronunciation-dictionary-locators", nick: "Pronunciation dictionary locators",
                blurb: "Up to three dictionaries, each its id or id:version, applied in order.", kind: .strings),
            ServiceProperties.seed,
            PropertyDefinition(
                "previous-text", nick: "Previous text",
                blurb: "What comes before the text, for its melody; not spoken.",
                kind: .string),
            PropertyDefinition(
                "next-text", nick: "Next text", blurb: "What comes after the text, for its melody; not spoken.",
                kind: .string),
            PropertyDefinition(
                "previous-request-ids", nick: "Previous request ids",
                blurb: "Up to three ids of requests whose speech comes before; they win over previous-text.",
                kind: .strings
            ),
            PropertyDefinition(
                "next-request-ids", nick: "Next request ids",
                blurb: "Up to three ids of requests whose speech comes after; they win over next-text.", kind: .strings),
            PropertyDefinition(
                "apply-text-normalization", nick: "Apply text normalization",
                blurb: "Whether numbers, dates and the like are spelled out before they are spoken.",
                kind: .word(
                    typeName: "ElevenLabsTextNormalization", TextNormalization.allCases.map(\.rawValue), default: "auto"
                )),
            PropertyDefinition(
                "apply-language-text-normalization", nick: "Apply language text normalization",
                blurb: "Better reading of Japanese, much later.", kind: .boolean(default: false)),
            PropertyDefinition(
                "use-pvc-as-ivc", nick: "Use PVC as IVC",
                blurb: "Speak with the instant clone of a professional voice. Deprecated by the service.",
                kind: .boolean(default: false)),
            PropertyDefinition(
                "audio-effects", nick: "Audio effects",
                blurb: "A structure with the fields of the API's audio_effects, as in "
                    + "\"effects, distance=0.5, environment_id=(string)hall\".",
                kind: .structure),
        ]

    /// The request that the set properties make. What was not set is not sent.
    static func request(_ settings: PropertySettings) -> TextToSpeechRequest {
        var request = TextToSpeechRequest(
            voiceID: settings.string("voice-id") ?? "", text: settings.string("text") ?? "",
            modelID: settings.modelID, outputFormat: settings.outputFormat)
        request.enableLogging = settings.boolean("enable-logging")
        request.optimizeStreamingLatency = settings.optimizeStreamingLatency
        request.languageCode = settings.string("language-code")
        request.voiceSettings = settings.voiceSettings
        request.pronunciationDictionaryLocators = settings.strings("pronunciation-dictionary-locators")?.map { text in
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            return PronunciationDictionaryLocator(
                dictionaryID: parts.first ?? text, versionID: parts.count > 1 ? parts[1] : nil)
        }
        request.seed = settings.seed
        request.previousText = settings.string("previous-text")
        request.nextText = settings.string("next-text")
        request.previousRequestIDs = settings.strings("previous-request-ids")
        request.nextRequestIDs = settings.strings("next-request-ids")
        request.applyTextNormalization = settings.string("apply-text-normalization")
            .flatMap { TextNormalization(rawValue: $0) }
        request.applyLanguageTextNormalization = settings.boolean("apply-language-text-normalization")
        request.usePVCAsIVC = settings.boolean("use-pvc-as-ivc")
        request.audioEffects = settings.structure("audio-effects").map { fields in
            AudioEffects(
                filterPresetID: fields["filter_preset_id"]?.string, distance: fields["distance"]?.double,
                environmentID: fields["environment_id"]?.string,
                backgroundNoiseID: fields["background_noise_id"]?.string, sendLevel: fields["send_level"]?.double,
                pan: fields["pan"]?.double)
        }
        return request
    }
}

extension PropertySettings {
    var keepsOpen: Bool { boolean("keep-open") ?? false }
}
