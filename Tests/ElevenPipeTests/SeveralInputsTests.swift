import Foundation
import GStreamer
import Testing

@testable import ElevenPipe

/// Runs a graph that needs no service; each line is a branch.
func run(branches: String, head: String = "") async throws -> RunRecord {
    let lines = branches.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    return await record(try makePipeline("elevenpipe: 1\n\(head)graph:\n\(lines)\n", port: 1))
}

/// Runs a graph as it stands, and as `expand` prints it.
func runBothWays(branches: String, check: (RunRecord) throws -> Void) async throws {
    let lines = branches.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    let text = "elevenpipe: 1\ngraph:\n\(lines)\n"
    try check(await record(try makePipeline(text, port: 1)))
    let expanded = try Graph(yaml: text, fileName: "test.yaml").checked().graph.yaml
    try check(await record(try makePipeline(expanded, port: 1)))
}

/// A second of a tone, as a step and the caps after it.
private func tone(_ caps: String = "rate=48000", seconds: Double = 1, volume: Double = 0.4, freq: Int = 440) -> String {
    let rate = caps.split(separator: ",").first { $0.hasPrefix("rate=") }.flatMap { Int($0.dropFirst(5)) } ?? 48000
    let buffers = Int(seconds * 20)
    return "audiotestsrc: {num-buffers: \(buffers), samplesperbuffer: \(rate / 20), volume: \(volume), freq: \(freq)},"
        + " \"audio/x-raw,\(caps)\""
}

