import ElevenLabs
import GLib
import GStreamer
import HTTP

/// The thread on which voices speak, pipelines start and stop and uploads are taken apart, for every simulator of the
/// process. All of it may take a while, which is why none happens on a server's thread or in a task.
actor Studio {
    static let shared = Studio()

    private let executor = MainContextExecutor(name: "simulator-voice")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private lazy var flite = Flite()

    /// Speaks one sentence, in whatever script it is written.
    func speak(_ sentence: String, as voice: VoiceProfile, speed: Double) -> Speech {
        let (english, sources) = Pronunciation.spelling(sentence)
        let utterance = flite.speak(english, as: voice.speaker, stretch: voice.stretch(speed: speed))
        return Speech(utterance, of: sentence, sources: sources)
    }

    /// A pipeline that takes samples, started.
    func start(samplesAt rate: Int, launch line: String) throws -> AudioTranscoder {
        let transcoder = try AudioTranscoder(samplesAt: rate, launch: line)
        transcoder.start()
        return transcoder
    }

    /// A pipeline that decodes an upload, started.
    func start(decoding bytes: Bytes, launch line: String) throws -> AudioTranscoder {
        let transcoder = try AudioTranscoder(decoding: bytes, launch: line)
        transcoder.start()
        return transcoder
    }

    /// Loads what the first request for speech would otherwise wait for.
    func warmUp() {
        _ = flite
        if let encoder = try? start(samplesAt: VoiceProfile.recordedRate, launch: OutputFormat.standard.encoder) {
            stop(encoder)
        }
    }

    func stop(_ transcoder: AudioTranscoder) { transcoder.stop() }

    /// Takes an upload's form apart.
    func parts(of request: HTTPServerRequest) throws(MultipartError) -> [MultipartPart] { try request.multipart() }
}
