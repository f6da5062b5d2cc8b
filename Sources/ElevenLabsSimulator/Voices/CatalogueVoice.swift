/// A voice in the simulator's listing, with the id and name the service's own documentation gives it.
struct CatalogueVoice: Sendable, Hashable {
    enum Gender: String, Sendable { case female, male, neutral }

    var id: String
    var name: String
    var gender: Gender
    var accent: String
    /// One of the library's voices, which the free plan may not use.
    var isLegacy: Bool
    var profile: VoiceProfile

    var labels: [String: String] {
        ["gender": gender.rawValue, "accent": accent, "age": "middle_aged", "language": "en", "use_case": "narration"]
    }
    var description: String { "The simulator's stand-in for \(name), spoken by flite's \(profile.speaker.rawValue)." }

    /// When the voice is said to have been made (seconds since 1970): the catalogue's order.
    var createdAt: Int
}

extension CatalogueVoice {
    static let all: [CatalogueVoice] = make()
    static let byID: [String: CatalogueVoice] = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }

    private static let standard: [(id: String, name: String, gender: Gender, accent: String)] = [
        ("JBFqnCBsd6RMkjVDRZzb", "George", .male, "british"), ("CwhRBWXzGAHq8TQ4Fs17", "Roger", .male, "american"),
        ("EXAVITQu4vr4xnSDxMaL", "Sarah", .female, "american"), ("FGY2WhTYpPnrIDTdsKH5", "Laura", .female, "american"),
        ("IKne3meq5aSn9XLyUdCD", "Charlie", .male, "australian"),
        ("N2lVS1w4EtoT3dr4eOWO", "Callum", .male, "american"), ("SAz9YHcvj6GT2YYXdXww", "River", .neutral, "american"),
        ("TX3LPaxmHKxFdv7VOQHJ", "Liam", .male, "american"), ("Xb7hH8MSUJpSbSDYk0k2", "Alice", .female, "british"),
        ("XrExE9yKIg1WjnnlVkGX", "Matilda", .female, "american"), ("bIHbv24MWmeRgasZH58o", "Will", .male, "american"),
        ("cgSgspJ2msm6clMCkdW9", "Jessica", .female, "american"), ("cjVigY5qzO86Huf0OWal", "Eric", .male, "american"),
        ("iP95p4xoKVk53GoZ742B", "Chris", .male, "american"), ("nPczCjzI2devNBz1zQrb", "Brian", .male, "american"),
        ("onwK4e9ZLuTAKqWW03F9", "Daniel", .male, "british"), ("pFZP5JQG7iQjIQuC4Bku", "Lily", .female, "british"),
        ("pqHfZKP75CvOlQylNhV4", "Bill", .male, "american"), ("9BWtsMINqrJLrRacOk9x", "Aria", .female, "american"),
        ("XB0fDUnXU5powFXDhCwa", "Charlotte", .female, "swedish"), ("pNInz6obpgDQGcFmaJgB", "Adam", .male, "american"),
    ]

    private static let legacy: [(id: String, name: String, gender: Gender, accent: String)] = [
        ("21m00Tcm4TlvDq8ikWAM", "Rachel", .female, "american"), ("ErXwobaYiN019PkySvjV", "Antoni", .male, "american"),
        ("TxGEqnHWrfWFTfGW9XjX", "Josh", .male, "american"), ("VR6AewLTigWG4xSOukaG", "Arnold", .male, "american"),
        ("yoZ06aMxZJJ28mfd3POQ", "Sam", .male, "american"), ("AZnzlk1XvdvUeBnXmlld", "Domi", .female, "american"),
        ("MF3mGyEYCl7XYWbV9V6O", "Elli", .female, "american"), ("piTKgcLEGmPE4e6mEKli", "Nicole", .female, "american"),
        ("SOYHLrjzK2X1ezoPC6cr", "Harry", .male, "american"), ("LcfcDJNUP1GQjkzn1xUU", "Emily", .female, "american"),
    ]

    /// Gives each voice a speaker of its gender and a pitch that no other voice of that speaker has.
    private static func make() -> [CatalogueVoice] {
        let men: [VoiceProfile.Speaker] = [.rms, .awb, .kal16]
        var (menSoFar, womenSoFar) = (0, 0)
        let rows = standard.map { ($0, false) } + legacy.map { ($0, true) }
        return rows.enumerated().map { index, row in
            let (voice, isLegacy) = row
            let tempo = [1, 0.94, 1.06][index % 3]
            let profile: VoiceProfile
            if voice.gender == .male {
                let pitch = 1.0 + 0.06 * spread(menSoFar / men.count)
                profile = VoiceProfile(men[menSoFar % men.count], pitch: pitch, tempo: tempo)
                menSoFar += 1
            } else {
                profile = VoiceProfile(.slt, pitch: 1.0 + 0.03 * spread(womenSoFar), tempo: tempo)
                womenSoFar += 1
            }
            return CatalogueVoice(
                id: voice.id, name: voice.name, gender: voice.gender, accent: voice.accent, isLegacy: isLegacy,
                profile: profile, createdAt: 1_700_000_000 + index * 86400
            )
        }
    }

    /// 0, 1, -1, 2, -2, …
    private static func spread(_ index: Int) -> Double { Double((index + 1) / 2) * (index % 2 == 0 ? -1 : 1) }
}
