import ElevenLabsElements
import GStreamer
import Testing

@testable import ElevenPipe

/// A graph file with a mistake, and what is said about it: `line:column: severity: words`, the place exact.
struct BadFile: Sendable, CustomTestStringConvertible {
    let text: String
    let place: String
    let words: String
    var testDescription: String { "\(place) \(words)" }

    init(_ text: String, _ place: String, _ words: String) {
        self.text = text
        self.place = place
        self.words = words
    }

    /// A property of a source as somebody wrote it, in block style.
    static func property(_ line: String, _ place: String, _ words: String) -> BadFile {
        BadFile(file("a:\n  - filesrc:\n      \(line)\n  - fakesink"), place, words)
    }
}

@Suite struct `What is wrong with a file` {
    init() throws { try ElevenLabsElements.register() }

    private func expect(_ bad: BadFile) {
        let found = findings(bad.text)
        let start = bad.place.isEmpty ? "f: " : "f:\(bad.place): "
        #expect(found.contains { $0.hasPrefix(start) && $0.contains(bad.words) }, "\(found.joined(separator: "\n"))")
    }

    static let files: [BadFile] = [
        BadFile("", "", "the file is empty"),
        BadFile("# only a comment\n", "", "the file is empty"),
        BadFile("- a\n- b\n", "1:1", "not a graph file"),
        BadFile("42\n", "1:1", "not a graph file"),
        BadFile("{}\n", "1:1", "not a graph file"),
        BadFile("graph: {a: [fakesrc, fakesink]}\n", "", "'elevenpipe: 1' is missing"),
        BadFile("elevenpipe: 2\ngraph: {a: [fakesrc, fakesink]}\n", "1:13", "version '2'"),
        BadFile("elevenpipe: [1]\ngraph: {a: [fakesrc, fakesink]}\n", "1:13", "write 'elevenpipe: 1'"),
        BadFile("elevenpipe: 1\n", "", "'graph:' is missing"),
        BadFile("elevenpipe: 1\ngraph:\n", "2:1", "holds no branches"),
        BadFile("elevenpipe: 1\ngraph: [fakesrc, fakesink]\n", "2:8", "holds named branches, not a list"),
        BadFile("elevenpipe: 1\ngraph:\na:\n  - fakesrc\n", "3:1", "indent it, to stand under 'graph:'"),
        BadFile("elevenpipe: 1\ngrph: {}\n", "2:1", "did you mean 'graph'?"),
        BadFile("elevenpipe: 1\nuse: x\n", "2:1", "'use' is a step"),
        BadFile(file("a: [fakesrc, fakesink]", head: "insert: all\n"), "2:9", "can only be 'nothing'"),
        BadFile(file("a: [fakesrc, fakesink]", head: "name: [a]\n"), "2:7", "'name' is a text"),
        BadFile(file("a: [fakesrc, fakesink]\na: [fakesrc, fakesink]"), "4:3", "stands here a second time"),
        BadFile(file("a.b: [fakesrc, fakesink]"), "3:3", "must not hold a dot"),
        BadFile(file("'a b': [fakesrc, fakesink]"), "3:3", "letters, digits, '-' and '_'"),
    ]

