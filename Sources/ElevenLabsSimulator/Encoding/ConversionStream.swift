import ElevenLabs
import GLib
import GStreamer

/// An upload on its way to another voice, or to itself without its noise: decoded, cleaned, shifted and encoded part by
/// part, so that an hour of audio takes no more memory than a second.
struct ConversionStream: AudioStream {
    var audio: UploadedAudio
    /// How long the audio is, and the answer, in samples.
    var sampleCount: Int
    var suppressesNoise: Bool
    /// nil leaves the voice as it is.
    var conversion: VoiceConversion?
    var format: OutputFormat

    func run(deliver: @escaping @Sendable (Bytes) async throws -> Void) async throws {
        var pipelines: [AudioTranscoder] = []
        do {
            let encoder = try await Studio.shared.start(samplesAt: UploadedAudio.sampleRate, launch: format.encoder)
            pipelines.append(encoder)
            var suppressor: AudioTranscoder?
            if suppressesNoise {
                suppressor = try await Studio.shared.start(
                    samplesAt: UploadedAudio.sampleRate, launch: NoiseSuppression.launchLine
                )
                suppressor.map { pipelines.append($0) }
            }
            try await run(suppressor, encoder, deliver)
        } catch {
            for pipeline in pipelines { await Studio.shared.stop(pipeline) }
            throw error
        }
        for pipeline in pipelines { await Studio.shared.stop(pipeline) }
    }

    private func run(
        _ suppressor: AudioTranscoder?, _ encoder: AudioTranscoder,
        _ deliver: @escaping @Sendable (Bytes) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let suppressor {
                group.addTask { try await clean(into: suppressor) }
                group.addTask {
                    var voice = SampleShaper(self, skipping: NoiseSuppression.delay)
                    while let samples = try await suppressor.read() {
                        guard await encoder.write(voice.shape(samples)) else { return }
                    }
                    await finish(&voice, encoder)
                }
            } else {
                group.addTask {
                    var voice = SampleShaper(self, skipping: 0)
                    try await audio.read { samples in await encoder.write(voice.shape(samples)) }
                    await finish(&voice, encoder)
                }
            }
            group.addTask {
                while let bytes = try await encoder.read() { try await deliver(bytes) }
            }
            // The first to fail cancels the others, which waitForAll() would wait for.
            for try await _ in group {}
        }
    }

    private func clean(into suppressor: AudioTranscoder) async throws {
        try await audio.read { samples in await suppressor.write(samples) }
        // The end of the audio is still inside: silence pushes it out.
        guard await suppressor.write(Bytes(ContiguousArray(repeating: 0, count: 2 * NoiseSuppression.tail))) else {
            return
        }
        suppressor.finish()
    }

    private func finish(_ voice: inout SampleShaper, _ encoder: AudioTranscoder) async {
        if await encoder.write(voice.finish()) { encoder.finish() }
    }
}

/// What happens to samples on their way to the encoder.
private struct SampleShaper {
    /// Bytes that the pipeline before put in front.
    private var skip: Int
    /// Bytes that are still to go out; what comes behind them is the silence that pushed them.
    private var rest: Int
    private var shifter: VoiceShifter?

    init(_ stream: ConversionStream, skipping delay: Int) {
        skip = 2 * delay
        rest = 2 * stream.sampleCount
        shifter = stream.conversion.map(VoiceShifter.init)
    }

    mutating func shape(_ samples: Bytes) -> Bytes {
        let start = min(skip, samples.count)
        skip -= start
        let end = min(start + rest, samples.count)
        rest -= end - start
        let part = samples.slice(start..<end)
        return shifter?.shift(part) ?? part
    }

    mutating func finish() -> Bytes { shifter?.finish() ?? Bytes([]) }
}
