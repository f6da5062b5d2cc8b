import ElevenLabs
import GLib

/// What an answer's body holds: bare audio, or audio with the times of what is spoken in it.
struct AnswerAudio: Sendable {
    /// The longest audio that waits for the end of a word, in seconds: more than a pause in a text may be; and for any times.
    private static let (patience, firstPatience) = (10.0, 2.0)

    private let format: OutputFormat
    private var reader = TimedAudioReader()
    /// How far the text has been spoken; nil where the audio is bare.
    private(set) var progress: SpeechProgress?
    /// Bytes of audio.
    private(set) var received = 0
    /// The last byte that is no blank.
    private var lastByte: UInt8?

    init(of order: StreamOrder) {
        format = order.format
        progress = order.continuation.map { SpeechProgress(Substring($0.rest)) }
    }

    /// The audio in the bytes that came.
    mutating func read(_ bytes: Bytes) throws(StreamFailure) -> Bytes {
        guard progress != nil else {
            received += bytes.count
            return bytes
        }
        lastByte = bytes.withUnsafeBytes { $0.last { !" \t\r\n".utf8.contains($0) } } ?? lastByte
        do {
            let pieces = try bytes.withUnsafeBytes { bytes throws(InvalidTimedAudio) in try reader.read(bytes) }
            return take(pieces)
        } catch {
            throw unreadable(error)
        }
    }

    private func unreadable(_ error: InvalidTimedAudio) -> StreamFailure {
        StreamFailure(.incomplete, "the service's answer cannot be read: \(error)")
    }

    /// What is left when no more comes. A line that is not whole means that the body was cut.
    mutating func finish() throws(StreamFailure) -> Bytes {
        guard progress != nil else { return Bytes([]) }
        do {
            return take(try reader.finish().map { [$0] } ?? [])
        } catch {
            // A whole object that is something else.
            if lastByte == UInt8(ascii: "}") { throw unreadable(error) }
            throw .cut("the audio was cut short: the answer ends in the middle of a line")
        }
    }

    private mutating func take(_ pieces: [TimedAudio]) -> Bytes {
        for piece in pieces {
            received += piece.audio.count
            progress?.add(piece)
        }
        return pieces.count == 1 ? Bytes(pieces[0].audio) : Bytes(pieces.flatMap(\.audio))
    }

    private var seconds: Double { Double(received) / Double(format.byteRate) }

    /// Behind the last word of which all audio is here, and as much more as a join behind it takes.
    var place: SpeechProgress.Place {
        // Samples are faded for 10 ms. An encoder is late by about a frame, and the next answer takes the place of the last one.
        let late = format.codec == .mp3 ? 2 * 1152 / Double(format.sampleRate) : 0.01
        return progress?.place(at: .seconds(seconds - late)) ?? SpeechProgress.Place()
    }

    /// Whether it cannot be known what the audio says.
    var isLost: Bool {
        guard let progress else { return false }
        let patience = progress.hasTimes ? Self.patience : Self.firstPatience
        return progress.isLost || seconds - place.end / .seconds(1) > patience
    }
}