    static let steps: [BadFile] = [
        BadFile(file("a: fakesrc"), "3:6", "a branch is a list of steps: write each after '- ', as in '- fakesrc'"),
        BadFile(file("a:\n  fakesrc:"), "4:5", "a branch is a list of steps"),
        BadFile(file("a:"), "3:3", "the branch 'a' is empty"),
        BadFile(file("a: []"), "3:3", "the branch 'a' is empty"),
        BadFile(file("a: [from: b]\nb: [fakesrc]"), "3:3", "no step after 'from'"),
        BadFile(file("a:\n  -\n  - fakesink"), "4:6", "an empty step"),
        BadFile(file("a: [{}, fakesink]"), "3:7", "an empty step"),
        BadFile(file("a: [[fakesrc, fakesink]]"), "3:7", "one element, not a list"),
        BadFile(file("a: [fakesrc ! fakesink]"), "3:7", "between '!'"),
        BadFile(file("a:\n  - audiotestsrc freq=3\n  - fakesink"), "4:7", "properties stand in a mapping"),
        BadFile(file("a: [audiotestsrc: 440, fakesink]"), "3:21", "{property: value}"),
        BadFile(
            file("a:\n  - audiotestsrc:\n    freq: 440\n  - fakesink"), "5:7",
            "'freq' stands at the level of 'audiotestsrc'"),
        BadFile(file("a:\n  - audiotestsrc:\n    fakesink:"), "5:7", "write 'fakesink' as a step of its own"),
        BadFile(
            file("a: [audiotestsrc, audio/x-raw,rate=16000, fakesink]"), "3:33",
            "write \"audio/x-raw,rate=16000\" in quotes"),
        BadFile(file("a: [audiotestsrc, \"music/song.mp3\", fakesink]"), "3:21", "a file is read with 'filesrc'"),
        BadFile(file("a: [audiotestsrc, \"audio/x-raw,=\", fakesink]"), "3:21", "is not caps"),
        BadFile(file("a: [audiotestsr, fakesink]"), "3:7", "did you mean 'audiotestsrc'?"),
        BadFile(file("a: [fakesrc, nothinglikeit, fakesink]"), "3:16", "there is no element 'nothinglikeit'"),
        BadFile(file("a: [fakesrc, \"${sink}\"]"), "3:16", "there is no parameter 'sink'"),
        BadFile(file("a:\n  - \"${x}\": {y: z}"), "4:7", "in values, not in names"),
    ]

    static let edges: [BadFile] = [
        BadFile(file("a: [from: nope, fakesink]"), "3:13", "there is no branch 'nope'"),
        BadFile(file("a: [from: speeech, fakesink]\nspeech: [fakesrc]"), "3:13", "did you mean 'speech'?"),
        BadFile(
            file("a: [from: tone, fakesink]\nb: [fakesrc: {name: tone}]"), "3:13",
            "'tone' is an element: name its branch, 'b'"),
        BadFile(file("a: [from: a, identity]"), "3:13", "takes its data from itself"),
        BadFile(file("a: [from: b, identity]\nb: [from: a, identity]"), "4:13", "from each other: b → a → b"),
        BadFile(file("a: [audiotestsrc]"), "3:3", "nothing takes what the branch 'a' gives"),
        BadFile(file("a: [audiotestsrc, \"audio/x-raw,rate=8000\"]"), "3:3", "nothing takes"),
        BadFile(file("a: [audiotestsrc, tee]"), "3:3", "nothing takes"),
        BadFile(
            file("a: [fakesrc, fakesink]\nb: [from: a, fakesink]"), "4:13",
            "ends with 'fakesink', which gives nothing on"),
        BadFile(file("a: [volume, fakesink]"), "3:7", "nothing feeds 'volume'"),
        BadFile(file("a: [audiomixer, fakesink]"), "3:7", "nothing feeds 'audiomixer'"),
        BadFile(file("a: [fakesrc]\nb: [from: a, fakesrc, fakesink]"), "4:16", "cannot follow 'from'"),
        BadFile(file("a: [fakesrc, audiotestsrc, fakesink]"), "3:16", "can only be the first step"),
        BadFile(file("a: [fakesrc, fakesink, fakesink]"), "3:16", "gives nothing on"),
        BadFile(file("a:\n  - fakesrc\n  - from: b\n  - fakesink\nb: [fakesrc]"), "5:7", "must be the first step"),
        BadFile(file("a:\n  - from: b\n  - from: b\n  - fakesink\nb: [fakesrc]"), "5:7", "has one 'from'"),
        BadFile(file("a:\n  - from: b\n    fakesink:\nb: [fakesrc]"), "4:7", "'from' stands alone"),
        BadFile(file("a:\n  - from:\n  - fakesink"), "4:12", "names the branch"),
        BadFile(file("a: [use: x.yaml]"), "3:12", "'x.yaml' cannot be used: there is no such file"),
        BadFile(file("a: {use: x.yaml}"), "3:6", "write each after '- ', as in '- use'"),
        BadFile(file("a: [fakesrc: {name: b}, fakesink]\nb: [fakesrc, fakesink]"), "3:23", "the name 'b' is taken"),
        BadFile(file("a: [fakesrc: {name: x}, fakesink: {name: x}]"), "3:44", "the name 'x' is taken"),
        BadFile(file("a: [fakesrc: {name: x.y}, fakesink]"), "3:23", "must not hold a dot"),
        BadFile(
            file("a: [fakesrc]\nb: [from: a, fakesink]\nc: [from: a, fakesink]", head: "insert: nothing\n"), "6:13",
            "must end with 'tee'"),
    ]

