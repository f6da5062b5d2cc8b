import ElevenLabs
import GLib
import Synchronization

/// What an answer has said so far, with its times: written while it is spoken, read by who sends it and by the log.
final class Transcript: Sendable {
    private let said = Mutex(Said())

    private struct Said {
        var alignment = CharacterAlignment()
        var normalized = CharacterAlignment()
        var length = 0
    }

    /// - Parameter rate: what the speech's samples are to be understood at.
    func add(_ speech: Speech, rate: Int) {
        said.withLock { said in
            func timed(_ path: KeyPath<Speech, [Speech.Character]>) -> [CharacterAlignment.Character] {
                speech.characters(path, from: said.length).map { character in
                    CharacterAlignment.Character(
                        character.text, start: .seconds(Double(character.start) / Double(rate)),
                        end: .seconds(Double(character.end) / Double(rate)))
                }
            }
            said.alignment.characters += timed(\.characters)
            said.normalized.characters += timed(\.normalized)
            said.length += speech.samples.count / 2
        }
    }

    var alignment: CharacterAlignment { said.withLock { $0.alignment } }
    var normalized: CharacterAlignment { said.withLock { $0.normalized } }

    /// The words with their places in the decoded answer. - Parameter rate: its samples a second.
    func words(rate: Int) -> [RecordedRequest.Word] {
        var words: [RecordedRequest.Word] = []
        var isInside = false
        for character in alignment.characters {
            let isBlank = character.text.allSatisfy(\.isWhitespace)
            defer { isInside = !isBlank }
            guard !isBlank else { continue }
            let samples = [character.start, character.end].map { Int(($0 / .seconds(1) * Double(rate)).rounded()) }
            if isInside, let word = words.popLast() {
                words.append(.init(text: word.text + character.text, samples: word.samples.lowerBound..<samples[1]))
            } else {
                words.append(.init(text: character.text, samples: samples[0]..<samples[1]))
            }
        }
        return words
    }
}
