/// How a voice of the simulator is made: one of flite's voices, higher or lower, faster or slower.
struct VoiceProfile: Sendable, Hashable {
    /// The voices that flite brings, each a recorded speaker.
    enum Speaker: String, Sendable, Hashable, CaseIterable {
        case kal16, awb, rms, slt

        /// What to multiply samples by, so that all speakers are about as loud and none is clipped.
        var gain: Double {
            switch self {
            case .kal16: 2.2
            case .awb: 1.3
            case .rms: 1.7
            case .slt: 1
            }
        }

        /// The stretch of durations at which the speaker sounds as recorded.
        var naturalStretch: Double { self == .kal16 ? 1.1 : 1 }
    }

    var speaker: Speaker
    /// A factor on pitch and formants together: 1 is as recorded, above 1 is a smaller speaker.
    var pitch: Double
    /// A factor on the speed of speech.
    var tempo: Double

    /// Samples a second that flite's voices speak in (Hz).
    static let recordedRate = 16000

    /// The rate (Hz) at which the voice's samples are to be understood: this alone moves the pitch.
    var sampleRate: Int { Int((Double(Self.recordedRate) * pitch).rounded()) }

    /// What flite is to stretch durations by, so that the tempo is right at ``sampleRate``.
    /// - Parameter speed: the request's `speed`.
    func stretch(speed: Double) -> Double { speaker.naturalStretch * pitch / (tempo * speed) }

    /// The same voice for another attempt: a seed moves pitch and tempo by up to two percent, the same way each time.
    func varied(bySeed seed: Int?) -> VoiceProfile {
        guard let seed else { return self }
        let hash = StableHash.of("\(seed)")
        var varied = self
        varied.pitch *= 1 + 0.02 * StableHash.unit(hash)
        varied.tempo *= 1 + 0.02 * StableHash.unit(hash >> 24)
        return varied
    }

    /// A voice for an id that is in no catalogue: some voice, and always the same.
    init(unknownID id: String) {
        let hash = StableHash.of(id)
        speaker = Speaker.allCases[Int(hash % 4)]
        pitch = 1 + 0.18 * StableHash.unit(hash >> 8)
        tempo = 1 + 0.1 * StableHash.unit(hash >> 32)
    }

    init(_ speaker: Speaker, pitch: Double, tempo: Double = 1) {
        self.speaker = speaker
        self.pitch = pitch
        self.tempo = tempo
    }
}
