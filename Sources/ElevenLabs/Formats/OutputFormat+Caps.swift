extension OutputFormat {
    /// The format as a GStreamer caps string, for a source whose bytes are known before the first one came.
    ///
    /// It states only what the format's name promises: the number of channels is left out for MP3, where the channel
    /// mode of the frames is not documented, and for Opus, where the Ogg pages tell it.
    public var caps: String {
        switch (codec, container) {
        case (_, .wav):
            "audio/x-wav"
        case (.mp3, _):
            """
            audio/mpeg, mpegversion=(int)1, mpegaudioversion=(int)\(mpegAudioVersion), layer=(int)3, \
            rate=(int)\(sampleRate), parsed=(boolean)false
            """
        case (.pcm, _):
            """
            audio/x-raw, format=(string)S16LE, layout=(string)interleaved, rate=(int)\(sampleRate), \
            channels=(int)1
            """
        case (.ulaw, _):
            "audio/x-mulaw, rate=(int)\(sampleRate), channels=(int)1"
        case (.alaw, _):
            "audio/x-alaw, rate=(int)\(sampleRate), channels=(int)1"
        case (.opus, _):
            "audio/ogg"
        }
    }

    /// The MIME type a body in this format is sent with.
    public var mediaType: String {
        switch (codec, container) {
        case (_, .wav): "audio/wav"
        case (.mp3, _): "audio/mpeg"
        case (.opus, _): "audio/ogg"
        case (.pcm, _): "audio/pcm"
        case (.ulaw, _): "audio/basic"
        case (.alaw, _): "audio/x-alaw-basic"
        }
    }

    /// 1 from 32 kHz up, 2 (half the samples a frame) for the rates from 16 kHz to below.
    private var mpegAudioVersion: Int { sampleRate >= 32000 ? 1 : 2 }
}
