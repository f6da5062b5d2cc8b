import ElevenLabs
import GLib
import GStreamer

/// A text on its way to encoded bytes: sentence by sentence, each spoken when there is room for it.
struct SpeechStream: AudioStream {
    var text: String
    var voice: VoiceProfile
    var speed: Double
    var format: OutputFormat
    private var script: Script
    /// Characters that stand before the text and are not heard.
    private var silentCount = 0
    private var prepared: Speech?
    let said = Transcript()

    /// - Parameters:
    ///   - previousText: what was said before, which gives the text its melody: the two are spoken in one breath, and what is
    ///     heard begins where the last word of the previous text ends.
    ///   - speed: the request's factor on the voice's tempo.
    ///   - skipsDirections: whether what stands in square brackets is a direction and not text.
    init(
        text: String, after previousText: String = "", voice: VoiceProfile, speed: Double, format: OutputFormat,
        skipsDirections: Bool
    ) {
        self.text = text
        self.voice = voice
        self.speed = speed
        self.format = format
        let isParted = previousText.last?.isWhitespace ?? true || text.first?.isWhitespace ?? true
        let previousText = isParted ? previousText : previousText + " "
        script = Script(previousText + text, skipsDirections: skipsDirections)
        silentCount = previousText.unicodeScalars.count
        // Only the sentence with the last word of it is spoken again.
        let blanks = previousText.unicodeScalars.reversed().prefix { $0.properties.isWhitespace }.count
        var ahead = script
        while let piece = ahead.next(), silentCount - piece.text.unicodeScalars.count > blanks {
            silentCount -= piece.text.unicodeScalars.count
            script = ahead
        }
    }

    var transcript: Transcript? { said }

    /// Speaks the first sentence ahead of ``run(deliver:)``.
    mutating func prepare() async { prepared = await speakNext(&script, &silentCount) }

    /// Speaks, encodes, and hands the bytes over as they come, which ends early when `deliver` throws.
    func run(deliver: @escaping @Sendable (Bytes) async throws -> Void) async throws {
        let encoder = try await Studio.shared.start(
            samplesAt: voice.sampleRate, launch: "volume volume=\(voice.speaker.gain) ! \(format.encoder)"
        )
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await speak(into: encoder) }
                group.addTask {
                    while let bytes = try await encoder.read() { try await deliver(bytes) }
                }
                // The first to fail cancels the other, which waitForAll() would wait for.
                for try await _ in group {}
            }
        } catch {
            await Studio.shared.stop(encoder)
            throw error
        }
        await Studio.shared.stop(encoder)
    }

    private func speak(into encoder: AudioTranscoder) async {
        var isSilent = true
        var script = script
        var silentCount = silentCount
        var next = prepared
        if next == nil { next = await speakNext(&script, &silentCount) }
        while let speech = next {
            isSilent = isSilent && speech.samples.isEmpty
            said.add(speech, rate: voice.sampleRate)
            guard await write(speech.samples, into: encoder) else { return }
            next = await speakNext(&script, &silentCount)
        }
        // A text of nothing that sounds is still a stream in its format, not an empty body.
        if isSilent, await !write(silence(0.25).samples, into: encoder) { return }
        encoder.finish()
    }

    /// The script's next piece; nil after the last.
    private func speakNext(_ script: inout Script, _ silentCount: inout Int) async -> Speech? {
        guard let piece = script.next() else { return nil }
        let speech =
            switch piece.content {
            case .sentence: await Studio.shared.speak(piece.text, as: voice, speed: speed)
            case .pause(let seconds): silence(seconds, for: piece.text)
            case .nothing: silence(0, for: piece.text)
            }
        guard silentCount > 0 else { return speech }
        let count = min(silentCount, speech.characters.count)
        silentCount -= count
        return speech.dropping(count)
    }

    /// In tenths of seconds, so that what waits in the encoder stays small.
    private func write(_ samples: Bytes, into encoder: AudioTranscoder) async -> Bool {
        let step = voice.sampleRate / 10 * 2
        for start in stride(from: 0, to: samples.count, by: step) {
            let part = samples.slice(start..<min(start + step, samples.count))
            guard await encoder.write(part) else { return false }
        }
        return true
    }

    private func silence(_ seconds: Double, for text: String = "") -> Speech {
        Speech(text, silence: Int(Double(voice.sampleRate) * seconds))
    }
}
