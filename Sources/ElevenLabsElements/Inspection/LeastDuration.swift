import ElevenLabs

/// How long an answer plays at least, where it is whole: far below what anybody expects, since a shorter one is only warned of.
enum LeastDuration {
    /// Letters and digits a second that nobody speaks: speech has about 15, the fastest voices at the highest `speed` about 30, and
    /// four times that is no speech any more. Scripts with a sign for each syllable have fewer.
    private static let signsPerSecond = 120.0
    /// Below so many a sentence may be a cry or a spelling of something else.
    private static let fewestSigns = 60
    /// Of what was uploaded: isolation keeps the length and the voice changer about so, at `speed` 1.2 no less than four fifths.
    private static let part = 0.5
    /// Shorter recordings may be nothing but a pause and a word.
    private static let shortestUpload = Duration.seconds(2)

    /// Of a text; nil where it is too short to tell.
    static func speaking(_ text: String) -> Duration? {
        let signs = spoken(text).unicodeScalars.count { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        return signs < fewestSigns ? nil : .seconds(Double(signs) / signsPerSecond)
    }

    /// Of the answer to audio; nil where it is too short to tell.
    static func answering(_ upload: Duration?) -> Duration? {
        upload.flatMap { $0 < shortestUpload ? nil : $0 * part }
    }

    /// A text without tags, which are not read out: `<break time="3s"/>` and `[whispers]`.
    private static func spoken(_ text: String) -> String {
        text.replacing(/<[^<>]*>|\[[^\[\]]*\]/, with: " ")
    }
}
