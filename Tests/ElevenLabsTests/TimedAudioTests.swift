import Testing

@testable import ElevenLabs

@Suite struct `An answer with times` {
    static let lines = """
        {"audio_base64":"AQID","alignment":{"characters":["H","i"],"character_start_times_seconds":[0,0.1],"character_end_times_seconds":[0.1,0.25]},"normalized_alignment":null}

        {"audio_base64":"BA==","alignment":null,"normalized_alignment":{"characters":[" ","ü"],"character_start_times_seconds":[0.25,0.3],"character_end_times_seconds":[0.3,0.5]},"more":1}\r
        {"audio_base64":null,"alignment":null,"normalized_alignment":null}
        {"audio_base64":""}
        """

    static let expected = [
        TimedAudio(
            audio: [1, 2, 3],
            alignment: CharacterAlignment([
                .init("H", start: .zero, end: .milliseconds(100)),
                .init("i", start: .milliseconds(100), end: .milliseconds(250)),
            ])),
        TimedAudio(
            audio: [4],
            normalizedAlignment: CharacterAlignment([
                .init(" ", start: .milliseconds(250), end: .milliseconds(300)),
                .init("ü", start: .milliseconds(300), end: .milliseconds(500)),
            ])), TimedAudio(audio: []), TimedAudio(audio: []),
    ]

    @Test(arguments: [1, 2, 3, 7, 64, 100_000])
    func `is read from chunks that end anywhere`(size: Int) throws {
        let bytes = Array(Self.lines.utf8)
        var reader = TimedAudioReader()
        var pieces: [TimedAudio] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            pieces += try reader.read(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(reader.hasPartialLine)
        if let last = try reader.finish() { pieces.append(last) }
        #expect(pieces == Self.expected)
        #expect(!reader.hasPartialLine)
    }

    @Test(arguments: [
        "{\"audio_base64\":\"AQI", "{}", "[]", "null", "x", "{\"detail\":{\"message\":\"broken\"}}",
        "{\"audio_base64\":\"%%%\"}", "{\"audio_base64\":7}",
        "{\"audio_base64\":\"\",\"alignment\":{\"characters\":[\"a\"],\"character_start_times_seconds\":[],\"character_end_times_seconds\":[1]}}",
        "{\"audio_base64\":\"\",\"alignment\":{\"characters\":[\"a\"],\"character_start_times_seconds\":[1e300],\"character_end_times_seconds\":[1]}}",
    ])
    func `a line that is none of the API's is refused`(line: String) {
        var reader = TimedAudioReader()
        #expect(throws: InvalidTimedAudio.self) { try reader.read(Array((line + "\n").utf8)) }
        #expect(throws: InvalidTimedAudio.self) {
            _ = try reader.read(Array(line.utf8))
            _ = try reader.finish()
        }
    }

    @Test func `the text is that of its characters`() {
        #expect(Self.expected[0].alignment?.text == "Hi")
    }
}
