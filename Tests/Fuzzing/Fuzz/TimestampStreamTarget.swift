import GLib

@testable import ElevenLabs
@testable import ElevenLabsElements

/// However an answer with times is cut, its lines come out the same or are refused; and any times lead on through any text,
/// never back.
enum TimestampStreamTarget {
    @Sendable static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let sizes = (input.byte(), input.byte())
        let text = input.text()
        let stream = input.remainder()
        let whole = read(stream, sizes: (stream.count, stream.count))
        let cut = read(stream, sizes: sizes)
        require(whole?.elementsEqual(cut ?? []) ?? (cut == nil), "the lines are the same, however they came")
        guard let whole else { return }
        follow(whole, through: text)
    }

    /// nil where a line is none.
    private static func read(_ stream: [UInt8], sizes: (Int, Int)) -> [TimedAudio]? {
        var (input, reader, pieces) = (FuzzInput(stream), TimedAudioReader(), [TimedAudio]())
        var isOdd = false
        do {
            while !input.isEmpty {
                pieces += try reader.read(input.bytes(1 + (isOdd ? sizes.1 : sizes.0)))
                isOdd.toggle()
            }
            let hasRest = reader.hasPartialLine
            let rest = try reader.finish()
            require((rest != nil) == hasRest && !reader.hasPartialLine, "what is left is a line, and there is no other")
            return pieces + (rest.map { [$0] } ?? [])
        } catch {
            require(!error.description.isEmpty, "a refusal says something")
            return nil
        }
    }

    /// With the times of each piece the place in the text goes on, within the text.
    private static func follow(_ pieces: [TimedAudio], through text: String) {
        var progress = SpeechProgress(text)
        var last = SpeechProgress.Place()
        for (number, piece) in pieces.enumerated() {
            progress.add(piece)
            for time in [Duration.zero, .seconds(number), .seconds(1_000_000)] {
                let place = progress.place(at: time)
                require(place.characters <= text.unicodeScalars.count, "a place lies in the text")
                require(place.end <= time || place.words == 0, "a word that was not heard yet does not count")
            }
            let place = progress.place(at: .seconds(1_000_000))
            require(
                place.words >= last.words && place.characters >= last.characters && place.end >= last.end,
                "a place never goes back")
            last = place
        }
    }
}
