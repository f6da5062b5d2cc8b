import ElevenLabs
import GLib
import GStreamer

/// A text on its way to encoded bytes: sentence by sentence, each spoken when there is room for it.
struct SpeechStream: Sendable {
    var text: String
    var voice: VoiceProfile
    var speed: Double
    var format: OutputFormat
    private var script: Script
    private var prepared: Bytes?

    /// - Parameters:
    ///   - speed: the request's factor on the voice's tempo.
    ///   - skipsDirections: whether what stands in square brackets is a direction and not text.
    init(text: String, voice: VoiceProfile, speed: Double, format: OutputFormat, skipsDirections: Bool) {
        self.text = text
        self.voice = voice
        self.speed = speed
        self.format = format
        script = Script(text, skipsDirections: skipsDirections)
    }

    /// Speaks the first sentence ahead of ``run(deliver:)``.
    mutating func prepare() async { prepared = await speakNext(&script) }

    /// Speaks, encodes, and hands the bytes over as they come, which ends early when `deliver` throws.
    func run(deliver: @escaping @Sendable (Bytes) async throws -> Void) async throws {
        let encoder = try await Studio.shared.start(
            inputRate: voice.sampleRate, encoder: "volume volume=\(voice.speaker.gain) ! \(format.encoder)"
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

    private func speak(into encoder: AudioEncoder) async {
        var isSilent = true
        var script = script
        var next = prepared
        if next == nil { next = await speakNext(&script) }
        while let samples = next {
            isSilent = isSilent && samples.isEmpty
            guard await write(samples, into: encoder) else { return }
            next = await speakNext(&script)
        }
        // A text of nothing that sounds is still a stream in its format, not an empty body.
        if isSilent, await !write(silence(0.25), into: encoder) { return }
        encoder.finish()
    }

    /// The samples of the script's next piece; nil after the last.
    private func speakNext(_ script: inout Script) async -> Bytes? {
        switch script.next() {
        case .sentence(let sentence): await Studio.shared.speak(sentence, as: voice, speed: speed)
        case .pause(let seconds): silence(seconds)
        case nil: nil
        }
    }

    /// In tenths of seconds, so that what waits in the encoder stays small.
    private func write(_ samples: Bytes, into encoder: AudioEncoder) async -> Bool {
        let step = voice.sampleRate / 10 * 2
        for start in stride(from: 0, to: samples.count, by: step) {
            let part = samples.slice(start..<min(start + step, samples.count))
            guard await encoder.write(part) else { return false }
        }
        return true
    }

    private func silence(_ seconds: Double) -> Bytes {
        Bytes(ContiguousArray(repeating: 0, count: Int(Double(voice.sampleRate) * seconds) * 2))
    }
}
