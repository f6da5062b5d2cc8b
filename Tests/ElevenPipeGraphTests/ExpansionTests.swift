import Testing

@testable import ElevenPipe

@Suite struct `What the engine puts in` {
    static let graphs = [
        file("a: [audiotestsrc: {num-buffers: 10}, autoaudiosink]"),
        file("a: [filesrc: {location: x.mp3}, decodebin]\nb: [from: a, autoaudiosink]"),
        file("b: [from: a, autoaudiosink]\na: [filesrc: {location: x.mp3}, decodebin]"),
        file(
            "a: [filesrc: {location: x}, decodebin]\nb: [from: a, autoaudiosink]\nc: [from: a, opusenc, oggmux, fakesink]"
        ),
        file("a: [audiotestsrc, volume: {volume: -6dB}, \"audio/x-raw,rate=16000\"]\nb: [from: a, wavenc, fakesink]"),
        file("a: [audiotestsrc, audiomixer: {\"sink_0::volume\": 0.5}, fakesink]"),
        file("a: [filesrc: {location: x}]\nb: [from: a, decodebin, wavenc, fakesink]"),
        file("a: [filesrc: {location: x}, parsebin]\nb: [from: a, fakesink]"),
        file("a: [uridecodebin: {uri: \"file:///x\"}, audioconvert, wavenc, fakesink]"),
        file("a: [filesrc: {location: x}, decodebin, videoconvert, autovideosink]"),
        file("a: [filesrc: {location: x}, decodebin, hlssink2]"),
        file("a: [audiotestsrc, audioconvert: {mix-matrix: [[1.0, -0.5]]}, fakesink]"),
        file("a: [audiotestsrc: {name: tone}, tee]\nb: [from: a, fakesink]\nc: [from: a, queue, fakesink]"),
        file(
            "a: [audiotestsrc]\nb: [from: a, audioconvert]\nc: [from: b, fakesink]\nd: [from: b, fakesink]",
            head: "name: \"${n}\"\nparameters: {n: \"a: b\"}\n"),
        file(
            "a: [filesrc: {location: \"$${x} $${\"}, fakesink]",
            head:
                "playback: {prebuffer: 0.25s, latency: 1ms}\nelevenlabs: {base-url: \"http://127.0.0.1:1\", api-key-file: k}\n"
        ),
        file("a: [filesrc: {location: \"a, b: c #d\\n\\\"e\\\"\"}, fakesink: {sync: ~}]"),
        file(
            "audiotestsrc: [audiotestsrc]\nx: [from: audiotestsrc, fakesink: {name: x-queue-1}]\ny: [from: audiotestsrc, fakesink]"
        ),
        file(
            "a: [audiotestsrc]\nb: [from: a, volume]\nc: [filesrc: {location: x}, decodebin]\n"
                + "m: [from: {a: {volume: -6dB}, b: {pad: sink_4}, c: {}}, audiomixer, opusenc, oggmux, fakesink]"),
        file("a: [audiotestsrc]\nb: [filesrc: {location: x}]\nm: [from: [a, b, a], concat, fakesink]"),
        file(
            "d: [filesrc: {location: x}, matroskademux: {name: demux}]\na: [from: demux.audio_0, parsebin]\n"
                + "b: [from: \"d.audio_%u\", decodebin]\nm: [from: [{a: {pad: \"audio_%u\"}}, b.src_0], matroskamux: {name: mux}, fakesink]"
        ),
        file(
            "a: [audiotestsrc, tee: {name: t}, queue, fakesink]\nm: [from: [t.src_1, \"t.src_%u\"], audiointerleave, fakesink]"
        ),
    ]

