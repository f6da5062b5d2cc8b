import Testing

@testable import ElevenPipe

@Suite struct `Several inputs` {
    private static let two = "a: [audiotestsrc]\nb: [audiotestsrc: {freq: 880}]\n"
    private static let demux = "d: [filesrc: {location: x}, matroskademux: {name: demux}]\n"

    // MARK: - What is wrong

    static let forms: [BadFile] = [
        BadFile(file("a: [from: [], fakesink]"), "3:13", "an empty list"),
        BadFile(file("a: [from: {}, fakesink]"), "3:13", "names the branch that the data comes from"),
        BadFile(file(two + "m: [from: [a, [b]], audiomixer, fakesink]"), "5:17", "names one source"),
        BadFile(file(two + "m: [from: [a, {}], audiomixer, fakesink]"), "5:17", "names one source"),
        BadFile(
            file(two + "m: [from: [a, ], audiomixer: {}, fakesink]\nn: [from: [~], fakesink]"), "6:14", "'from' names"),
        BadFile(file(two + "m: [from: {a: 0.5, b: {}}, audiomixer, fakesink]"), "5:17", "{volume: -6dB}"),
        BadFile(file(two + "m: [from: {a: [x], b: {}}, audiomixer, fakesink]"), "5:17", "stand in a mapping"),
        BadFile(file(two + "m: [from: {a: {}, a: {}}, audiomixer, fakesink]"), "5:21", "a second time"),
        BadFile(file(two + "m: [from: {a: {pad: [x]}}, audiomixer, fakesink]"), "5:23", "the name of one input pad"),
        BadFile(file(two + "m: [from: {a: {pad: a.b}}, audiomixer, fakesink]"), "5:23", "as in sink_1"),
        BadFile(file(two + "m: [from: {a: {volume: {x: 1}}}, audiomixer, fakesink]"), "5:26", "not a mapping"),
        BadFile(file(two + "m: [from: a.b.c, fakesink]"), "5:13", "write BRANCH, or BRANCH.PAD or ELEMENT.PAD"),
        BadFile(file(two + "m: [from: .src, fakesink]"), "5:13", "is not a source"),
        BadFile(file(two + "m: [from: a., fakesink]"), "5:13", "is not a source"),
        BadFile(file(two + "m: [from: \"\", fakesink]"), "5:13", "is not a source"),
        BadFile(file(two + "m: [from: [{a: {}, b: {}}], audiomixer, fakesink]"), "5:22", "an entry of its own"),
        BadFile(
            file(two + "m: [from: {\"${x}\": {}}, audiomixer, fakesink]", head: "parameters: {x: a}\n"), "6:14",
            "in values, not in names"),
    ]

    static let wiring: [BadFile] = [
        BadFile(file(two + "m: [from: [a, bb], audiomixer, fakesink]"), "5:17", "did you mean 'b'?"),
        BadFile(file(two + "m: [from: {a: {}, nope: {}}, audiomixer, fakesink]"), "5:21", "there is no branch 'nope'"),
        BadFile(file(demux + "m: [from: demx.audio_0, fakesink]"), "4:13", "did you mean 'demux'?"),
        BadFile(file("d: [fakesrc, matroskademux]\nm: [from: matroskademux.audio_0, fakesink]"), "4:13", "a 'name'"),
        BadFile(file(demux + "m: [from: demux, fakesink]"), "4:13", "as in 'demux.audio_%u'"),
        BadFile(file(demux + "m: [from: demux.adio_0, fakesink]"), "4:13", "it has audio_%u, subtitle_%u, video_%u"),
        BadFile(file(demux + "m: [from: d.audio_x, fakesink]"), "4:13", "has no output pad 'audio_x'"),
        BadFile(file(two + "m: [from: a.sink, fakesink]"), "5:13", "it has src"),
        BadFile(
            file(demux + "m: [from: demux.audio_0, fakesink]\nn: [from: d.audio_0, fakesink]"), "5:13",
            "d.audio_0 is taken already at f:4:13"),
        BadFile(
            file("a: [audiotestsrc, volume: {name: v}, fakesink]\nb: [from: v.src, fakesink]"), "4:13",
            "goes to the next step at f:3:40 already"),
        BadFile(file(two + "m: [from: [a, b], wavenc, fakesink]"), "5:7", "'wavenc' takes one input, and 2 come in"),
        BadFile(file(two + "m: [from: [a, b], queue, audiomixer, fakesink]"), "5:7", "put before it 'audiomixer'"),
        BadFile(file(two + "m: [from: [a, b], \"audio/x-raw,rate=8000\", fakesink]"), "5:7", "takes one input"),
        BadFile(file(two + "m: [from: [a, b], audiotestsrc, fakesink]"), "5:21", "cannot follow 'from'"),
        BadFile(file(two + "m: [from: [a, b], audiomixer]"), "5:3", "nothing takes what the branch 'm' gives"),
        BadFile(file("a: [from: [b, c], audiomixer]\nb: [audiotestsrc]\nc: [from: a, volume]"), "5:13", "c → a → c"),
        BadFile(file("b: [audiotestsrc]\na: [from: [b, a], audiomixer]"), "4:17", "takes its data from itself"),
        BadFile(
            file(
                "a: [from: [c, x], audiomixer, tee: {name: t}, fakesink]\nc: [from: t.src_1, queue]\nx: [audiotestsrc]"),
            "4:13", "from each other"),
        BadFile(
            file(two + "m: [from: [a, b], flvmux, fakesink]\nn: [from: [a, b, a], hlssink2]"), "6:20",
            "no input pad left"),
    ]

