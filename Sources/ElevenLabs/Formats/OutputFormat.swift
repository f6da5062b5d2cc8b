/// How the service encodes the audio it returns: the API's `output_format` query parameter.
///
/// The raw value is the API's own spelling, `codec_rate` or `codec_rate_bitrate`, with the sample rate in Hz and the
/// bitrate in kbit/s. Speech is mono unless ``AudioEffects`` make it stereo. Where a request names none, the service takes ``standard``.
public enum OutputFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// MP3 at 22.05 kHz, 32 kbit/s.
    case mp3At22050Hz32k = "mp3_22050_32"
    /// MP3 at 24 kHz, 48 kbit/s.
    case mp3At24000Hz48k = "mp3_24000_48"
    /// MP3 at 44.1 kHz, 32 kbit/s.
    case mp3At44100Hz32k = "mp3_44100_32"
    /// MP3 at 44.1 kHz, 64 kbit/s.
    case mp3At44100Hz64k = "mp3_44100_64"
    /// MP3 at 44.1 kHz, 96 kbit/s.
    case mp3At44100Hz96k = "mp3_44100_96"
    /// MP3 at 44.1 kHz, 128 kbit/s.
    case mp3At44100Hz128k = "mp3_44100_128"
    /// MP3 at 44.1 kHz, 192 kbit/s.
    case mp3At44100Hz192k = "mp3_44100_192"
    /// PCM at 8 kHz.
    case pcmAt8000Hz = "pcm_8000"
    /// PCM at 16 kHz.
    case pcmAt16000Hz = "pcm_16000"
    /// PCM at 22.05 kHz.
    case pcmAt22050Hz = "pcm_22050"
    /// PCM at 24 kHz.
    case pcmAt24000Hz = "pcm_24000"
    /// PCM at 32 kHz.
    case pcmAt32000Hz = "pcm_32000"
    /// PCM at 44.1 kHz.
    case pcmAt44100Hz = "pcm_44100"
    /// PCM at 48 kHz.
    case pcmAt48000Hz = "pcm_48000"
    /// µ-law at 8 kHz.
    case ulawAt8000Hz = "ulaw_8000"
    /// A-law at 8 kHz.
    case alawAt8000Hz = "alaw_8000"
    /// Opus in Ogg at 48 kHz, 32 kbit/s.
    case opusAt48000Hz32k = "opus_48000_32"
    /// Opus in Ogg at 48 kHz, 64 kbit/s.
    case opusAt48000Hz64k = "opus_48000_64"
    /// Opus in Ogg at 48 kHz, 96 kbit/s.
    case opusAt48000Hz96k = "opus_48000_96"
    /// Opus in Ogg at 48 kHz, 128 kbit/s.
    case opusAt48000Hz128k = "opus_48000_128"
    /// Opus in Ogg at 48 kHz, 192 kbit/s.
    case opusAt48000Hz192k = "opus_48000_192"
    /// A WAV file at 8 kHz; not on the endpoints that stream.
    case wavAt8000Hz = "wav_8000"
    /// A WAV file at 16 kHz; not on the endpoints that stream.
    case wavAt16000Hz = "wav_16000"
    /// A WAV file at 22.05 kHz; not on the endpoints that stream.
    case wavAt22050Hz = "wav_22050"
    /// A WAV file at 24 kHz; not on the endpoints that stream.
    case wavAt24000Hz = "wav_24000"
    /// A WAV file at 32 kHz; not on the endpoints that stream.
    case wavAt32000Hz = "wav_32000"
    /// A WAV file at 44.1 kHz; not on the endpoints that stream.
    case wavAt44100Hz = "wav_44100"
    /// A WAV file at 48 kHz; not on the endpoints that stream.
    case wavAt48000Hz = "wav_48000"

    /// What the service sends when a request names no format: `mp3_44100_128`.
    public static let standard = OutputFormat.mp3At44100Hz128k

    /// The formats that the streaming endpoints offer: all but the WAV ones, whose header states a final size.
    public static let streaming = allCases.filter(\.isStreaming)

    /// How the samples are encoded.
    public enum Codec: String, Sendable, Hashable, CaseIterable {
        /// MPEG audio layer III.
        case mp3
        /// Signed 16-bit little-endian samples.
        case pcm
        /// G.711 µ-law, one byte a sample.
        case ulaw
        /// G.711 A-law, one byte a sample.
        case alaw
        /// Opus, at 48 kHz.
        case opus
    }

    /// What the encoded audio is wrapped in.
    public enum Container: String, Sendable, Hashable, CaseIterable {
        /// Nothing: bare samples, or MPEG frames one after the other.
        case none
        /// Ogg pages.
        case ogg
        /// RIFF/WAVE.
        case wav
    }

    /// How the samples are encoded.
    public var codec: Codec {
        switch fields.name {
        case "mp3": .mp3
        case "opus": .opus
        case "ulaw": .ulaw
        case "alaw": .alaw
        default: .pcm
        }
    }

    /// What the encoded audio is wrapped in.
    public var container: Container {
        switch fields.name {
        case "wav": .wav
        case "opus": .ogg
        default: .none
        }
    }

    /// Samples per second, in Hz.
    public var sampleRate: Int { fields.rate }

    /// The constant bitrate in bit/s: of the encoder for MP3 and Opus, of the samples for everything else.
    public var bitrate: Int { fields.bitrate.map { $0 * 1000 } ?? sampleRate * 8 * (bytesPerSample ?? 0) }

    /// Bytes per second of audio; for Opus a nominal value, its packets vary and Ogg adds about a hundredth.
    public var byteRate: Int { bitrate / 8 }

    /// Bytes of one sample, where every sample has the same: 2 for PCM and WAV, 1 for µ-law and A-law, else nil.
    /// Network chunks may end inside a sample.
    public var bytesPerSample: Int? {
        switch codec {
        case .pcm: 2
        case .ulaw, .alaw: 1
        case .mp3, .opus: nil
        }
    }

    /// Whether the streaming endpoints take this format; `wav_*` is for whole files only.
    public var isStreaming: Bool { container != .wav }

    /// The lowest plan that may ask for this format, by the service's documentation; the service decides.
    public var requiredPlan: Plan {
        switch (codec, sampleRate) {
        case (.mp3, _) where bitrate >= 192_000: .creator
        case (.pcm, 44100...): .pro
        default: .free
        }
    }

    /// The usual extension of a file that holds just this, without the dot; `raw` for samples without a header.
    public var fileExtension: String {
        switch (codec, container) {
        case (_, .wav): "wav"
        case (.mp3, _): "mp3"
        case (.opus, _): "opus"
        case (.ulaw, _): "ul"
        case (.alaw, _): "al"
        case (.pcm, _): "raw"
        }
    }

    /// The raw value taken apart: all of them are made of a name, a rate and at times a bitrate in kbit/s.
    private var fields: (name: Substring, rate: Int, bitrate: Int?) {
        let parts = rawValue.split(separator: "_")
        return (parts[0], parts.count > 1 ? Int(parts[1]) ?? 0 : 0, parts.count > 2 ? Int(parts[2]) : nil)
    }
}

extension OutputFormat: CustomStringConvertible {
    /// The API's name of the format.
    public var description: String { rawValue }
}
