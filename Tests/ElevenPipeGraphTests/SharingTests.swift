import Testing

@testable import ElevenPipe

@Suite struct `Who shares a source` {
    private static let voice = "elevenlabsvoicechanger: {voice-id: JBFqnCBsd6RMkjVDRZzb, output-format: pcm_16000}"

    /// A graph, and the first step of each branch that takes from something shared.
    static let graphs: [(String, [String: String])] = [
        // Without an element that holds everything, a plain queue is enough.
        (
            "a: [audiotestsrc]\nb: [from: a, fakesink]\nc: [from: a, wavenc, fakesink]",
            ["b": "queue", "c": "queue"]
        ),
        // Speech to the speaker, and changed into a file.
        (
            "a: [audiotestsrc]\nplay: [from: a, autoaudiosink]\nfile: [from: a, \(voice), wavenc, filesink: {location: x}]",
            ["play": "spoolqueue", "file": "queue"]
        ),
        // Two of them: neither waits for the other.
        (
            "a: [audiotestsrc]\nb: [from: a, \(voice), fakesink]\nc: [from: a, audioconvert, elevenlabsisolation, fakesink]",
            ["b": "queue", "c": "queue"]
        ),
        // Not the first that looks at the data: what comes before it may block.
        (
            "a: [audiotestsrc]\nb: [from: a, volume, \(voice), fakesink]\nc: [from: a, fakesink]",
            ["b": "spoolqueue", "c": "spoolqueue"]
        ),
        // Further down, through another branch.
        (
            "a: [audiotestsrc]\nb: [from: a, volume]\nc: [from: b, \(voice), fakesink]\nd: [from: a, fakesink]",
            ["b": "spoolqueue", "d": "spoolqueue"]
        ),
        // The original and the changed voice into one mixer.
        (
            "a: [audiotestsrc]\nb: [from: a, \(voice)]\nm: [from: [a, b], audiomixer, fakesink]",
            ["b": "queue", "m-input-1": "spoolqueue", "m-input-2": "queue"]
        ),
        // The mixer waits for what another source's holder gives: the speaker beside it does not.
        (
            "a: [audiotestsrc]\nf: [audiotestsrc, \(voice)]\nplay: [from: a, autoaudiosink]\nm: [from: [a, f], audiomixer, fakesink]",
            ["play": "queue", "m-input-1": "spoolqueue", "m-input-2": "queue"]
        ),
        // The same below another tee.
        (
            "a: [audiotestsrc]\nb: [from: a, \(voice)]\nc: [from: a, volume]\nplay: [from: c, autoaudiosink]\nm: [from: [c, b], audiomixer, fakesink]",
            ["b": "queue", "c": "spoolqueue", "play": "queue", "m-input-1": "spoolqueue", "m-input-2": "queue"]
        ),
        // An author's queue has a bound.
        (
            "a: [audiotestsrc]\nplay: [from: a, queue, autoaudiosink]\nfile: [from: a, queue, \(voice), fakesink]",
            ["play": "spoolqueue", "file": "queue"]
        ),
        (
            "a: [audiotestsrc]\nplay: [from: a, spoolqueue, queue, autoaudiosink]\nfile: [from: a, \(voice), fakesink]",
            ["play": "spoolqueue", "file": "queue"]
        ),
        // Several pads of one element.
        (
            "a: [filesrc: {location: x}, matroskademux: {name: d}]\nb: [from: d.audio_0, opusdec, \(voice), fakesink]\nc: [from: d.audio_1, fakesink]",
            ["b": "spoolqueue", "c": "spoolqueue"]
        ),
        // `concat` leaves its second input alone until the first has ended.
        (
            "a: [audiotestsrc]\nb: [audiotestsrc]\nplay: [from: a, autoaudiosink]\nm: [from: [b, a], concat, fakesink]",
            ["play": "queue", "m-input-1": "queue", "m-input-2": "spoolqueue"]
        ),
        (
            "a: [audiotestsrc]\nm: [from: [a, a, a], concat, fakesink]",
            ["m-input-1": "queue", "m-input-2": "spoolqueue", "m-input-3": "spoolqueue"]
        ),
    ]

    @Test(arguments: graphs.indices)
    func `gets a queue that cannot hold up the others`(index: Int) throws {
        let (text, expected) = Self.graphs[index]
        let graph = try checked(file(text))
        for (branch, queue) in expected {
            #expect(graph.factories(branch).first == queue, "\(branch)\n\(graph.graph.yaml)")
        }
        #expect(graph.factories("play").dropFirst().first != "spoolqueue", "once")
        #expect(try checked(graph.graph.yaml).graph.yaml == graph.graph.yaml)
    }

    @Test(arguments: [
        // A file behind it, and a sink that can play at once.
        ("play: [from: a, autoaudiosink]\nfile: [from: a, \(voice), filesink: {location: x}]", true),
        ("play: [from: a, fakesink]\nfile: [from: a, \(voice), filesink: {location: x}]", true),
        ("play: [from: a, autoaudiosink]\nfile: [from: a, \(voice), filesink: {location: x, async: true}]", false),
        ("play: [from: a, autoaudiosink]\nfile: [from: a, \(voice), filesink: {location: x, sync: true}]", false),
        // Both behind it: they start together.
        ("b: [from: a, \(voice)]\nplay: [from: b, autoaudiosink]\nfile: [from: b, filesink: {location: x}]", false),
        ("play: [from: a, autoaudiosink]\nfile: [from: a, filesink: {location: x}]", false),
        // Behind it by way of a mixer.
        (
            "play: [from: a, autoaudiosink]\nb: [from: a, \(voice)]\nfile: [from: [a, b], audiomixer, filesink: {location: x}]",
            true
        ),
    ])
    func `a file that comes late is not waited for`(branches: String, isLate: Bool) throws {
        let graph = try checked(file("a: [audiotestsrc]\n" + branches))
        let sink = graph.plan.elements.first { $0.factory == "filesink" }
        #expect((sink?.properties.first { $0.name == "async" }?.value == "false") == isLate, "\(graph.graph.yaml)")
        let other = graph.plan.elements.first { $0.branch == "play" && $0.factory.hasSuffix("sink") }
        #expect(other?.properties.contains { $0.name == "async" } == false)
    }
}