    static let pads: [BadFile] = [
        BadFile(file(two + "m: [from: {a: {pad: snk_1}, b: {}}, audiomixer, fakesink]"), "5:14", "it has sink_%u"),
        BadFile(
            file(two + "m: [from: {a: {pad: sink_1}, b: {pad: sink_1}}, audiomixer, fakesink]"), "5:32",
            "is taken already at f:5:14"),
        BadFile(
            file(two + "m: [from: {a: {volum: 1}, b: {}}, audiomixer, fakesink]"), "5:18", "did you mean 'volume'?"),
        BadFile(file(two + "m: [from: {a: {volume: 11}, b: {}}, audiomixer, fakesink]"), "5:26", "allowed are 0 to 10"),
        BadFile(file(two + "m: [from: {a: {volume: 1dBx}, b: {}}, audiomixer, fakesink]"), "5:26", "as in 0.5 or -6dB"),
        BadFile(file(two + "m: [from: {a: {mute: maybe}, b: {}}, audiomixer, fakesink]"), "5:24", "not a boolean"),
        BadFile(file("a: [audiotestsrc]\nm: [from: {a: {volume: 1}}, fakesink]"), "4:18", "no property 'volume'"),
        BadFile(
            file(two + "m: [from: [a, b], audiomixer: {\"sink_2::volume\": 1}, fakesink]"), "5:34",
            "what comes in goes to sink_0, sink_1"),
        BadFile(
            file("a: [filesrc: {location: x}]\nm: [from: a, hlssink2]"), "4:16",
            "could take this: audio, video; say which, as in '- from: {BRANCH: {pad: audio}}'"),
        BadFile(file("a: [filesrc: {location: x}, parsebin]\nm: [from: a, splitmuxsink]"), "4:16", "say which"),
        BadFile(file(two + "m: [from: [a, b], matroskademux, fakesink]"), "5:7", "takes one input"),
        BadFile(
            file("a: [audiotestsrc, opusenc]\nb: [audiotestsrc]\nm: [from: [a, b], audiomixer, fakesink]"), "5:14",
            "put \'decodebin\' between"),
        BadFile(file(two + "m: [from: [a, b], mpegtsmux, fakesink]"), "5:14", "put an encoder between"),
    ]

