/// What the voice changer makes of a voice: one factor on its pitch and one on its formants, each its own.
///
/// The service gives a recording another speaker's voice; here a speaker is told by how far both are moved. So the
/// melody and the words stay, and a test can measure which voice it was.
package struct VoiceConversion: Sendable, Hashable {
    /// A factor on the fundamental: above 1 is higher.
    package var pitch: Double
    /// A factor on the formants: above 1 is a smaller mouth.
    package var formants: Double

    package init(pitch: Double, formants: Double) {
        self.pitch = pitch
        self.formants = formants
    }

    /// The conversion to a voice by its id: one of the catalogue after its gender, any other by the id alone.
    package init(voiceID: String) {
        if let voice = CatalogueVoice.byID[voiceID] {
            self.init(voice)
        } else {
            // Never so near to 1 that nobody would hear it.
            let hash = StableHash.of("voice changer \(voiceID)")
            let (pitch, formants) = (StableHash.unit(hash), StableHash.unit(hash >> 24))
            self.init(
                pitch: 1 + (pitch < 0 ? -0.1 : 0.1) + 0.15 * pitch,
                formants: 1 + (formants < 0 ? -0.05 : 0.05) + 0.08 * formants
            )
        }
    }

    private init(_ voice: CatalogueVoice) {
        let profile = voice.profile
        let base: (pitch: Double, formants: Double) =
            switch voice.gender {
            case .female: (1.3, 1.12)
            case .male: (0.82, 0.9)
            case .neutral: (1.1, 1.05)
            }
        // Men share pitches among three speakers, so the speaker counts as well.
        let speaker = VoiceProfile.Speaker.allCases.firstIndex(of: profile.speaker) ?? 0
        let distance = (profile.pitch - 1) / 2
        self.init(
            pitch: base.pitch * (1 + distance + 0.01 * Double(speaker)), formants: base.formants * (1 + distance / 4)
        )
    }

    /// The same voice for another attempt: a seed moves pitch and formants by up to two percent, the same way each time.
    package func varied(bySeed seed: Int?) -> VoiceConversion {
        guard let seed else { return self }
        let hash = StableHash.of("\(seed)")
        return VoiceConversion(
            pitch: pitch * (1 + 0.02 * StableHash.unit(hash)),
            formants: formants * (1 + 0.02 * StableHash.unit(hash >> 24))
        )
    }

    /// The same voice, its formants a little nearer to the speaker's own or a little farther.
    /// - Parameter similarityBoost: the request's `similarity_boost`; 0.75 where it has none.
    func similar(_ similarityBoost: Double?) -> VoiceConversion {
        guard let similarityBoost else { return self }
        let distance = formants - 1
        return VoiceConversion(pitch: pitch, formants: 1 + distance * (1 + 0.2 * (similarityBoost - 0.75)))
    }
}
