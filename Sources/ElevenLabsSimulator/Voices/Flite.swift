import CFlite
import GLib

/// flite, the synthesiser, on the one thread that ``Studio`` gives it: it is not thread-safe.
struct Flite {
    private let voices: [VoiceProfile.Speaker: UnsafeMutablePointer<cst_voice>]

    /// flite keeps the pointer to a feature's name, not a copy: a literal stays where it is, a `String`'s buffer does not.
    private static var stretchFeature: UnsafePointer<CChar> {
        let name: StaticString = "duration_stretch"
        return UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    init() {
        flite_init()
        var voices: [VoiceProfile.Speaker: UnsafeMutablePointer<cst_voice>] = [:]
        for speaker in VoiceProfile.Speaker.allCases {
            voices[speaker] =
                switch speaker {
                case .kal16: register_cmu_us_kal16(nil)
                case .awb: register_cmu_us_awb(nil)
                case .rms: register_cmu_us_rms(nil)
                case .slt: register_cmu_us_slt(nil)
                }
        }
        self.voices = voices
    }

    /// Speaks a text in English letters: 16-bit little-endian samples at ``VoiceProfile/recordedRate``, mono.
    /// Empty where flite has nothing to say.
    func speak(_ english: String, as speaker: VoiceProfile.Speaker, stretch: Double) -> Bytes {
        guard let voice = voices[speaker] else { return Bytes([]) }
        flite_feat_set_float(voice.pointee.features, Self.stretchFeature, Float(stretch))
        cflite_restart_noise()
        guard let wave = flite_text_to_wave(english, voice) else { return Bytes([]) }
        defer { delete_wave(wave) }
        let samples = UnsafeBufferPointer(start: wave.pointee.samples, count: Int(wave.pointee.num_samples))
        // Every processor that Swift and flite share is little-endian, as the samples are to be.
        return Bytes(copying: UnsafeRawBufferPointer(samples))
    }
}
