import ElevenLabs

extension OutputFormat {
    /// The elements that encode raw audio in this format, in gst-launch's language.
    var encoder: String {
        let raw = "audio/x-raw,rate=\(sampleRate),channels=1"
        return switch codec {
        case .pcm: "\(raw),format=S16LE,layout=interleaved"
        case .ulaw: "\(raw) ! mulawenc"
        case .alaw: "\(raw) ! alawenc"
        // The caps behind the encoder keep lame from lowering the rate where the bitrate is low.
        case .mp3:
            """
            \(raw) ! lamemp3enc target=bitrate cbr=true mono=true bitrate=\(bitrate / 1000) \
            ! audio/mpeg,rate=\(sampleRate)
            """
        case .opus: "\(raw) ! opusenc bitrate=\(bitrate) ! oggmux max-page-delay=100000000"
        }
    }
}