@Suite(.serialized, .timeLimit(.minutes(3))) struct `Several inputs at run time` {
    private func sound(_ folder: TemporaryFolder, _ name: String) throws -> Sound {
        try Sound(try #require(folder.contents(of: name)))
    }

    @Test func `a mixer of different rates and channels agrees every time`() async throws {
        let folder = try TemporaryFolder()
        for number in 0..<100 {
            let record = try await run(
                branches: """
                    a: [\(tone("rate=8000,channels=1"))]
                    b: [\(tone("rate=22050,channels=2", freq: 880))]
                    c: [\(tone("rate=44100,channels=1", freq: 1300))]
                    m: [from: [a, b, c], audiomixer, wavenc, filesink: {location: \(folder.file("m.wav"))}]
                    """)
            #expect(record.error == nil, "run \(number): \(record.error as Any)")
            let sound = try sound(folder, "m.wav")
            #expect(sound.rate == 48000 && sound.channelCount == 2)
            #expect(abs(sound.seconds - 1) < 0.01 && sound.peak() > 1, "run \(number): \(sound.seconds)")
            if record.error != nil { return }
        }
    }

    @Test func `channels side by side agree every time, left and right`() async throws {
        let folder = try TemporaryFolder()
        for number in 0..<100 {
            let record = try await run(
                branches: """
                    a: [\(tone("rate=8000,channels=1", volume: 0.1))]
                    b: [\(tone("rate=44100,channels=2", volume: 0.8, freq: 300))]
                    m: [from: [a, b], audiointerleave, audioconvert, "audio/x-raw,format=S16LE,channels=2,channel-mask=(bitmask)0x3", wavenc, filesink: {location: \(folder.file("i.wav"))}]
                    """)
            #expect(record.error == nil, "run \(number): \(record.error as Any)")
            if record.error != nil { return }
            let sound = try sound(folder, "i.wav")
            #expect(sound.channelCount == 2 && abs(sound.seconds - 1) < 0.01, "run \(number): \(sound.seconds)")
            #expect(abs(sound.peak(0) - 0.1) < 0.02 && abs(sound.peak(1) - 0.8) < 0.05)
        }
    }

    @Test func `a branch that ends early leaves the rest of the mix alone`() async throws {
        let folder = try TemporaryFolder()
        try await runBothWays(
            branches: """
                a: [\(tone("rate=16000,channels=1", seconds: 0.5, volume: 0.4))]
                b: [\(tone("rate=48000,channels=1", seconds: 2, volume: 0.2))]
                m: [from: [a, b], audiomixer, wavenc, filesink: {location: \(folder.file("m.wav"))}]
                """
        ) { record in
            #expect(record.error == nil)
            let sound = try sound(folder, "m.wav")
            #expect(abs(sound.seconds - 2) < 0.01)
            #expect(sound.peak(from: 0.1, to: 0.4) > 0.5, "both")
            #expect(abs(sound.peak(from: 0.6) - 0.2) < 0.01, "the longer one alone, to its end")
            #expect(abs(sound.peak(from: 1.9) - 0.2) < 0.01)
        }
    }

    @Test func `eight sources add up in one mixer`() async throws {
        let folder = try TemporaryFolder()
        let rates = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000]
        let sources = rates.enumerated().map { "s\($0): [\(tone("rate=\($1),channels=1", volume: 0.05))]" }
        let names = rates.indices.map { "s\($0)" }.joined(separator: ", ")
        for _ in 0..<10 {
            let record = try await run(
                branches: sources.joined(separator: "\n")
                    + "\nm: [from: [\(names)], audiomixer, wavenc, filesink: {location: \(folder.file("m.wav"))}]")
            #expect(record.error == nil)
            let sound = try sound(folder, "m.wav")
            // In phase but for the resamplers' delay.
            #expect(abs(sound.peak(from: 0.2, to: 0.8) - 0.4) < 0.02 && abs(sound.seconds - 1) < 0.01)
        }
    }

    @Test func `decibels on an input pad lower that input and no other`() async throws {
        let folder = try TemporaryFolder()
        try await runBothWays(
            branches: """
                a: [\(tone("rate=48000,channels=1", volume: 0.8))]
                b: [\(tone("rate=48000,channels=1", seconds: 2, volume: 0.4))]
                m: [from: {a: {volume: -18dB}, b: {offset: 1000000000}}, audiomixer, wavenc, filesink: {location: \(folder.file("m.wav"))}]
                """
        ) { record in
            #expect(record.error == nil)
            let sound = try sound(folder, "m.wav")
            let lowered = 0.8 * 0.125892541
            #expect(abs(sound.peak(from: 0.1, to: 0.9) - lowered) < 0.001, "18 dB down")
            #expect(abs(sound.peak(from: 1.1) - 0.4) < 0.001, "untouched, and a second late")
            #expect(abs(sound.seconds - 3) < 0.01)
        }
    }

    @Test func `concat plays in the order of the list, to the last sample`() async throws {
        let folder = try TemporaryFolder()
        for order in [["a", "b"], ["b", "a"]] {
            try await runBothWays(
                branches: """
                    a: [\(tone("rate=16000,channels=1,format=S16LE", seconds: 1, volume: 0.1))]
                    b: [\(tone("rate=16000,channels=1,format=S16LE", seconds: 2, volume: 0.8))]
                    m: [from: [\(order.joined(separator: ", "))], concat, "audio/x-raw,rate=16000", wavenc, filesink: {location: \(folder.file("c.wav"))}]
                    """
            ) { record in
                #expect(record.error == nil)
                let sound = try sound(folder, "c.wav")
                #expect(sound.frames == 48000 && sound.rate == 16000)
                let loudFirst = order == ["b", "a"]
                #expect(abs(sound.peak(to: 0.9) - (loudFirst ? 0.8 : 0.1)) < 0.01)
                #expect(abs(sound.peak(from: 2.1) - (loudFirst ? 0.1 : 0.8)) < 0.01)
            }
        }
    }

    @Test func `late pads are asked for in the order of the list, too`() async throws {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] {
            let volume = name == "one" ? 0.1 : 0.8
            _ = try await run(
                branches:
                    "a: [\(tone("rate=16000,channels=1,format=S16LE", volume: volume)), wavenc, filesink: {location: \(folder.file(name))}]"
            )
        }
        for _ in 0..<20 {
            let record = try await run(
                branches: """
                    b: [filesrc: {location: \(folder.file("two"))}, decodebin]
                    a: [filesrc: {location: \(folder.file("one"))}, decodebin]
                    m: [from: [a, b], concat, "audio/x-raw,rate=16000,channels=1,format=S16LE", wavenc, filesink: {location: \(folder.file("c.wav"))}]
                    """)
            #expect(record.error == nil)
            let sound = try sound(folder, "c.wav")
            #expect(sound.frames == 32000 && abs(sound.peak(to: 0.9) - 0.1) < 0.01 && sound.peak(from: 1.1) > 0.7)
        }
    }

    // MARK: - Muxers

    @Test(arguments: [
        ("opusenc", "matroskamux", "matroskademux", "audio_0", "audio_1"),
        ("opusenc", "mp4mux", "qtdemux", "audio_0", "audio_1"),
        ("opusenc", "oggmux", "oggdemux", "src_%08x", "src_%08x"),
        ("voaacenc, aacparse", "mpegtsmux", "tsdemux", "audio_%01x_%05x", "audio_%01x_%05x"),
    ])
    func `a muxer takes two audio streams, and each comes out again`(
        encoder: String, muxer: String, demuxer: String, first: String, second: String
    ) async throws {
        let folder = try TemporaryFolder()
        let written = try await run(
            branches: """
                a: [\(tone("rate=48000,channels=1", volume: 0.1)), audioconvert, \(encoder)]
                b: [\(tone("rate=48000,channels=2", volume: 0.8, freq: 880)), audioconvert, \(encoder)]
                m: [from: [a, b], \(muxer), filesink: {location: \(folder.file("x"))}]
                """)
        #expect(written.error == nil, "\(written.error as Any)")
        guard demuxer != "tsdemux" else {
            #expect((folder.contents(of: "x")?.count ?? 0) > 10000)
            return
        }
        try await runBothWays(
            branches: """
                in: [filesrc: {location: \(folder.file("x"))}, \(demuxer): {name: demux}]
                one: [from: "demux.\(first)", decodebin, "audio/x-raw,format=S16LE", wavenc, filesink: {location: \(folder.file("1.wav"))}]
                two: [from: "in.\(second)", decodebin, "audio/x-raw,format=S16LE", wavenc, filesink: {location: \(folder.file("2.wav"))}]
                """
        ) { record in
            #expect(record.error == nil, "\(record.error as Any)")
            let peaks = [try sound(folder, "1.wav"), try sound(folder, "2.wav")].map { $0.peak(from: 0.2, to: 0.8) }
            #expect(abs((peaks.min() ?? 0) - 0.1) < 0.05 && abs((peaks.max() ?? 0) - 0.8) < 0.1, "\(peaks)")
            if !first.contains("%") { #expect(peaks[0] < peaks[1], "by name") }
        }
    }

    @Test func `hlssink2 gets its audio where it is told`() async throws {
        let folder = try TemporaryFolder()
        try await runBothWays(
            branches: """
                a: [\(tone("rate=48000,channels=1", seconds: 3)), audioconvert, voaacenc, aacparse]
                m: [from: {a: {pad: audio}}, hlssink2: {target-duration: 1, location: "\(folder.file("s%03d.ts"))", playlist-location: "\(folder.file("p.m3u8"))"}]
                """
        ) { record in
            #expect(record.error == nil, "\(record.error as Any)")
            let list = String(decoding: try #require(folder.contents(of: "p.m3u8")), as: UTF8.self)
            #expect(list.contains("s000.ts") && list.contains("#EXT-X-ENDLIST"))
            #expect((folder.contents(of: "s000.ts")?.count ?? 0) > 1000)
        }
    }

    // MARK: - Named pads

    @Test func `deinterleave gives a channel to each who names it`() async throws {
        let folder = try TemporaryFolder()
        try await runBothWays(
            branches: """
                l: [\(tone("rate=16000,channels=1", volume: 0.1))]
                r: [\(tone("rate=48000,channels=1", volume: 0.8))]
                both: [from: [l, r], audiointerleave, deinterleave: {name: split}]
                left: [from: split.src_0, "audio/x-raw,format=S16LE", wavenc, filesink: {location: \(folder.file("l.wav"))}]
                right: [from: both.src_1, "audio/x-raw,format=S16LE", wavenc, filesink: {location: \(folder.file("r.wav"))}]
                """
        ) { record in
            #expect(record.error == nil, "\(record.error as Any)")
            let peaks = (try sound(folder, "l.wav").peak(), try sound(folder, "r.wav").peak())
            #expect(abs(peaks.0 - 0.1) < 0.02 && abs(peaks.1 - 0.8) < 0.02, "\(peaks)")
        }
    }

    @Test func `a pad that the stream does not have is told with those it has`() async throws {
        let folder = try TemporaryFolder()
        _ = try await run(
            branches: """
                a: [\(tone()), opusenc, matroskamux, filesink: {location: \(folder.file("x.mkv"))}]
                """)
        let record = try await run(
            branches: """
                in: [filesrc: {location: \(folder.file("x.mkv"))}, matroskademux: {name: demux}]
                one: [from: demux.audio_0, fakesink]
                two: [from: demux.audio_3, fakesink]
                """)
        let error = try #require(record.error)
        #expect(
            error.message.contains("has no pad 'audio_3'") && error.message.contains("audio_0 (audio/x-opus)"),
            "\(error)")
        #expect(error.location?.line == 5)
    }

    // MARK: - What only the stream tells

    @Test func `raw audio behind parsebin is converted in a printed graph too`() async throws {
        let folder = try TemporaryFolder()
        _ = try await run(
            branches: """
                a: [\(tone("rate=22050,channels=1,format=S16LE")), wavenc, filesink: {location: \(folder.file("x.wav"))}]
                """)
        try await runBothWays(
            branches: """
                a: [filesrc: {location: \(folder.file("x.wav"))}, parsebin]
                b: [from: a, opusenc, oggmux, filesink: {location: \(folder.file("x.ogg"))}]
                """
        ) { record in
            #expect(record.error == nil, "\(record.error as Any)")
            #expect((folder.contents(of: "x.ogg")?.count ?? 0) > 5000)
        }
    }

    @Test func `bytes without caps go from branch to branch`() async throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        try String(decoding: bytes.map { $0 & 0x7f }, as: UTF8.self)
            .write(toFile: folder.file("x"), atomically: true, encoding: .utf8)
        try await runBothWays(
            branches: """
                a: [filesrc: {location: \(folder.file("x"))}]
                b: [from: a, filesink: {location: \(folder.file("y"))}]
                """
        ) { record in
            #expect(record.error == nil, "\(record.error as Any)")
            let isSame = folder.contents(of: "x") == folder.contents(of: "y")
            #expect(isSame)
        }
    }

    // MARK: - Ends

    @Test func `an error in one branch ends the run and finalises the others' files`() async throws {
        let folder = try TemporaryFolder()
        let record = try await run(
            branches: """
                a: [audiotestsrc: {is-live: true, samplesperbuffer: 480}, "audio/x-raw,rate=48000,channels=1,format=S16LE"]
                good: [from: a, wavenc, filesink: {location: \(folder.file("good.wav"))}]
                bad: [from: a, identity: {error-after: 30}, fakesink]
                """)
        let error = try #require(record.error)
        #expect(error.location?.line == 5 && error.element == "bad-identity-1", "\(error)")
        let file = try #require(error.files.first)
        #expect(file.isPartial && file.isFinalised)
        let frames = try sound(folder, "good.wav").frames
        #expect(frames > 5000)
    }

    @Test func `a consumer of a tee that ends early does not end the others`() async throws {
        let folder = try TemporaryFolder()
        for number in 0..<20 {
            try await runBothWays(
                branches: """
                    a: [\(tone("rate=48000,channels=1,format=S16LE", seconds: 2))]
                    short: [from: a, identity: {eos-after: 5}, fakesink]
                    whole: [from: a, wavenc, filesink: {location: \(folder.file("a.wav"))}]
                    """
            ) { record in
                #expect(record.error == nil, "run \(number): \(record.error as Any)")
                let frames = try sound(folder, "a.wav").frames
                #expect(frames == 96000, "run \(number)")
            }
        }
    }

    // MARK: - Beside an element that holds everything

    @Test(arguments: [20, 720])
    func `nobody who shares a source with an element that holds everything is blocked`(seconds: Int) async throws {
        try TestHolder.register()
        let folder = try TemporaryFolder()
        try await runBothWays(
            branches: """
                a: [audiotestsrc: {num-buffers: \(seconds), samplesperbuffer: 16000, volume: 0.25}, "audio/x-raw,rate=16000,channels=1,format=S16LE"]
                play: [from: a, fakesink]
                changed: [from: a, testholder]
                file: [from: changed, wavenc, filesink: {location: \(folder.file("c.wav"))}]
                mix: [from: [a, changed], audiomixer, "audio/x-raw,rate=16000,channels=1,format=S16LE", wavenc, filesink: {location: \(folder.file("m.wav"))}]
                """
        ) { record in
            #expect(record.error == nil, "\(record.error as Any)")
            let (held, mixed) = (try sound(folder, "c.wav"), try sound(folder, "m.wav"))
            #expect(held.frames == seconds * 16000 && mixed.frames == seconds * 16000)
            #expect(abs(mixed.peak(from: Double(seconds) - 1) - 0.5) < 0.01, "both, to the end")
        }
    }

    @Test func `what plays beside a held branch has the clock's time from the start`() async throws {
        try TestHolder.register()
        let folder = try TemporaryFolder()
        try await runBothWays(
            branches: """
                a: [\(tone("rate=16000,channels=1,format=S16LE", seconds: 2))]
                play: [from: a, fakesink: {sync: true}]
                file: [from: a, testholder, wavenc, filesink: {location: \(folder.file("c.wav"))}]
                """
        ) { record in
            #expect(record.error == nil)
            let frames = try sound(folder, "c.wav").frames
            #expect(frames == 32000)
        }
    }

    @Test func `the second input of concat may come from the first one's source`() async throws {
        let folder = try TemporaryFolder()
        try await runBothWays(
            branches: """
                a: [\(tone("rate=16000,channels=1,format=S16LE", seconds: 10))]
                twice: [from: [a, a], concat, "audio/x-raw,rate=16000", wavenc, filesink: {location: \(folder.file("c.wav"))}]
                """
        ) { record in
            #expect(record.error == nil)
            let frames = try sound(folder, "c.wav").frames
            #expect(frames == 320_000)
        }
    }

    @Test func `two tracks of one file, one of them held`() async throws {
        try TestHolder.register()
        let folder = try TemporaryFolder()
        _ = try await run(
            branches: """
                a: [\(tone("rate=48000,channels=1", seconds: 30)), opusenc]
                b: [\(tone("rate=48000,channels=1", seconds: 30, freq: 880)), opusenc]
                m: [from: [a, b], matroskamux, filesink: {location: \(folder.file("x.mkv"))}]
                """)
        try await runBothWays(
            branches: """
                in: [filesrc: {location: \(folder.file("x.mkv"))}, matroskademux: {name: demux}]
                one: [from: demux.audio_0, opusdec, testholder]
                two: [from: demux.audio_1, opusdec]
                both: [from: [one, two], audiomixer, "audio/x-raw,rate=16000,channels=1,format=S16LE", wavenc, filesink: {location: \(folder.file("m.wav"))}]
                """
        ) { record in
            #expect(record.error == nil, "\(record.error as Any)")
            let seconds = try sound(folder, "m.wav").seconds
            #expect(abs(seconds - 30) < 0.1)
        }
    }

    @Test func `a stop at any moment finalises what several inputs are written to`() async throws {
        try TestHolder.register()
        let folder = try TemporaryFolder()
        for number in 0..<20 {
            let pipeline = try makePipeline(
                """
                elevenpipe: 1
                graph:
                  a: [audiotestsrc: {is-live: true}, "audio/x-raw,rate=16000,channels=1"]
                  b: [audiotestsrc: {is-live: true, freq: 880}, "audio/x-raw,rate=44100,channels=2"]
                  m: [from: {a: {volume: -6dB}, b: {}}, audiomixer]
                  file: [from: m, wavenc, filesink: {location: \(folder.file("m.wav"))}]
                  play: [from: m, fakesink: {sync: true}]
                  held: [from: a, testholder, wavenc, filesink: {location: \(folder.file("h.wav"))}]
                """, port: 1)
            let stop = Task {
                try await Task.sleep(for: .milliseconds(100 + number * 13))
                pipeline.stop()
            }
            let record = await record(pipeline)
            _ = try await stop.value
            #expect(record.error == nil && record.summary?.ending == .stopped, "\(record.error as Any)")
            let files = record.summary?.files ?? []
            #expect(files.allSatisfy { $0.isPartial && $0.isFinalised }, "\(files)")
        }
    }
}
