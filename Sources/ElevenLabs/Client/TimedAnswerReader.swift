import GLib

/// Takes an answer with times apart, line by line, away from the network's thread.
actor TimedAnswerReader {
    private let reader: AnswerReader
    private let check: AudioAnswerCheck
    private var lines = TimedAudioReader()
    private var pieces = FIFO<TimedAudio>()
    private var received = 0
    private var audio = 0

    init(_ reader: AnswerReader, check: AudioAnswerCheck) {
        self.reader = reader
        self.check = check
    }

    /// Waits for the next piece; nil at the end of a whole answer.
    func next() async throws(ElevenLabsClientError) -> TimedAudio? {
        do throws(ElevenLabsClientError) {
            while true {
                if let piece = pieces.first {
                    pieces.removeFirst()
                    audio += piece.audio.count
                    return piece
                }
                guard let bytes = try await reader.next() else { return try await finish() }
                received += bytes.count
                try read(bytes)
            }
        } catch {
            // Two readers at once are the caller's mistake: the one that was there goes on.
            throw error == .severalReaders ? error : await reader.fail(error)
        }
    }

    private func read(_ bytes: Bytes) throws(ElevenLabsClientError) {
        do {
            let read = try bytes.withUnsafeBytes { bytes throws(InvalidTimedAudio) in try lines.read(bytes) }
            for piece in read { pieces.append(piece) }
        } catch {
            throw check.unexpected("the service's answer cannot be read: \(error)")
        }
    }

    private func finish() async throws(ElevenLabsClientError) -> TimedAudio? {
        do {
            if let piece = try lines.finish() {
                audio += piece.audio.count
                return piece
            }
        } catch {
            throw check.incomplete("the audio was cut short: the answer ends in the middle of a line", received)
        }
        if audio == 0 { throw check.unexpected("the service's answer holds no audio") }
        try check.checkSamples(audio: audio, received: received)
        await reader.end()
        return nil
    }
}
