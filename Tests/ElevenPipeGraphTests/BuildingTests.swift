import GStreamer
import Testing

@testable import ElevenPipe

@Suite struct `A graph made in Swift` {
    /// Every form of branch, input and step, as a file and as code.
    @Test func `is the one that a file gives`() throws {
        let read = try Graph(
            yaml: """
                elevenpipe: 1
                name: both
                elevenlabs: {model-id: eleven_flash_v2_5}
                playback: {rebuffer: 1s}
                graph:
                  speech:
                    - elevenlabstts: {text: "Hello.", voice-id: abc, name: hello, output-format: pcm_24000, stability: 0.5,
                        use-speaker-boost: false, seed: 7, first-byte-timeout: 2.5, previous-request-ids: [a, b]}
                  bed:
                    - audiotestsrc: {num-buffers: 100, wave: pink-noise}
                    - audio/x-raw,channels=2
                    - volume: {volume: {0s: 1.0, 2.5s: -18dB}}
                  mix:
                    - from: {speech: {volume: 0.8}, bed: {pad: sink_7, volume: -18dB}}
                    - audiomixer: {name: desk}
                  file:
                    - from: mix
                    - wavenc
                    - filesink: {location: a.wav}
                  hand:
                    - from: desk.src
                    - fakesink
                """)
        let isLoud = false
        let made = Graph(
            "both", service: ServiceSettings(defaults: [Graph.Property("model-id", "eleven_flash_v2_5")]),
            playback: PlaybackSettings(rebuffer: .seconds(1))
        ) {
            Branch("speech") {
                Step.elevenlabstts(
                    text: "Hello.", voiceID: "abc", name: "hello", outputFormat: "pcm_24000", stability: 0.5,
                    useSpeakerBoost: false, seed: 7, previousRequestIDs: ["a", "b"],
                    firstByteTimeout: .milliseconds(2500))
            }
            Branch("bed") {
                Step("audiotestsrc", ["num-buffers": 100, "wave": "pink-noise"])
                "audio/x-raw,channels=2"
                if !isLoud {
                    Step.volume(.automation([.init(.zero, "1.0"), .init(.milliseconds(2500), "-18dB")]))
                }
            }
            Branch(
                "mix", from: [.init("speech", ["volume": 0.8]), .init("bed", inputPad: "sink_7", ["volume": "-18dB"])]
            ) {
                Step.audiomixer(name: "desk")
            }
            for (name, location) in ["file": "a.wav"] {
                Branch(name, from: "mix") {
                    "wavenc"
                    Step.filesink(location: location)
                }
            }
            Branch("hand", from: "desk.src") {
                "fakesink"
            }
        }
        // What the properties' order is means nothing, so both are compared as they are planned.
        #expect(made.branches.map(\.name) == read.branches.map(\.name))
        #expect(made.branches.map { Self.plain($0) } == read.branches.map { Self.plain($0) })
        #expect(made.service == Self.plain(read.service) && made.playback == read.playback && made.name == read.name)
    }

    private static func plain(_ branch: Graph.Branch) -> Graph.Branch {
        Graph.Branch(
            branch.name,
            from: branch.input.map { input in
                Graph.Input(
                    input.sources.map {
                        .init($0.branch, pad: $0.pad, inputPad: $0.inputPad, properties: plain($0.properties))
                    })
            },
            steps: branch.steps.map { step in
                switch step {
                case .element(let element):
                    .element(.init(element.factory, name: element.name, properties: plain(element.properties)))
                case .caps(let filter): .caps(.init(filter.caps))
                case .module(let module): .module(module)
                }
            })
    }

    private static func plain(_ properties: [Graph.Property]) -> [Graph.Property] {
        properties.map { Graph.Property($0.name, $0.value) }.sorted { $0.name < $1.name }
    }

    private static func plain(_ service: ServiceSettings) -> ServiceSettings {
        ServiceSettings(baseURL: service.baseURL, defaults: plain(service.defaults))
    }