    static let values: [BadFile] = [
        BadFile(file("a: [audiotestsrc: {frq: 3}, fakesink]"), "3:22", "did you mean 'freq'?"),
        BadFile(file("a: [audiotestsrc: {nothing: 3}, fakesink]"), "3:22", "; it has "),
        BadFile(file("a: [audiotestsrc: {wave: sinus}, fakesink]"), "3:28", "not one of sine, square"),
        BadFile(file("a: [audiotestsrc: {num-buffers: -5}, fakesink]"), "3:35", "allowed are -1 to 2147483647"),
        BadFile(file("a: [audiotestsrc: {num-buffers: 1e3}, fakesink]"), "3:35", "not a whole number"),
        BadFile(file("a: [audiotestsrc: {num-buffers: 0x10}, fakesink]"), "3:35", "not a whole number"),
        BadFile(file("a: [audiotestsrc: {num-buffers: \" 10\"}, fakesink]"), "3:35", "not a whole number"),
        BadFile(file("a: [fakesrc, queue: {max-size-bytes: -1}, fakesink]"), "3:40", "out of range"),
        BadFile(
            file("a: [fakesrc, queue: {max-size-bytes: 99999999999}, fakesink]"), "3:40", "allowed are 0 to 4294967295"),
        BadFile(file("a: [audiotestsrc: {freq: nan}, fakesink]"), "3:28", "not a number"),
        BadFile(file("a: [audiotestsrc: {freq: 1e400}, fakesink]"), "3:28", "not a number"),
        BadFile(file("a: [audiotestsrc: {freq: 4 40}, fakesink]"), "3:28", "not a number"),
        BadFile(file("a: [audiotestsrc: {is-live: maybe}, fakesink]"), "3:31", "not a boolean"),
        BadFile(file("a: [audiotestsrc, volume: {volume: 11}, fakesink]"), "3:38", "allowed are 0 to 10"),
        BadFile(file("a: [audiotestsrc, volume: {volume: xdB}, fakesink]"), "3:38", "as in -6dB"),
        BadFile(file("a: [audiotestsrc: {volume: -6dBx}, fakesink]"), "3:30", "not a number, as in 0.5 or -6dB"),
        BadFile(file("a: [audiotestsrc: {freq: -6dB}, fakesink]"), "3:28", "not a number"),
        BadFile(file("a: [fakesrc: {last-message: x}, fakesink]"), "3:31", "it is read-only"),
        BadFile(file("a: [fakesrc: {num-buffers: [1]}, fakesink]"), "3:30", "not a list"),
        BadFile(file("a: [fakesrc: {num-buffers: {x: 1}}, fakesink]"), "3:30", "not a mapping"),
        BadFile(file("a: [fakesrc, capsfilter: {caps: \"audio/x-raw,=\"}, fakesink]"), "3:35", "is not caps"),
        BadFile(file("a: [playbin: {audio-sink: fakesink}]"), "3:29", "holds an object"),
        BadFile(
            file("a: [audiotestsrc, audiomixer: {\"sink_0::volum\": 1}, fakesink]"), "3:34", "did you mean 'volume'?"),
        BadFile(
            file("a: [audiotestsrc, audiomixer: {\"sink_0::volume\": 11}, fakesink]"), "3:52", "allowed are 0 to 10"),
        BadFile(
            file("a: [audiotestsrc, audiomixer: {\"nope::volume\": 1}, fakesink]"), "3:34", "no child or pad 'nope'"),
        BadFile(
            file("a: [audiotestsrc, audiomixer: {\"sink_0::volume\": 1, \"sink_1::volume\": 1}, fakesink]"), "3:55",
            "nothing would be linked to 'sink_1'"),
        BadFile(file("a: [audiotestsrc, audioconvert: {mix-matrix: [[x]]}, fakesink]"), "3:48", "not a number"),
    ]

