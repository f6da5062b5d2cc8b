import ElevenLabs
import ElevenLabsSimulator
import HTTP
import Testing

/// Files of all sorts: what is not as it should be, and what GStreamer finds hard.
@Suite(.serialized, .enabled(if: AudioLab.isInstalled), .timeLimit(.minutes(5))) struct UploadFileTests {
    private let path = "/v1/voice-changer/\(Bench.sarah)/stream?output_format=pcm_16000"
    private static let second = AudioLab.pcm(of: AudioLab.noise(.pink, count: 16000).map { $0 * 0.1 })

    @Test(
        arguments: [
            ("ogg", ["-f", "ogg", "-c:a", "libopus"], 60), ("ogg", ["-f", "ogg", "-c:a", "libopus"], 200),
            ("mp3", ["-f", "mp3"], 100), ("m4a", ["-f", "ipod", "-c:a", "aac"], 3000), ("wav", ["-f", "wav"], 20),
            ("wav", ["-f", "wav"], 44), ("flac", ["-f", "flac"], 42),
        ]
    )
    func `the beginning of a file is refused, soon`(name: String, options: [String], length: Int) async throws {
        try await Bench.with { bench in
            let file = try await AudioLab.encode(Self.second, options).prefix(length)
            let outcome = await bench.upload(path, [.file("audio", Array(file))])
            #expect(outcome.status == 400 && outcome.refusal.code == "invalid_audio", "\(name): \(outcome.status)")
        }
    }

    @Test(arguments: [("mp3", ["-f", "mp3"]), ("wav", ["-f", "wav"]), ("flac", ["-f", "flac"])])
    func `what there is of a file that was cut short is taken`(name: String, options: [String]) async throws {
        try await Bench.with { bench in
            let file = try await AudioLab.encode(Self.second + Self.second, options)
            let outcome = await bench.upload(path, [.file("audio", Array(file.prefix(file.count / 2)))])
            #expect(outcome.status == 200, "\(name): \(outcome.text.prefix(300))")
            #expect((16000...48000).contains(outcome.body.count), "\(name): \(outcome.body.count)")
        }
    }

    @Test(arguments: [
        ["-f", "aiff"], ["-f", "ipod", "-c:a", "aac"], ["-f", "ogg", "-c:a", "libopus"], ["-f", "flac"],
    ])
    func `a file that is right is taken every time`(options: [String]) async throws {
        try await Bench.with { bench in
            let file = try await AudioLab.encode(Self.second, options)
            for _ in 1...25 {
                let outcome = await bench.upload(path, [.file("audio", file)])
                #expect(outcome.status == 200 && abs(outcome.body.count - 32000) <= 2 * 2304)
            }
        }
    }

    @Test func `a picture and a film without sound are refused, and the sound of a film is taken`() async throws {
        try await Bench.with { bench in
            let picture = ["-f", "lavfi", "-i", "testsrc=duration=1:size=64x64", "-map", "1:v"]
            for options in [["-frames:v", "1", "-f", "image2"], ["-f", "mp4"]] {
                let outcome = await bench.upload(
                    path, [.file("audio", try await AudioLab.encode(Self.second, picture + options))]
                )
                #expect(outcome.status == 400 && outcome.refusal.code == "invalid_audio")
            }
            let film = try await AudioLab.encode(Self.second, picture + ["-map", "0:a", "-f", "mp4"])
            let outcome = await bench.upload(path, [.file("audio", film)])
            #expect(outcome.status == 200 && abs(outcome.body.count - 32000) <= 2 * 2304)
        }
    }

    @Test func `a playlist is refused, and nothing in it is fetched`() async throws {
        try await Bench.with { bench in
            let secret = "http://127.0.0.1:\(bench.port)/v1/voices"
            for text in [
                "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n\(secret)\n#EXT-X-ENDLIST\n",
                """
                <?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" \
                mediaPresentationDuration="PT5S" minBufferTime="PT1S"><BaseURL>\(secret)</BaseURL></MPD>
                """,
                "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n",
                "\(secret)\n",
            ] {
                let outcome = await bench.upload(path, [.file("audio", Array(text.utf8))])
                #expect(outcome.status == 400 && outcome.refusal.code == "invalid_audio", "\(text)")
            }
            #expect(bench.simulator.requests.allSatisfy { $0.path.hasPrefix("/v1/voice-changer") })
        }
    }

    @Test(
        arguments: [
            ["-f", "wav", "-ar", "8000", "-c:a", "pcm_mulaw"], ["-f", "wav", "-ar", "192000", "-c:a", "pcm_f32le"],
            ["-f", "wav", "-ar", "48000", "-c:a", "pcm_s24le", "-ac", "6"], ["-f", "wav", "-c:a", "pcm_u8"],
            ["-f", "flac", "-ar", "96000", "-sample_fmt", "s32"], ["-f", "adts", "-c:a", "aac"], ["-f", "matroska"],
        ]
    )
    func `any rate, depth and number of channels is taken`(options: [String]) async throws {
        try await Bench.with { bench in
            let outcome = await bench.upload(
                path, [.file("audio", try await AudioLab.encode(Self.second, options))]
            )
            #expect(outcome.status == 200, "\(outcome.text.prefix(300))")
            #expect(abs(outcome.body.count - 32000) <= 2 * 2304, "\(outcome.body.count)")
            #expect(AudioLab.loudness(AudioLab.samples(ofPCM: outcome.body)) > 0.01)
        }
    }
}
