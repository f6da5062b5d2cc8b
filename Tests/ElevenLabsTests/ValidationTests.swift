import ElevenLabs
import Testing

@Suite struct ValidationTests {
    private func findings(_ change: (inout TextToSpeechRequest) -> Void) -> [String] {
        var request = TextToSpeechRequest(voiceID: "v", text: "Hi")
        change(&request)
        return request.validate().map(\.field)
    }

    private func settings(_ field: String, _ value: Double) -> VoiceSettings {
        switch field {
        case "stability": VoiceSettings(stability: value)
        case "similarity_boost": VoiceSettings(similarityBoost: value)
        case "style": VoiceSettings(style: value)
        case "speed": VoiceSettings(speed: value)
        default: VoiceSettings(cloneStrength: value)
        }
    }

    @Test(
        arguments: [
            ("stability", [0, 0.5, 1], [-0.01, 1.01, .nan, .infinity]), ("similarity_boost", [0, 1], [-1, 2, .nan]),
            ("style", [0, 1], [-0.1, 1.1]), ("speed", [0.7, 1, 1.2], [0.69, 1.21, 0, -1, .nan]),
            ("clone_strength", [0, 1], [-0.1, 1.1]),
        ] as [(String, [Double], [Double])]
    )
    func `settings are held to their ranges`(field: String, good: [Double], bad: [Double]) {
        for value in good {
            #expect(findings { $0.voiceSettings = settings(field, value) }.isEmpty, "\(value)")
        }
        for value in bad {
            #expect(findings { $0.voiceSettings = settings(field, value) } == ["voice_settings.\(field)"], "\(value)")
        }
    }

    @Test func `whole numbers and lists are held to theirs`() {
        #expect(findings { $0.seed = 0 }.isEmpty)
        #expect(findings { $0.seed = 4_294_967_295 }.isEmpty)
        #expect(findings { $0.seed = -1 } == ["seed"])
        #expect(findings { $0.seed = 4_294_967_296 } == ["seed"])
        #expect(findings { $0.optimizeStreamingLatency = 4 }.isEmpty)
        #expect(findings { $0.optimizeStreamingLatency = 5 } == ["optimize_streaming_latency"])
        #expect(findings { $0.previousRequestIDs = ["a", "b", "c"] }.isEmpty)
        #expect(findings { $0.previousRequestIDs = ["a", "b", "c", "d"] } == ["previous_request_ids"])
        #expect(findings { $0.nextRequestIDs = ["a", "b", "c", "d"] } == ["next_request_ids"])
        #expect(
            findings { $0.pronunciationDictionaryLocators = .init(repeating: .init(dictionaryID: "d"), count: 4) }
                == ["pronunciation_dictionary_locators"]
        )
    }

    @Test(
        arguments: [
            (Model.v3, 5000), (.multilingualV2, 10000), (.flashV2, 30000), (.flashV2Point5, 40000), (.turboV2, 30000),
            (.turboV2Point5, 40000),
        ]
    )
    func `a text may be as long as its model takes and no longer`(model: Model, limit: Int) {
        func found(_ length: Int) -> [String] {
            findings {
                $0.modelID = model
                $0.text = String(repeating: "a", count: length)
            }
        }
        #expect(found(limit).isEmpty)
        #expect(found(limit + 1) == ["text"])
    }

    @Test func `length is counted in Unicode scalars, as the service counts it`() {
        // A family is one character in Swift and seven scalars: 1428 of them pass, one more is beyond 10000.
        let family = "👩‍👩‍👧‍👦"
        #expect(findings { $0.text = String(repeating: family, count: 1428) }.isEmpty)
        let request = TextToSpeechRequest(voiceID: "v", text: String(repeating: family, count: 1429))
        #expect(
            request.validate() == [
                RequestFinding(
                    field: "text", value: "10003 characters long", allowed: "at most 10000 with eleven_multilingual_v2"
                )
            ]
        )
    }

    @Test func `an unknown model has no limits of ours`() {
        #expect(
            findings {
                $0.modelID = "eleven_v9"
                $0.text = String(repeating: "a", count: 100_000)
                $0.previousText = "b"
            }.isEmpty
        )
        #expect(Model("eleven_v9").use == nil)
    }

    @Test func `an empty text, a missing voice and a whole-file format are found`() {
        #expect(findings { $0.text = "" } == ["text"])
        for id in ["", ".", ".."] { #expect(findings { $0.voiceID = id } == ["voice_id"]) }
        #expect(findings { $0.outputFormat = .wavAt16000Hz } == ["output_format"])
    }

    @Test(arguments: [Model.v3, .v3Conversational])
    func `v3 takes no words about what comes before or after`(model: Model) {
        let found = findings {
            $0.modelID = model
            $0.previousText = ""
            $0.nextText = "b"
            $0.previousRequestIDs = ["c"]
            $0.nextRequestIDs = []
        }
        #expect(found == ["previous_text", "next_text", "previous_request_ids", "next_request_ids"])
    }

    @Test func `effects that make stereo do not go with mono samples`() {
        for format in [OutputFormat.pcmAt16000Hz, .ulawAt8000Hz, .alawAt8000Hz] {
            #expect(
                findings {
                    $0.audioEffects = AudioEffects(pan: 0.5)
                    $0.outputFormat = format
                } == ["audio_effects"]
            )
        }
        #expect(findings { $0.audioEffects = AudioEffects(environmentID: "hall", pan: -1) }.isEmpty)
        #expect(findings { $0.audioEffects = AudioEffects(pan: 1.5) } == ["audio_effects.pan"])
    }

    @Test func `a finding reads as a sentence`() {
        var request = TextToSpeechRequest(voiceID: "v", text: "Hi")
        request.voiceSettings = VoiceSettings(stability: 2, speed: 1.5)
        #expect(
            InvalidRequest(findings: request.validate()).description
                == "voice_settings.stability is 2.0, but must be 0 to 1; voice_settings.speed is 1.5, but must be 0.7 to 1.2"
        )
    }
}
