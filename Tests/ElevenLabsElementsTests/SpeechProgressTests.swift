import ElevenLabs
import Testing

@testable import ElevenLabsElements

struct SpeechProgressTests {
    /// A text that is spoken at ten characters a second, its times in lines of so many characters.
    private func speak(
        _ text: String, as reading: String? = nil, line: Int = 7, normalizedOnly: Bool = false
    ) -> SpeechProgress {
        var progress = SpeechProgress(text)
        let characters = (reading ?? text).unicodeScalars.enumerated().map { index, scalar in
            CharacterAlignment.Character(
                String(scalar), start: .milliseconds(100 * index), end: .milliseconds(100 * (index + 1)))
        }
        for start in stride(from: 0, to: characters.count, by: line) {
            let alignment = CharacterAlignment(Array(characters[start..<min(start + line, characters.count)]))
            progress.add(
                TimedAudio(
                    audio: [], alignment: normalizedOnly ? nil : alignment, normalizedAlignment: alignment))
        }
        return progress
    }

    /// The text from the next word on, at a time in tenths of a second.
    private func rest(_ progress: SpeechProgress, of text: String, at tenths: Int) -> String {
        String(text.unicodeScalars.dropFirst(progress.place(at: .milliseconds(100 * tenths)).characters))
    }

    @Test(arguments: [1, 2, 5, 7, 100])
    func `a word has been spoken when its last character has been heard, wherever lines end`(line: Int) {
        let text = "One, two three."
        let progress = speak(text, line: line)
        for (tenths, expected) in [
            (0, text), (3, text), (4, "two three."), (7, "two three."), (8, "three."), (14, "three."), (15, ""),
        ] {
            #expect(rest(progress, of: text, at: tenths) == expected, "\(tenths)")
        }
        let place = progress.place(at: .milliseconds(900))
        #expect(place == SpeechProgress.Place(words: 2, characters: 9, end: .milliseconds(800)))
        #expect(progress.place(at: .seconds(2)).isEnd)
    }

    @Test func `the last word of the times so far may go on`() {
        var progress = SpeechProgress("to today")
        func add(_ text: String, from start: Int) {
            progress.add(
                TimedAudio(
                    audio: [],
                    alignment: CharacterAlignment(
                        text.enumerated().map { index, character in
                            .init(
                                String(character), start: .seconds(start + index), end: .seconds(start + index + 1))
                        })))
        }
        add("to", from: 0)
        #expect(progress.place(at: .seconds(100)).words == 0)
        add(" to", from: 2)
        #expect(progress.place(at: .seconds(100)).words == 1)
        add("day", from: 5)
        #expect(progress.place(at: .seconds(100)).words == 2)
        #expect(progress.place(at: .seconds(7)).words == 1)
        #expect(progress.place(at: .seconds(8)).isEnd)
    }

    @Test func `blanks, case and quotes may differ, and characters count as the API counts`() {
        let text = "  Hé \u{1F600}  ‘dear’\n\nReader"
        let progress = speak(text, as: " hé \u{1F600} 'dear' reader")
        #expect(rest(progress, of: text, at: 3) == "\u{1F600}  ‘dear’\n\nReader")
        #expect(rest(progress, of: text, at: 6) == "‘dear’\n\nReader")
        #expect(rest(progress, of: text, at: 12) == "Reader")
        #expect(progress.place(at: .seconds(9)).isEnd)
    }

    @Test func `a number that is written out ends where the next word that is the same begins`() {
        let text = "I have 42 cats and $5."
        let progress = speak(text, as: "I have forty two cats and five dollars.", normalizedOnly: true)
        #expect(rest(progress, of: text, at: 15) == "42 cats and $5.")
        #expect(rest(progress, of: text, at: 17) == "cats and $5.")
        #expect(rest(progress, of: text, at: 21) == "and $5.")
        #expect(progress.place(at: .milliseconds(1600)).end == .milliseconds(1600))
        #expect(rest(progress, of: text, at: 100) == "$5.")
        #expect(!progress.isLost)
    }

    @Test func `tags and directions are no words, and belong to the word after them`() {
        let text = "Wait <break time=\"1s\"/> for [laughs] me.<break time='1s'/> Now [sighs]"
        for reading in [text, "Wait for me. Now", "Wait  for  me. Now [sighs]"] {
            let progress = speak(text, as: reading)
            let places = (0..<200).map { rest(progress, of: text, at: $0) }
            let distinct = places.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
            #expect(
                distinct == [
                    text, "<break time=\"1s\"/> for [laughs] me.<break time='1s'/> Now [sighs]",
                    "[laughs] me.<break time='1s'/> Now [sighs]", "<break time='1s'/> Now [sighs]", "",
                ], "\(reading)")
        }
        // No tag at all.
        #expect(rest(speak("a < b < c"), of: "a < b < c", at: 4) == "b < c")
    }

    @Test func `a script without blanks is cut at its characters`() {
        let text = "今日は、いい天気。"
        let progress = speak(text)
        #expect(rest(progress, of: text, at: 2) == "は、いい天気。")
        #expect(rest(progress, of: text, at: 3) == "は、いい天気。")
        #expect(rest(progress, of: text, at: 4) == "いい天気。")
        #expect(progress.place(at: .seconds(1)).isEnd)
    }

    @Test func `times that end before the text does tell that it is not whole`() {
        #expect(speak("One two three.", as: "One two ").isShort)
        #expect(!speak("One two three.").isShort && !SpeechProgress("One two three.").isShort)
        #expect(!speak("One two 3.", as: "One two three.").isShort)
    }

    @Test func `times of another text are known to be of no use`() {
        let progress = speak("One two three four five.", as: String(repeating: "lorem ipsum ", count: 10))
        #expect(progress.isLost && progress.hasTimes)
        #expect(progress.place(at: .seconds(100)).words == 0)
        #expect(!SpeechProgress("One").hasTimes && SpeechProgress("  ").place(at: .zero).isEnd)
    }
}
