import ElevenLabs
import Testing

@Suite struct TextToSpeechRequestTests {
    private func body(_ request: TextToSpeechRequest) throws -> String {
        String(decoding: try request.jsonBody(), as: UTF8.self)
    }

    @Test func `a request with nothing set sends its text and no more`() throws {
        let request = TextToSpeechRequest(voiceID: "JBFqnCBsd6RMkjVDRZzb", text: "This is a test")
        #expect(try body(request) == #"{"text":"This is a test"}"#)
        #expect(request.target == "/v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb/stream")
    }

    @Test func `text goes out as UTF-8, with only what JSON demands escaped`() throws {
        let text = "Grüße / „Füße“ 日本語 👩‍👩‍👧 \"quoted\" back\\slash\ttab\nline\u{1}"
        let expected =
            #"{"text":"Grüße / „Füße“ 日本語 👩‍👩‍👧 \"quoted\" back\\slash\ttab\nline\u0001"}"#
        #expect(try body(TextToSpeechRequest(voiceID: "v", text: text)) == expected)
    }

    @Test func `every field that was set goes out under the API's name`() throws {
        var request = TextToSpeechRequest(
            voiceID: "v", text: "Hi", modelID: "eleven_flash_v2_5", outputFormat: .pcmAt16000Hz
        )
        request.enableLogging = false
        request.optimizeStreamingLatency = 3
        request.languageCode = "de"
        request.voiceSettings = VoiceSettings(
            stability: 0.3, similarityBoost: 1, style: 0, useSpeakerBoost: false, speed: 1.1, cloneStrength: 0.5
        )
        request.pronunciationDictionaryLocators = [
            PronunciationDictionaryLocator(dictionaryID: "d1"),
            PronunciationDictionaryLocator(dictionaryID: "d2", versionID: "v2"),
        ]
        request.seed = 4_294_967_295
        request.previousText = "before"
        request.nextText = "after"
        request.previousRequestIDs = ["a", "b"]
        request.nextRequestIDs = []
        request.applyTextNormalization = .off
        request.applyLanguageTextNormalization = true
        request.usePVCAsIVC = true
        request.audioEffects = AudioEffects(filterPresetID: "radio", distance: 0.25)
        #expect(
            try body(request)
                == #"{"apply_language_text_normalization":true,"apply_text_normalization":"off","#
                + #""audio_effects":{"distance":0.25,"filter_preset_id":"radio"},"language_code":"de","#
                + #""model_id":"eleven_flash_v2_5","next_request_ids":[],"next_text":"after","#
                + #""previous_request_ids":["a","b"],"previous_text":"before","#
                + #""pronunciation_dictionary_locators":[{"pronunciation_dictionary_id":"d1"},"#
                + #"{"pronunciation_dictionary_id":"d2","version_id":"v2"}],"seed":4294967295,"text":"Hi","#
                + #""use_pvc_as_ivc":true,"voice_settings":{"clone_strength":0.5,"similarity_boost":1,"#
                + #""speed":1.1,"stability":0.3,"style":0,"use_speaker_boost":false}}"#
        )
        #expect(
            request.target
                == "/v1/text-to-speech/v/stream?output_format=pcm_16000&enable_logging=false&optimize_streaming_latency=3"
        )
        #expect(request.validate().isEmpty)
    }

    @Test func `empty settings and effects are not sent`() throws {
        var request = TextToSpeechRequest(voiceID: "v", text: "Hi")
        request.voiceSettings = VoiceSettings()
        request.audioEffects = AudioEffects()
        #expect(try body(request) == #"{"text":"Hi"}"#)
    }

    @Test(
        arguments: [
            ("a b", "a%20b"), ("a/b", "a%2Fb"), ("ä", "%C3%A4"), ("..%2f?#", "..%252f%3F%23"), ("A-z_0.9~", "A-z_0.9~"),
        ]
    )
    func `a voice id stays one part of the path whatever is in it`(id: String, encoded: String) {
        #expect(TextToSpeechRequest(voiceID: id, text: "x").path == "/v1/text-to-speech/\(encoded)/stream")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a number that JSON cannot write is an error and names the field`(number: Double) {
        var request = TextToSpeechRequest(voiceID: "v", text: "Hi")
        request.voiceSettings = VoiceSettings(speed: number)
        let error = #expect(throws: InvalidRequest.self) { try request.jsonBody() }
        #expect(error?.findings.map(\.field) == ["voice_settings.speed"])
    }
}
