import GLib

/// Takes an answer with times apart, line by line, away from the network's thread.
actor TimedAnswerReader {
    private let reader: AnswerReader
    private let check: AnswerCheck
    private var lines = TimedAudioReader()
    private var pieces = FIFO<TimedAudio>()
    private var received = 0
    private var audio = 0

    init(_ reader: AnswerReader, check: AnswerCheck) {
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
            throw .unexpectedAnswer(
                reason: "the service's answer cannot be read: \(error)", requestID: check.requestID)
        }
    }

    private func finish() async throws(ElevenLabsClientError) -> TimedAudio? {
        do {
            if let piece = try lines.finish() {
                audio += piece.audio.count
                return piece
            }
        } catch {
            throw .incomplete(
                reason: "the audio was cut short: the answer ends in the middle of a line", receivedBytes: received,
                requestID: check.requestID)
        }
        do {
            // That the body is whole was asked of HTTP already.
            try check.checkEnd(received: audio, isProven: true)
            try check.checkSamples(in: audio)
        } catch {
            throw ElevenLabsClientError(error, received: received)
        }
        await reader.end()
        return nil
    }
}