    static let texts: [BadFile] = [
        BadFile(file("a:\n  - filesrc: {location: ${text}}\n  - fakesink"), "4:27", "'${…}' inside braces"),
        BadFile(
            file("a:\n  - filesrc: {location: Hello, World}\n  - fakesink"), "4:34", "an unquoted comma ended the text"),
        .property("location: Note: this", "5:23", "': ' inside a text"),
        .property("location: Hello #1 fan", "5:19", "warning: what follows the '#' is a comment"),
        .property("location: #1 fan", "5:18", "warning: the value is empty"),
        .property("location: [laughs] Hello", "5:19", "begins with '['"),
        .property("location: [laughs]", "5:19", "begins with '['"),
        .property("location: {laughs}", "5:19", "begins with '{'"),
        .property("location: {x} y", "5:19", "begins with '{'"),
        .property("location: *sighs* Hello", "5:19", "begin with '*'"),
        .property("location: *sighs", "5:19", "begins with '*'"),
        .property("location: & you", "5:19", "'&'"),
        .property("location: &you know", "5:19", "begins with '&'"),
        .property("location: !Hello you", "5:19", "begins with '!'"),
        .property("location: %50", "5:19", "begin with '%'"),
        .property("location: @you", "5:19", "begin with '@'"),
        .property("location: \"Hi,\" she said", "5:25", "closing quote"),
        .property("location: 'it's me'", "5:23", "closing quote"),
        .property("location: \"Hi", "5:19", "never closed"),
        .property("location: \"${open\"", "5:19", "without a '}'"),
        .property("location: \"${nope}\"", "5:19", "there is no parameter 'nope'"),
        BadFile(file("a:\n  - filesrc:\n\tlocation: x\n  - fakesink"), "5:3", "tab"),
    ]

    static let settings: [BadFile] = [
        BadFile(file("a: [fakesrc, fakesink]", head: "parameters: [a]\n"), "2:13", "'name: default'"),
        BadFile(file("a: [fakesrc, fakesink]", head: "parameters: {a.b: x}\n"), "2:14", "must not hold a dot"),
        BadFile(file("a: [fakesrc, fakesink]", head: "parameters: {a: [x]}\n"), "2:17", "one value"),
        BadFile(file("a: [fakesrc, fakesink]", head: "parameters: {a: {typ: x}}\n"), "2:18", "did you mean 'type'?"),
        BadFile(
            file("a: [fakesrc, fakesink]", head: "parameters: {a: {type: text, default: x}}\n"), "2:24",
            "string, integer, number, boolean, path"),
        BadFile(
            file("a: [fakesrc, fakesink]", head: "parameters: {a: {type: integer, default: x}}\n"), "2:14",
            "not a whole number"),
        BadFile(
            file("a: [fakesrc, fakesink]", head: "parameters: {a: {one-of: [b, c], default: x}}\n"), "2:14",
            "not one of b, c"),
        BadFile(
            file("a: [fakesrc, fakesink]", head: "parameters: {a: {required: true, default: x}}\n"), "2:28",
            "never missing"),
        BadFile(
            file("a: [fakesrc, fakesink]", head: "parameters: {a: {default: \"${b}\"}}\n"), "2:27",
            "cannot use parameters"),
        BadFile(file("a: [fakesrc, fakesink]", head: "parameters:\n  a:\n"), "3:3", "set it with --set a=VALUE"),
        BadFile(
            file("a: [fakesrc, fakesink]", head: "parameters: {a: x}\n"), "2:14",
            "warning: the parameter 'a' is not used"),
        BadFile(file("a: [fakesrc, fakesink]", head: "playback: {prebuffer: 500}\n"), "2:23", "a time with its unit"),
        BadFile(file("a: [fakesrc, fakesink]", head: "playback: {rebufer: 1s}\n"), "2:12", "did you mean 'rebuffer'?"),
        BadFile(file("a: [fakesrc, fakesink]", head: "playback: 1s\n"), "2:11", "'setting: value' lines"),
        BadFile(file("a: [fakesrc, fakesink]", head: "elevenlabs: {base-url: localhost}\n"), "2:24", "is an address"),
        BadFile(
            file("a: [fakesrc, fakesink]", head: "elevenlabs: {api-key-env: \"my key\"}\n"), "2:27",
            "environment variable"),
        BadFile(file("a: [fakesrc, fakesink]", head: "elevenlabs: {base-ur: x}\n"), "2:14", "did you mean 'base-url'?"),
    ]