    private func expect(_ bad: BadFile) {
        let found = findings(bad.text)
        #expect(
            found.contains { $0.hasPrefix("f:\(bad.place): ") && $0.contains(bad.words) },
            "\(found.joined(separator: "\n"))")
    }

    @Test(arguments: forms) func `what stands after from`(bad: BadFile) { expect(bad) }
    @Test(arguments: wiring) func `names, pads, circles and what can take several`(bad: BadFile) { expect(bad) }
    @Test(arguments: pads) func `input pads and their properties`(bad: BadFile) { expect(bad) }

    @Test func `a circle is told once, and only that`() {
        let found = findings(
            file("a: [from: [b, c], audiomixer]\nb: [from: [a, c], audiomixer]\nc: [from: [a, b], audiomixer]"))
        #expect(found.count == 1, "\(found)")
    }

    @Test func `a large graph of many joins is checked at once`() throws {
        // Diamonds in a row: as many ways through it as two to the power of sixty.
        var text = "s0: [audiotestsrc]\n"
        for row in 0..<60 {
            text += "l\(row): [from: s\(row), identity]\nr\(row): [from: s\(row), identity]\n"
            text += "s\(row + 1): [from: [l\(row), r\(row)], funnel]\n"
        }
        text += "end: [from: s60, wavenc, fakesink]"
        #expect(try checked(file(text)).plan.elements.count > 200)
    }

    // MARK: - What becomes of it

    @Test func `a list is linked in its order, each through a queue and one format`() throws {
        let graph = try checked(file(Self.two + "m: [from: [b, a], audiomixer, fakesink]"))
        let chain = ["queue", "audioconvert", "audioresample", "capsfilter"]
        #expect(graph.factories("m-input-1") == chain && graph.factories("m-input-2") == chain)
        #expect(graph.factories("m") == ["audiomixer", "capsfilter", "fakesink"])
        let links = graph.plan.links.filter { $0.to == "m-audiomixer-1" }
        #expect(links.map(\.toPad) == ["sink_%u", "sink_%u"])
        #expect(links.map(\.from) == ["m-input-1-caps-1", "m-input-2-caps-1"])
        #expect(graph.plan.links.first { $0.to == "m-input-1-queue-1" }?.from == "b-audiotestsrc-1")
        let caps = graph.plan.elements.filter { $0.factory == "capsfilter" }.flatMap(\.properties).map(\.value)
        let expected = Graph.Value.text("audio/x-raw,format=F32LE,layout=interleaved,rate=48000,channels=2")
        #expect(caps == [expected, expected, expected])
    }

    @Test(arguments: [
        ("audiomixer, \"audio/x-raw,rate=16000\"", "format=F32LE,layout=interleaved,rate=16000,channels=2"),
        ("audiomixer, volume, \"audio/x-raw,channels=1\"", "format=F32LE,layout=interleaved,rate=48000,channels=1"),
        (
            "audiomixer, \"audio/x-raw,format=S16LE,rate=[1,44100]\"",
            "format=S16LE,layout=interleaved,rate=44100,channels=2"
        ),
        (
            "audiomixer, \"audio/x-raw,format={S24LE,S16LE},rate={8000,12000}\"",
            "format=S16LE,layout=interleaved,rate=12000,channels=2"
        ),
        ("audiomixer, opusenc, \"audio/x-opus,rate=8000\"", "format=F32LE,layout=interleaved,rate=48000,channels=2"),
        ("concat", "format=F32LE,layout=interleaved,rate=48000,channels=2"),
        ("adder", "format=F32LE,layout=interleaved,rate=48000,channels=2"),
        (
            "liveadder, \"audio/x-raw,channels=6\"",
            "format=F32LE,layout=interleaved,rate=48000,channels=6,channel-mask=(bitmask)0x3f"
        ),
        (
            "audiointerleave, \"audio/x-raw,rate=8000,channels=2\"",
            "format=F32LE,layout=interleaved,rate=8000,channels=1"
        ),
        ("interleave", "format=F32LE,layout=interleaved,rate=48000,channels=1"),
    ])
    func `the format is the author's where there is one`(steps: String, caps: String) throws {
        let graph = try checked(file(Self.two + "m: [from: [a, b], \(steps), fakesink]"))
        let inputs = graph.plan.elements.filter { $0.branch == "m-input-2" && $0.factory == "capsfilter" }
        #expect(inputs.first?.properties.first?.value == .text("audio/x-raw,\(caps)"))
    }

    @Test(arguments: [
        ("channels=1", "channels=1", 1), ("channels=1", "rate=8000", 2), ("channels=2", "channels=6", 6),
    ])
    func `the widest input decides how many channels there are`(first: String, second: String, channels: Int) throws {
        let graph = try checked(
            file(
                "a: [audiotestsrc, \"audio/x-raw,\(first)\"]\nb: [audiotestsrc, \"audio/x-raw,\(second)\"]\n"
                    + "m: [from: [a, b], audiomixer, fakesink]"))
        let filter = graph.plan.elements.first { $0.name == "m-caps-1" }
        guard case .text(let caps)? = filter?.properties.first?.value else { Issue.record("no caps"); return }
        #expect(caps.contains("channels=\(channels)"), "\(caps)")
    }

    @Test(arguments: [
        ("concat", "format=S16LE", "", "format=S16LE,layout=interleaved,rate=48000"),
        ("concat", "format=S16LE", "format=S16LE", "format=S16LE,layout=interleaved,rate=48000"),
        ("concat", "format=S16LE", "format=S32LE", "format=F32LE,layout=interleaved,rate=48000"),
        ("audiointerleave", "format=S16LE", "", "format=S16LE,layout=interleaved,rate=48000"),
        ("audiomixer", "format=S16LE", "format=S16LE", "format=F32LE,layout=interleaved,rate=48000"),
        ("audiomixer", "rate=8000", "rate=8000", "format=F32LE,layout=interleaved,rate=8000"),
        ("audiomixer", "rate=8000", "", "format=F32LE,layout=interleaved,rate=48000"),
        ("audiomixer", "rate=8000", "rate=16000", "format=F32LE,layout=interleaved,rate=48000"),
    ])
    func `what all inputs have stays, but that samples are added in floating point`(
        element: String, first: String, second: String, format: String
    ) throws {
        let steps = [first, second].map { $0.isEmpty ? "[audiotestsrc]" : "[audiotestsrc, \"audio/x-raw,\($0)\"]" }
        let graph = try checked(
            file("a: \(steps[0])\nb: \(steps[1])\nm: [from: [a, b], \(element), fakesink]"))
        let filter = graph.plan.elements.first { $0.branch == "m-input-1" && $0.factory == "capsfilter" }
        guard case .text(let caps)? = filter?.properties.first?.value else {
            Issue.record("no caps")
            return
        }
        #expect(caps.hasPrefix("audio/x-raw,\(format),"), "\(caps)")
    }

    @Test func `channels side by side have their places`() throws {
        let graph = try checked(file(Self.two + "m: [from: [a, b], audiointerleave, wavenc, fakesink]"))
        #expect(
            graph.factories("m-input-2")
                == ["queue", "audioconvert", "audioresample", "capsfilter", "audioconvert", "capsfilter"])
        let masks = graph.plan.elements.filter { $0.name.hasSuffix("-caps-2") }.map(\.properties.first?.value)
        let caps = "audio/x-raw,format=F32LE,layout=interleaved,rate=48000,channels=1,channel-mask=(bitmask)"
        #expect(masks == [.text(caps + "0x1"), .text(caps + "0x2")])
    }

    @Test func `whoever cannot take the common format gets converters`() throws {
        let graph = try checked(file(Self.two + "m: [from: [a, b], audiomixer, opusenc, fakesink]"))
        #expect(
            graph.factories("m") == [
                "audiomixer", "capsfilter", "audioconvert", "audioresample", "opusenc", "fakesink",
            ])
        // Also behind the author's own caps.
        let filtered = try checked(
            file(Self.two + "m: [from: [a, b], audiomixer, \"audio/x-raw,rate=44100\", lamemp3enc, fakesink]"))
        #expect(
            filtered.factories("m")
                == [
                    "audiomixer", "capsfilter", "audioconvert", "audioresample", "capsfilter", "lamemp3enc", "fakesink",
                ])
        let float = try checked(file(Self.two + "m: [from: [a, b], audiomixer, vorbisenc, fakesink]"))
        #expect(float.factories("m") == ["audiomixer", "capsfilter", "vorbisenc", "fakesink"])
    }

    @Test func `encoded streams go into a muxer as they are`() throws {
        let graph = try checked(
            file("a: [audiotestsrc, opusenc]\nb: [audiotestsrc]\nm: [from: [a, b], matroskamux, fakesink]"))
        #expect(graph.factories("m-input-1") == ["queue"])
        #expect(graph.factories("m-input-2") == ["queue", "audioconvert", "audioresample"])
        #expect(graph.plan.links.filter { $0.to == "m-matroskamux-1" }.map(\.toPad) == ["audio_%u", "audio_%u"])
    }

    @Test func `pad properties and pads reach the plan`() throws {
        let graph = try checked(
            file(
                Self.two
                    + "m: [from: {a: {volume: \"${v}\", mute: ~}, b: {volume: -18dB, pad: sink_7}}, audiomixer, fakesink]",
                head: "parameters: {v: -3dB}\n"))
        let links = graph.plan.links.filter { $0.to == "m-audiomixer-1" }
        #expect(links.map(\.toPad) == ["sink_%u", "sink_7"])
        #expect(links.map { $0.padProperties.map(\.value) } == [["-3dB", .unset], ["-18dB"]])
    }

    @Test func `properties of numbered pads count the sources`() throws {
        let graph = try checked(
            file(Self.two + "m: [from: [a, b], audiomixer: {\"sink_1::volume\": 0.5}, fakesink]"))
        #expect(graph.plan.links.filter { $0.to == "m-audiomixer-1" }.map(\.toPad) == ["sink_0", "sink_1"])
    }

    @Test func `one branch with settings is linked directly where nothing is missing`() throws {
        let graph = try checked(
            file("a: [audiotestsrc, voaacenc, aacparse]\nm: [from: {a: {pad: audio}}, hlssink2]"))
        #expect(graph.factories("m") == ["hlssink2"] && graph.plan.links.last?.toPad == "audio")
        let raw = try checked(file("a: [audiotestsrc]\nm: [from: {a: {volume: 0.5}}, audiomixer, fakesink]"))
        #expect(raw.factories("m-input-1") == ["audioconvert", "audioresample"])
    }

    @Test func `a branch twice in one list gets a tee`() throws {
        let graph = try checked(file("a: [audiotestsrc]\nm: [from: [a, a], audiomixer, fakesink]"))
        #expect(graph.factories("a") == ["audiotestsrc", "tee"])
        #expect(graph.plan.links.filter { $0.from == "a-tee-1" }.count == 2)
    }

    @Test func `named pads of one element get a queue each, the next step too`() throws {
        let graph = try checked(
            file(
                "d: [filesrc: {location: x}, matroskademux: {name: demux}, fakesink]\n"
                    + "a: [from: demux.audio_0, decodebin, wavenc, fakesink]\nb: [from: \"demux.audio_%u\", fakesink]"))
        #expect(graph.factories("d") == ["filesrc", "matroskademux", "queue", "fakesink"])
        #expect(graph.factories("a") == ["queue", "decodebin", "audioconvert", "audioresample", "wavenc", "fakesink"])
        let links = graph.plan.links.filter { $0.from == "demux" }
        #expect(links.map(\.fromPad) == [nil, "audio_0", "audio_%u"])
        #expect(links.allSatisfy { $0.kind == .sometimes })
    }

    @Test func `the only pad of a branch's last element is the branch's end`() throws {
        let graph = try checked(file("a: [audiotestsrc]\nb: [from: a.src, fakesink]\nc: [from: a, fakesink]"))
        #expect(graph.factories("a") == ["audiotestsrc", "tee"])
    }

    @Test func `a graph made in Swift is the same as a file`() throws {
        let made = Graph(branches: [
            Graph.Branch("a", steps: [.element(Graph.Element("audiotestsrc"))]),
            Graph.Branch("b", steps: [.element(Graph.Element("audiotestsrc"))]),
            Graph.Branch(
                "m",
                from: Graph.Input([
                    Graph.Input.Source("a", properties: [Graph.Property("volume", "0.5")]),
                    Graph.Input.Source("b", inputPad: "sink_4"),
                    Graph.Input.Source("a"),
                ]),
                steps: [.element(Graph.Element("audiomixer")), .element(Graph.Element("fakesink"))]),
        ])
        let read = try Graph(yaml: made.yaml, fileName: "f")
        #expect(read.yaml == made.yaml)
        #expect(try made.checked().graph.yaml == read.checked().graph.yaml)
        #expect(Graph.Input.branches("a", "b") == Graph.Input([Graph.Input.Source("a"), Graph.Input.Source("b")]))
    }

    @Test(arguments: [
        "[a, b]", "[a, b, a]", "{a: {volume: 0.8}, b: {pad: sink_1}}", "[{a: {volume: -18dB}}, b, a.src]",
        "{a: {}, b: ~}", "[a]", "{a.src: {volume: 1}, b: {}}",
    ])
    func `expanding a graph of several inputs twice changes nothing`(from: String) throws {
        for element in ["audiomixer", "concat", "audiointerleave", "matroskamux"] {
            guard element == "audiomixer" || !from.contains("volume") else { continue }
            guard element != "matroskamux" || !from.contains("pad") else { continue }
            let once = try checked(
                file(
                    Self.two + "n: [from: b, fakesink]\nm: [from: \(from), \(element), fakesink]\n"
                        + (from.contains("b") ? "" : "k: [from: b, fakesink]")))
            let twice = try checked(once.graph.yaml)
            #expect(twice.graph.yaml == once.graph.yaml)
            let links: (CheckedGraph) -> [String] = {
                $0.plan.links.map {
                    "\($0.from).\($0.fromPad ?? "") \($0.to).\($0.toPad ?? "") \($0.kind) \($0.decideConverters) \($0.padProperties.map(\.value))"
                }
            }
            #expect(links(twice) == links(once))
        }
    }
}
