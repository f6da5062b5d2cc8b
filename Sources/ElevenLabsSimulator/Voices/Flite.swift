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

    /// What flite made of a text.
    struct Utterance {
        /// 16-bit little-endian samples at ``VoiceProfile/recordedRate``, mono; empty where flite has nothing to say.
        var samples = Bytes([])
        /// What stands between blanks, in the order of the text.
        var tokens: [Token] = []
    }

    struct Token {
        /// Where it stands in the text, in bytes, without the punctuation around it.
        let range: Range<Int>
        /// As they are spoken: a number is several.
        var words: [Word] = []
    }

    struct Word {
        let name: String
        /// Where its first sound begins and each of them ends, in samples.
        let times: [Int]
    }

    /// Speaks a text in English letters.
    func speak(_ english: String, as speaker: VoiceProfile.Speaker, stretch: Double) -> Utterance {
        guard let voice = voices[speaker] else { return Utterance() }
        flite_feat_set_float(voice.pointee.features, Self.stretchFeature, Float(stretch))
        cflite_restart_noise()
        guard let utterance = flite_synth_text(english, voice) else { return Utterance() }
        defer { delete_utterance(utterance) }
        guard let wave = utt_wave(utterance) else { return Utterance() }
        let samples = UnsafeBufferPointer(start: wave.pointee.samples, count: Int(wave.pointee.num_samples))
        var result = Utterance()
        // Every processor that Swift and flite share is little-endian, as the samples are to be.
        result.samples = Bytes(copying: UnsafeRawBufferPointer(samples))
        // flite tells no positions, but what it cut the text into is the whole text.
        var position = 0
        for item in Self.items(relation_head(utt_relation(utterance, "Token"))) {
            position += Self.text(item, "whitespace").utf8.count + Self.text(item, "prepunctuation").utf8.count
            let end = position + Self.text(item, "name").utf8.count
            result.tokens.append(Token(range: position..<end, words: Self.words(of: item, limit: samples.count)))
            position = end + Self.text(item, "punc").utf8.count
        }
        return result
    }

    private typealias Item = UnsafeMutablePointer<cst_item>

    /// The words that a token is spoken as, with their sounds.
    private static func words(of token: Item, limit: Int) -> [Word] {
        items(item_daughter(token)).compactMap { word in
            let syllables = items(item_as(word, "SylStructure").flatMap { item_daughter($0) })
            let sounds = syllables.flatMap { items(item_daughter($0)) }.compactMap { item_as($0, "Segment") }
            guard let first = sounds.first else { return nil }
            let start = item_prev(first).map { item_feat_float($0, "end") } ?? 0
            // Of the silence at the end some voices leave a part out.
            let times = ([start] + sounds.map { item_feat_float($0, "end") }).map { seconds in
                min(limit, Int((Double(seconds) * Double(VoiceProfile.recordedRate)).rounded()))
            }
            return Word(name: text(word, "name"), times: times)
        }
    }

    private static func items(_ first: Item?) -> [Item] {
        first.map { Array(sequence(first: $0, next: { item_next($0) })) } ?? []
    }

    private static func text(_ item: Item, _ feature: String) -> String {
        guard item_feat_present(item, feature) != 0, let text = item_feat_string(item, feature) else { return "" }
        return String(cString: text)
    }
}