    @Test func `is told of with the place in the Swift source`() throws {
        let line = #line
        let graph = Graph {
            Branch("speech") {
                Step("audiotestsrc", ["wave": "blue"])
                "no-such-element"
            }
            Branch("file", from: "nowhere") {
                Step.filesink(location: "a")
            }
        }
        let error = #expect(throws: GraphError.self) { try graph.checked() }
        let places = error?.findings.map { "\($0.location)" } ?? []
        #expect(places.contains("ElevenPipeGraphTests/BuildingTests.swift:\(line + 3):17"), "\(places)")
        #expect(places.contains("ElevenPipeGraphTests/BuildingTests.swift:\(line + 4):17"), "\(places)")
        #expect(places.contains("ElevenPipeGraphTests/BuildingTests.swift:\(line + 6):13"), "\(places)")
    }

    /// The steps of ours with everything set that can be.
    private static let full: [Graph.Step] = [
        .elevenlabstts(
            text: "a", voiceID: "b", name: "c", modelID: "d", outputFormat: "mp3_44100_128", enableLogging: true,
            optimizeStreamingLatency: 1, languageCode: "en", stability: 0, similarityBoost: 0, style: 0,
            useSpeakerBoost: true, speed: 1, cloneStrength: 1, pronunciationDictionaryLocators: ["a:b"], seed: 1,
            previousText: "a", nextText: "b", previousRequestIDs: ["a"], nextRequestIDs: ["b"],
            applyTextNormalization: "on", applyLanguageTextNormalization: true, usePVCAsIVC: true,
            audioEffects: "effects, distance=0.5", resume: "word", keepOpen: false,
            connectTimeout: .seconds(1),
            firstByteTimeout: .seconds(1),
            idleTimeout: .seconds(1), retries: 1, liveMargin: .seconds(1)),
        .elevenlabsvoicechanger(
            voiceID: "b", name: "c", modelID: "d", outputFormat: "mp3_44100_128", enableLogging: true,
            optimizeStreamingLatency: 1, stability: 0, similarityBoost: 0, style: 0, useSpeakerBoost: true, speed: 1,
            seed: 1, removeBackgroundNoise: true, fileFormat: "other", split: "silence", splitMinimum: .seconds(5),
            splitPause: .milliseconds(500), connectTimeout: .seconds(1), firstByteTimeout: .seconds(1),
            idleTimeout: .seconds(1), retries: 1, liveMargin: .seconds(1)),
        .elevenlabsisolation(
            name: "c", fileFormat: "other", split: "silence", splitMinimum: .seconds(5),
            splitPause: .milliseconds(500), connectTimeout: .seconds(1), firstByteTimeout: .seconds(1),
            idleTimeout: .seconds(1), retries: 1, liveMargin: .seconds(1)),
    ]

    @Test(arguments: full) func `has a parameter for every property of our elements`(step: Graph.Step) throws {
        try Engine.initialize()
        guard case .element(let element) = step else { return }
        let catalogue = Catalogue()
        let bin = Set(try #require(catalogue.factory("bin")).properties()?.map(\.name) ?? [])
        let properties = catalogue.properties(element.factory).filter { $0.isWritable && !bin.contains($0.name) }
        #expect(Set(element.properties.map(\.name)) == Set(properties.map(\.name)))
        let graph = Graph {
            if element.factory == "elevenlabstts" {
                Branch("a") {
                    step
                    "fakesink"
                }
            } else {
                Branch("a") {
                    Step("audiotestsrc", ["num-buffers": 1])
                    step
                    "fakesink"
                }
            }
        }
        do { _ = try graph.checked() } catch { Issue.record("\(error)") }
    }

    @Test func `may use another graph as a step`() throws {
        let line = Graph("line") {
            Branch("line") {
                Step.volume(0.5)
            }
        }
        let graph = Graph {
            Branch("tone") {
                Step("audiotestsrc", ["num-buffers": 1])
                Step.use(line, name: "quiet")
                "fakesink"
            }
        }
        let factories = try graph.checked().plan.elements.map(\.factory)
        #expect(factories.contains("volume"))
    }
}
