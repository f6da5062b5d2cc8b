import ElevenLabs
import Testing

@Suite struct OutputFormatTests {
    @Test(
        arguments: [
            // name, codec, Hz, bit/s, bytes a second, bytes a sample, file extension
            ("mp3_22050_32", OutputFormat.Codec.mp3, 22050, 32000, 4000, nil, "mp3"),
            ("mp3_24000_48", .mp3, 24000, 48000, 6000, nil, "mp3"),
            ("mp3_44100_128", .mp3, 44100, 128_000, 16000, nil, "mp3"),
            ("pcm_8000", .pcm, 8000, 128_000, 16000, 2, "raw"),
            ("pcm_16000", .pcm, 16000, 256_000, 32000, 2, "raw"),
            ("pcm_44100", .pcm, 44100, 705_600, 88200, 2, "raw"),
            ("ulaw_8000", .ulaw, 8000, 64000, 8000, 1, "ul"),
            ("alaw_8000", .alaw, 8000, 64000, 8000, 1, "al"),
            ("opus_48000_96", .opus, 48000, 96000, 12000, nil, "opus"),
            ("wav_22050", .pcm, 22050, 352_800, 44100, 2, "wav"),
        ] as [(String, OutputFormat.Codec, Int, Int, Int, Int?, String)]
    )
    func `a format's name tells its codec, rates and file extension`(
        name: String, codec: OutputFormat.Codec, rate: Int, bitrate: Int, byteRate: Int, bytesPerSample: Int?,
        fileExtension: String
    ) throws {
        let format = try #require(OutputFormat(rawValue: name))
        #expect(format.codec == codec)
        #expect(format.sampleRate == rate)
        #expect(format.bitrate == bitrate)
        #expect(format.byteRate == byteRate)
        #expect(format.bytesPerSample == bytesPerSample)
        #expect(format.fileExtension == fileExtension)
        #expect(format.description == name)
    }

    @Test func `streaming offers every format but the seven WAV ones`() {
        #expect(OutputFormat.streaming.count == 21)
        #expect(OutputFormat.allCases.filter { !$0.isStreaming }.map(\.container) == Array(repeating: .wav, count: 7))
        #expect(OutputFormat.standard.rawValue == "mp3_44100_128")
    }

    @Test(arguments: OutputFormat.allCases)
    func `every format has a positive rate and caps that name it`(format: OutputFormat) {
        #expect(format.sampleRate >= 8000)
        #expect(format.byteRate >= 4000)
        #expect(format.caps.hasPrefix("audio/"))
        #expect(format.mediaType.hasPrefix("audio/"))
    }

    @Test(
        arguments: [
            (
                OutputFormat.mp3At44100Hz128k,
                "audio/mpeg, mpegversion=(int)1, mpegaudioversion=(int)1, layer=(int)3, rate=(int)44100, parsed=(boolean)false"
            ),
            (
                .mp3At22050Hz32k,
                "audio/mpeg, mpegversion=(int)1, mpegaudioversion=(int)2, layer=(int)3, rate=(int)22050, parsed=(boolean)false"
            ),
            (
                .pcmAt24000Hz,
                "audio/x-raw, format=(string)S16LE, layout=(string)interleaved, rate=(int)24000, channels=(int)1"
            ),
            (.ulawAt8000Hz, "audio/x-mulaw, rate=(int)8000, channels=(int)1"),
            (.alawAt8000Hz, "audio/x-alaw, rate=(int)8000, channels=(int)1"),
            (.opusAt48000Hz64k, "audio/ogg"),
        ]
    )
    func `caps say what is known and nothing that may be wrong`(format: OutputFormat, caps: String) {
        #expect(format.caps == caps)
    }

    @Test(
        arguments: [
            (OutputFormat.mp3At44100Hz192k, Plan.creator), (.pcmAt44100Hz, .pro), (.wavAt44100Hz, .pro),
            (.pcmAt24000Hz, .free), (.mp3At44100Hz128k, .free), (.opusAt48000Hz192k, .free),
        ]
    )
    func `the best formats need a larger plan`(format: OutputFormat, plan: Plan) {
        #expect(format.requiredPlan == plan)
    }
}