    @Test(arguments: graphs)
    func `expanding twice changes nothing`(text: String) throws {
        let once = try checked(text)
        let twice = try checked(once.graph.yaml)
        #expect(twice.graph.yaml == once.graph.yaml)
        let names: (CheckedGraph) -> [String] = { $0.plan.elements.map { "\($0.name) \($0.factory)" } }
        #expect(names(twice) == names(once))
        let links: (CheckedGraph) -> [String] = {
            $0.plan.links.map {
                "\($0.from) \($0.fromPad ?? "") \($0.to) \($0.toPad ?? "") \($0.kind) \($0.decideConverters)"
            }
        }
        #expect(links(twice) == links(once))
    }

    @Test(arguments: graphs)
    func `a plan names every element once and links only those`(text: String) throws {
        let plan = try checked(text).plan
        let names = plan.elements.map(\.name)
        #expect(Set(names).count == names.count)
        for link in plan.links {
            let from = try #require(names.firstIndex(of: link.from))
            let to = try #require(names.firstIndex(of: link.to))
            #expect(from < to, "data's order")
        }
    }

    @Test func `a decoder's audio gets converters, its video none`() throws {
        let audio = try checked(file("a: [filesrc: {location: x}, decodebin, wavenc, fakesink]"))
        #expect(
            audio.factories("a") == ["filesrc", "decodebin", "audioconvert", "audioresample", "wavenc", "fakesink"])
        let video = try checked(file("a: [filesrc: {location: x}, decodebin, queue, videoconvert, fakesink]"))
        #expect(video.factories("a") == ["filesrc", "decodebin", "queue", "videoconvert", "fakesink"])
        #expect(video.plan.links.map(\.kind) == [.static, .sometimes, .static, .static])
    }

    @Test func `raw audio that crosses into a branch gets converters`() throws {
        let graph = try checked(file("a: [audiotestsrc]\nb: [from: a, opusenc, oggmux, fakesink]"))
        #expect(graph.factories("b") == ["audioconvert", "audioresample", "opusenc", "oggmux", "fakesink"])
        #expect(graph.plan.elements.filter(\.isInserted).map(\.name) == ["b-audioconvert-1", "b-audioresample-1"])
        #expect(graph.plan.links.allSatisfy { !$0.decideConverters })
    }

    @Test func `encoded audio is linked as it is`() throws {
        let graph = try checked(file("a: [audiotestsrc, opusenc]\nb: [from: a, oggmux, fakesink]"))
        #expect(graph.factories("b") == ["oggmux", "fakesink"])
        let known = try checked(
            file("a: [filesrc: {location: x}, \"audio/mpeg,mpegversion=1\"]\nb: [from: a, fakesink]"))
        #expect(known.factories("b") == ["fakesink"])
        #expect(known.plan.links.allSatisfy { !$0.decideConverters })
    }

    @Test func `what only the running tells is decided then`() throws {
        let graph = try checked(file("a: [filesrc: {location: x}]\nb: [from: a, autoaudiosink]"))
        #expect(graph.plan.links.map(\.decideConverters) == [true])
        let silent = try checked(
            file("a: [filesrc: {location: x}]\nb: [from: a, autoaudiosink]", head: "insert: nothing\n"))
        #expect(silent.plan.links.map(\.decideConverters) == [true], "what no file can say is decided there too")
        let decoder = try checked(file("a: [filesrc: {location: x}]\nb: [from: a, decodebin, fakesink]"))
        #expect(decoder.plan.links.first?.decideConverters == false)
    }

    @Test func `what passes anything on passes its format on`() throws {
        let graph = try checked(file("a: [audiotestsrc, queue, identity, tee]\nb: [from: a, fakesink]"))
        // Another one may come to the tee, so that a lone consumer has a queue too.
        #expect(graph.factories("b") == ["queue", "audioconvert", "audioresample", "fakesink"])
        #expect(graph.plan.links.map(\.kind) == [.static, .static, .static, .request, .static, .static, .static])
    }

    @Test(arguments: [
        ("audioconvert, audioresample, opusenc", ["audioconvert", "audioresample", "opusenc"]),
        ("audioresample, audioconvert, opusenc", ["audioresample", "audioconvert", "opusenc"]),
        ("queue, audioconvert, audioresample, opusenc", ["queue", "audioconvert", "audioresample", "opusenc"]),
        ("audioconvert, opusenc", ["audioconvert", "audioresample", "opusenc"]),
        ("audioresample, opusenc", ["audioconvert", "audioresample", "opusenc"]),
        ("queue, opusenc", ["queue", "audioconvert", "audioresample", "opusenc"]),
    ])
    func `what the author has put there is not put there again`(steps: String, expected: [String]) throws {
        let graph = try checked(file("a: [audiotestsrc]\nb: [from: a, \(steps), fakesink]"))
        #expect(graph.factories("b") == expected + ["fakesink"])
        let before = try checked(
            file("a: [audiotestsrc, audioconvert, audioresample]\nb: [from: a, opusenc, fakesink]"))
        #expect(before.factories("b") == ["opusenc", "fakesink"])
    }

    @Test func `several consumers get a tee and a queue each`() throws {
        let graph = try checked(file("a: [audiotestsrc]\nb: [from: a, fakesink]\nc: [from: a, queue2, fakesink]"))
        #expect(graph.factories("a") == ["audiotestsrc", "tee"])
        #expect(graph.factories("b") == ["queue", "audioconvert", "audioresample", "fakesink"])
        #expect(graph.factories("c") == ["queue2", "audioconvert", "audioresample", "fakesink"])
    }

    @Test func `with insert nothing, nothing is put in`() throws {
        let graph = try checked(
            file("a: [filesrc: {location: x}, decodebin]\nb: [from: a, autoaudiosink]", head: "insert: nothing\n"))
        #expect(graph.plan.elements.map(\.factory) == ["filesrc", "decodebin", "autoaudiosink"])
    }

    @Test func `a caps step becomes a filter`() throws {
        let plan = try checked(file("a: [audiotestsrc, \"audio/x-raw,rate=16000\", fakesink]")).plan
        let filter = try #require(plan.elements.first { $0.factory == "capsfilter" })
        #expect(filter.properties.map(\.value) == ["audio/x-raw,rate=16000"])
        #expect(!filter.isInserted)
    }

    @Test func `a pad with properties is the pad that is linked`() throws {
        let plan = try checked(file("a: [audiotestsrc, audiomixer: {\"sink_0::volume\": 0.5}, fakesink]")).plan
        #expect(plan.links.map(\.toPad) == ["sink_0", nil])
        let muxer = try checked(file("a: [audiotestsrc, opusenc, matroskamux, fakesink]")).plan
        #expect(muxer.links.map(\.toPad) == [nil, "audio_%u", nil])
    }

    @Test(arguments: [
        ("audiotestsrc, mpg123audiodec, fakesink", "3:21", "put an encoder between"),
        (
            "audiotestsrc, \"audio/x-raw,rate=11111\", opusenc, fakesink", "3:47",
            "it takes rate 48000, { 8000, 12000, 16000, 24000 }, and gets rate 11111; put 'audioconvert' and 'audioresample' between"
        ),
        ("fakesrc, \"audio/mpeg,mpegversion=1,layer=3\", wavenc, fakesink", "3:52", "put 'decodebin' between"),
        (
            "fakesrc, \"audio/x-nobody-knows\", decodebin, fakesink", "3:40",
            "no installed decoder takes audio/x-nobody-knows"
        ),
        ("audiotestsrc, videoconvert, fakesink", "3:21", "cannot take what 'audiotestsrc' gives"),
        ("audiotestsrc, queue, mpg123audiodec, fakesink", "3:28", "put an encoder between"),
    ])
    func `formats that can never agree are told`(steps: String, place: String, words: String) {
        let found = findings(file("a: [\(steps)]"))
        #expect(found.contains { $0.hasPrefix("f:\(place): error") && $0.contains(words) }, "\(found)")
    }
}