    static let needs: [BadFile] = [
        BadFile(file("a: [filesrc, fakesink]"), "3:7", "'filesrc' needs the property 'location'"),
        BadFile(file("a: [fakesrc, filesink: {location: ~}]"), "3:16", "'filesink' needs the property 'location'"),
        BadFile(file("a: [elevenlabstts: {voice-id: v}, fakesink]"), "3:7", "needs the property 'text'"),
        BadFile(file("a: [elevenlabstts: {text: t}, fakesink]"), "3:7", "needs the property 'voice-id'"),
        BadFile(
            file("a: [elevenlabstts: {text: t, voice-id: ~}, fakesink]", head: "elevenlabs: {voice-id: v}\n"), "4:7",
            "needs the property 'voice-id'"),
        BadFile(file("a: [audiotestsrc, elevenlabsvoicechanger, fakesink]"), "3:21", "needs the property 'voice-id'"),
        BadFile(
            file("a: [fakesrc, filesink: {location: x}]\nb: [fakesrc, filesink: {location: x}]"), "4:37",
            "written twice: 'filesink' at f:3:37 writes it too"),
    ]

    @Test(arguments: needs) func `what must be set, and files of which there is one`(bad: BadFile) { expect(bad) }

    @Test(arguments: [
        file("a: [audiotestsrc, elevenlabsvoicechanger, fakesink]", head: "elevenlabs: {voice-id: v}\n"),
        file("a: [fakesrc, filesink: {location: /dev/null}]\nb: [fakesrc, filesink: {location: /dev/null}]"),
        file("a: [fakesrc, filesink: {location: x}]\nb: [fakesrc, filesink: {location: y}]"),
    ])
    func `nothing is missing`(text: String) { #expect(findings(text) == []) }

    @Test(arguments: files) func `the file as a whole`(bad: BadFile) { expect(bad) }
    @Test(arguments: steps) func `branches and steps`(bad: BadFile) { expect(bad) }
    @Test(arguments: edges) func `who takes data from whom`(bad: BadFile) { expect(bad) }
    @Test(arguments: values) func `values of properties`(bad: BadFile) { expect(bad) }
    @Test(arguments: texts) func `texts that need quotes`(bad: BadFile) { expect(bad) }
    @Test(arguments: settings) func `parameters and settings`(bad: BadFile) { expect(bad) }

    @Test(arguments: [
        ("avdec_mp3", "gstreamer1.0-libav"), ("nicesink", "gstreamer1.0-nice"),
        ("pipewiresink", "gstreamer1.0-pipewire"),
        ("espeak", "gstreamer1.0-espeak"), ("x264enc", "gstreamer1.0-plugins-ugly"),
        ("pulsesink", "gstreamer1.0-plugins-good"),
    ])
    func `an element that is not installed comes with its package`(element: String, package: String) {
        #expect(PackageTable.package(of: element) == package)
        guard ElementFactory(named: element) == nil else { return }
        let found = findings(file("a: [fakesrc, \(element), fakesink]"))
        #expect(
            found.contains { $0.hasPrefix("f:3:16: error") && $0.contains("the Debian package \(package)") }, "\(found)"
        )
    }

    @Test func `everything comes in one run, sorted by place`() {
        let found = findings(
            file(
                "b: [from: nope, fakesnk]\na:\n  - audiotestsrc: {wave: x, freq: y}\n  - from: b\nc: []",
                head: "insert: x\n")
        )
        let places = found.map { $0.prefix { $0 != " " } }
        #expect(places == ["f:2:9:", "f:4:13:", "f:4:19:", "f:6:28:", "f:6:37:", "f:7:7:", "f:8:3:"], "\(found)")
    }
}
