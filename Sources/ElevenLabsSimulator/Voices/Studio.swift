import ElevenLabs
import GLib
import GStreamer

/// The thread on which voices speak and encoders start and stop, for every simulator of the process. Both may take a
/// while, which is why neither happens on a server's thread or in a task.
actor Studio {
    static let shared = Studio()

    private let executor = MainContextExecutor(name: "simulator-voice")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private lazy var flite = Flite()

    /// Speaks one sentence, in whatever script it is written.
    func speak(_ sentence: String, as voice: VoiceProfile, speed: Double) -> Bytes {
        flite.speak(Pronunciation.english(sentence), as: voice.speaker, stretch: voice.stretch(speed: speed))
    }

    func start(inputRate: Int, encoder: String) throws -> AudioEncoder {
        let encoder = try AudioEncoder(inputRate: inputRate, encoder: encoder)
        encoder.start()
        return encoder
    }

    /// Loads what the first request for speech would otherwise wait for.
    func warmUp() {
        _ = flite
        if let encoder = try? start(inputRate: VoiceProfile.recordedRate, encoder: OutputFormat.standard.encoder) {
            stop(encoder)
        }
    }

    func stop(_ encoder: AudioEncoder) { encoder.stop() }
}
