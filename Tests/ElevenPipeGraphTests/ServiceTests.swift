import ElevenLabsElements
import Testing

@testable import ElevenPipe

@Suite struct `Elements of the service` {
    init() throws { try ElevenLabsElements.register() }

    @Test(arguments: ["mp3_44100_128", "pcm_24000", "ulaw_8000", "opus_48000_64"])
    func `the output format decides what follows`(format: String) throws {
        let source = "a: [elevenlabstts: {text: x, voice-id: y, output-format: \(format)}]\n"
        let graph = try checked(file(source + "b: [from: a, fakesink]"))
        let isRaw = format.hasPrefix("pcm")
        #expect(graph.factories("b") == (isRaw ? ["audioconvert", "audioresample", "fakesink"] : ["fakesink"]))
        #expect(graph.plan.links.allSatisfy { !$0.decideConverters })
        let decoded = try checked(file(source + "b: [from: a, decodebin, autoaudiosink]"))
        #expect(decoded.factories("b") == ["decodebin", "audioconvert", "audioresample", "autoaudiosink"])
        let wave = findings(file(source + "b: [from: a, opusenc, fakesink]"))
        #expect(isRaw ? wave.isEmpty : wave.first?.contains("put 'decodebin' between them") == true, "\(wave)")
    }

    @Test func `the file's defaults are for every element that does not say otherwise`() throws {
        let text = file(
            """
            a: [elevenlabstts: {text: x, voice-id: own}, fakesink]
            b: [elevenlabstts: {text: x, stability: ~}, fakesink]
            c: [audiotestsrc, fakesink]
            """, head: "elevenlabs: {voice-id: all, stability: 0.4, base-url: \"http://localhost:1\"}\n")
        let graph = try checked(text)
        #expect(
            graph.plan.elements.map { $0.properties.map(\.name) } == [
                ["text", "voice-id", "stability"], [], ["text", "voice-id"], [], [], [],
            ])
        #expect(value("voice-id", in: graph) == "own")
        #expect(graph.graph.service.defaults.isEmpty)
        #expect(graph.graph.service.baseURL == "http://localhost:1")
        #expect(try checked(graph.graph.yaml).graph.yaml == graph.graph.yaml)
    }

    @Test(arguments: [
        ("elevenlabs: {stabilty: 1}\n", "f:2:14: error", "did you mean 'stability'?"),
        ("elevenlabs: {stability: 2}\n", "f:2:25: error", "out of range"),
        ("elevenlabs: {wave: sine}\n", "f:2:14: error", "no element of the service"),
        ("elevenlabs: {api-key-env: A, api-key-file: b}\n", "f:2:30: error", "exclude each other"),
        ("elevenlabs: {api-key-file: b, api-key-env: A}\n", "f:2:31: error", "exclude each other"),
        ("elevenlabs: {voice-id: a # b\n  }\n", "f:2:24: warning", "quote the text"),
    ])
    func `a wrong setting is told where it stands`(head: String, start: String, words: String) {
        let found = findings(file("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]", head: head))
        #expect(found.contains { $0.hasPrefix(start) && $0.contains(words) }, "\(found)")
    }

    @Test func `a decoder without the parser that it needs is told`() {
        let found = findings(file("a: [elevenlabstts: {text: x, voice-id: v}, mpg123audiodec, fakesink]"))
        #expect(found.first?.contains("put a parser between them, or 'decodebin'") == true, "\(found)")
    }

    @Test func `hyphens and underscores are taken for one another in suggestions`() {
        let found = findings(file("a: [elevenlabstts: {text: x, voice_id: v}, fakesink]"))
        #expect(found.contains { $0.contains("did you mean 'voice-id'?") }, "\(found)")
    }

    private static let givers = [
        "a: [elevenlabstts: {text: x, voice-id: y}, STEPS, fakesink]",
        "a: [elevenlabstts: {text: x, voice-id: y}]\nb: [from: a, STEPS, fakesink]",
        "a: [audiotestsrc, elevenlabsvoicechanger: {voice-id: y}, queue, STEPS, fakesink]",
        "a: [audiotestsrc, elevenlabsisolation, STEPS, fakesink]",
    ]

    @Test(arguments: givers, ["matroskamux", "mp4mux", "avimux"])
    func `a muxer that asks for what an MP3 stream does not say is told, with a cure`(giver: String, muxer: String) {
        let alone = findings(file(giver.replacing("STEPS", with: muxer)))
        #expect(alone.count == 1 && alone[0].contains("'\(muxer)' cannot take what 'elevenlabs"), "\(alone)")
        #expect(alone.first?.contains("put 'mpegaudioparse' between them") == true, "\(alone)")
        let cured = findings(file(giver.replacing("STEPS", with: "mpegaudioparse, \(muxer)")))
        #expect(cured == [])
        #expect(findings(file(giver.replacing("STEPS", with: "\"audio/mpeg\", id3v2mux"))) == [])
    }
}
