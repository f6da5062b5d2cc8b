import Foundation
import Testing

/// The key goes to the service and nowhere else.
@Suite(.inTurns) struct `The key is found nowhere` {
    let scratch: Scratch
    /// Where the servers and the key files are, key and all.
    let elsewhere: Scratch

    init() throws {
        scratch = try Scratch()
        elsewhere = try Scratch()
    }

    // MARK: Commands

    static let commands: [([String], Int32)] = [
        ([], 64), (["--help"], 0), (["--version"], 0), (["rnu"], 64), (["run"], 64), (["run", "--help"], 0),
        (["run", "--help-all"], 0), (["validate", "--help"], 0), (["expand", "--help"], 0),
        (["simulate", "--help"], 0),
        (["run", "--api-key", "x", "y"], 64), (["run", "--deadline", "x", "y"], 64), (["run", "missing.yaml"], 66),
        (["simulate", "--fault", "x"], 64), (["validate", Project.pipeline("tts-to-mp3.yaml")], 0),
        (["validate", "/dev/null"], 65), (["expand", Project.pipeline("tts-voice-changer-isolation.yaml")], 0),
        (["expand", Project.pipeline("tts-to-mp3.yaml"), "--set", "x=y"], 65),
    ]

    @Test(arguments: commands)
    func `in what a command says`(arguments: [String], status: Int32) async throws {
        let finished = try await scratch.elevenpipe(
            arguments, environment: Canary.environment.merging(Canary.talkative(scratch, "command")) { $1 })
        #expect(finished.status == status, "\(finished.errorText)")
        try await Canary.expectNone(below: scratch)
    }

    /// Whoever takes the key for a file's name or an option's value finds it in no log.
    @Test(arguments: [
        ["run", "--api-key=KEY", "g.yaml"], ["run", "--api-key", "KEY", "g.yaml"], ["KEY"], ["--KEY"], ["run", "KEY"],
        ["run", "--set", "KEY", "g.yaml"], ["run", "--set", "api-key=KEY", "g.yaml"],
        ["run", "--deadline", "KEY", "g.yaml"],
        ["run", "--api-key-file", "KEY", "TTS"], ["run", "--json", "--api-key-file", "KEY", "TTS"],
        ["run", "--set-file", "text=KEY", "TTS"], ["run", "--base-url", "KEY", "TTS"],
        ["run", "--base-url", "http://KEY@127.0.0.1:1", "TTS"], ["run", "--base-url", "http://127.0.0.1:1/KEY", "TTS"],
        ["simulate", "--fault", "KEY"], ["expand", "KEY"], ["validate", "KEY"],
    ])
    func `where it was typed in the wrong place`(arguments: [String]) async throws {
        let likely = "sk_0123456789abcdef0123456789abcdef0123456789abcdef"
        for (key, environment) in [(Canary.key, Canary.environment), (likely, [:]), (likely, Canary.environment)] {
            let words = arguments.map {
                $0.replacing("KEY", with: key).replacing("TTS", with: Project.pipeline("tts-to-mp3.yaml"))
            }
            let finished = try await scratch.elevenpipe(words, environment: environment)
            #expect(finished.status != 0)
            let told = finished.errorText + finished.outputText
            #expect(!told.isEmpty && !told.contains(key.dropFirst(3).prefix(8)), "\(told)")
        }
    }

    // MARK: Runs

    /// A run with this key, which comes from a file: the command itself takes the environment's out of all that it prints, and
    /// would hide what others leave in it.
    private func run(_ server: Server, _ pipeline: String, _ option: String) async throws {
        let run = UUID().uuidString
        let file = try elsewhere.writeKey(Canary.key.utf8)
        let finished = try await scratch.elevenpipe(
            server.run(Project.pipeline(pipeline), [option, "--api-key-file", file]),
            environment: Canary.talkative(scratch, run), limit: 90)
        #expect(try server.requests.last?.values(of: "xi-api-key") == [Canary.key])
        let log = try FileManager.default.attributesOfItem(atPath: scratch.path("gst-\(run).log"))[.size] as? Int
        #expect((log ?? 0) > 100_000, "there is no log to search; \(finished.errorText)")
    }

    @Test(arguments: ["--json", "-v", "-q"])
    func `in output, logs and files of a run that succeeds`(option: String) async throws {
        let server = try await elsewhere.serve(try await scratch.mp3(seconds: 0.3))
        try await run(server, "tts-to-speaker-and-file.yaml", option)
        try await Canary.expectNone(below: scratch)
    }

    @Test(arguments: ["isolation-then-voice-changer.yaml", "tts-voice-changer-isolation.yaml"])
    func `where the elements follow each other`(pipeline: String) async throws {
        try await scratch.speak("Yes.")
        // It takes this key and no other, so that a run that succeeds has sent it.
        let url = try await elsewhere.simulate(["--key", Canary.key])
        let finished = try await scratch.elevenpipe(
            ["run", "-v", Project.pipeline(pipeline), "--base-url", url],
            environment: Canary.environment.merging(["G_MESSAGES_DEBUG": "all", "GST_DEBUG": "*:6"]) { $1 }.merging(
                ["GST_DEBUG_FILE": scratch.path("gst.log")]) { $1 }, limit: 90)
        #expect(finished.status == 0, "\(finished.errorText)")
        try await Canary.expectNone(below: scratch)
    }

    static let faults = [
        "status=401", "status=404", "status=429", "html=502", "json", "empty", "garbage", "wrong-type=text/plain",
        "silent",
        "stall=1", "short=1", "cut-at-chunk=1", "cut-inside-chunk=2", "cut-at-byte=900", "reset=1",
    ]

    @Test func `in any fault, of which none is left out`() async throws {
        let help = try await scratch.elevenpipe(["simulate", "--help"]).outputText
        let section = try #require(help.firstRange(of: "\nFaults:\n").map { help[$0.upperBound...] })
        let names = section.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
            .compactMap { $0.split { " =".contains($0) }.first.map(String.init) }
        #expect(names.count > 8)
        #expect(Set(names) == Set(Self.faults.map { String($0.prefix { $0 != "=" }) }))
    }

    private static let element = "retries: 0, first-byte-timeout: 1, idle-timeout: 1}"
    static let elements = [
        "elevenlabstts: {text: Yes., voice-id: JBFqnCBsd6RMkjVDRZzb, \(element)",
        "elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL, \(element)", "elevenlabsisolation: {\(element)",
    ]

    @Test(arguments: elements, ["-v", "--json"])
    func `whatever fails, there and in the simulator's own log`(element: String, option: String) async throws {
        try await scratch.speak("Yes.")
        let source = element.contains("tts") ? "" : "  - filesrc: {location: speech.wav}\n  - wavparse\n"
        let graph = try scratch.graph(
            "a:\n\(source)  - \(element)\n  - decodebin\n  - flacenc\n  - filesink: {location: out}")
        let faults = Self.faults.enumerated().flatMap { ["--fault", "\($1),request=\($0 + 1)"] }
        let simulator = try scratch.companion(
            Project.program, ["simulate", "--port", "0", "--chunk-size", "700"] + faults,
            environment: Canary.talkative(scratch, "simulator"))
        try await eventually("no simulator") { simulator.outputText.contains("\n") }
        let file = try elsewhere.writeKey(Canary.key.utf8)
        var statuses: Set<Int32> = []
        for fault in Self.faults + ["none"] {
            let finished = try await scratch.elevenpipe(
                ["run", option, graph, "--base-url", String(simulator.outputText.dropLast()), "--api-key-file", file],
                environment: Canary.talkative(scratch, "run"))
            #expect(
                (finished.status == 0) == (fault == "none") || fault.hasPrefix("short"),
                "\(fault): \(finished.errorText)")
            statuses.insert(finished.status)
            // One log each, searched at once, so that they do not add up.
            try await Canary.expectNone(below: scratch)
        }
        #expect(statuses.isSuperset(of: [0, 65, 69, 75, 76, 77]), "\(statuses)")
    }

    @Test(arguments: [
        ["--status", "401"], ["--status", "401", "--error", #"{"detail":{"status":"x","message":"No key is KEY."}}"#],
        ["--status", "418", "--error", "KEY", "--error-type", "text/plain"],
        ["--status", "503", "--header", "Retry-After:KEY"],
        ["--status", "401", "--header", "request-id:KEY"], ["--header", "request-id:KEY"], ["--type", "text/KEY"],
        ["--status", "307", "--header", "Location:http://127.0.0.1:9/KEY?key=KEY#KEY"],
    ])
    func `where the service repeats it`(options: [String]) async throws {
        let server = try await elsewhere.serve(
            try await scratch.mp3(seconds: 0.3), options.map { $0.replacing("KEY", with: Canary.key) })
        for option in ["-v", "--json"] { try await run(server, "tts-to-mp3.yaml", option) }
        try await Canary.expectNone(below: scratch)
    }

    // MARK: Endings before and beside the service

    static let endings: [(String, [String], Int32)] = [
        ("a: [fakesrc: {num-buffers: 1}, decodebin, fakesink]", [], 1),
        ("a: [elevenlabstts: {text: x, voice-id: v, speed: 9}, fakesink]", [], 65),
        ("a: [filesrc: {location: missing}, elevenlabsisolation, fakesink]", [], 66),
        ("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]", ["--base-url", "http://127.0.0.1:1"], 69),
        ("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]", ["--base-url", "https://127.0.0.1:1"], 69),
        ("a: [elevenlabstts: {text: x, voice-id: v}, filesink: {location: missing/x}]", ["--offline"], 74),
        ("a: [audiotestsrc: {is-live: true}, elevenlabsisolation, fakesink]", ["--deadline", "1", "--offline"], 75),
        ("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]", ["--base-url", "http://192.0.2.1:1"], 78),
        ("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]", ["--base-url", "http://u:p@127.0.0.1"], 78),
        ("a: [elevenlabstts: {text: x, voice-id: v}, fakesink]", ["--api-key-file", "."], 78),
    ]

    @Test(arguments: endings)
    func `however a run ends`(branch: String, options: [String], status: Int32) async throws {
        let graph = try scratch.graph(branch)
        for option in ["-v", "--json"] {
            let finished = try await scratch.elevenpipe(
                ["run", graph, option] + options,
                environment: Canary.environment.merging(Canary.talkative(scratch, option)) { $1 })
            #expect(finished.status == status, "\(finished.errorText)")
        }
        try await Canary.expectNone(below: scratch)
    }

    @Test func `where it is no key`() async throws {
        for key in ["\(Canary.key) \(Canary.key)", "\(Canary.key)\nx", "ü\(Canary.key)"] {
            let finished = try await scratch.elevenpipe(
                ["run", "-v", Project.pipeline("tts-to-mp3.yaml")], environment: ["ELEVENLABS_API_KEY": key])
            #expect(finished.status == 78)
        }
        try await Canary.expectNone(below: scratch)
    }

    // MARK: Where it comes from

    /// From a variable, from a file, from a variable and a file that the graph names: in the list of processes, and in the
    /// environment, it is only where the user put it.
    @Test(
        arguments: [
            ("", ["ELEVENLABS_API_KEY": Canary.key], []), ("", [:], ["--api-key-file", "FILE"]),
            ("elevenlabs: {api-key-env: THE_KEY}\n", ["THE_KEY": Canary.key], []),
            ("elevenlabs: {api-key-file: FILE}\n", [:], []),
        ] as [(String, [String: String], [String])])
    func `but where it came from`(head: String, environment: [String: String], options: [String]) async throws {
        let server = try await elsewhere.serve([], ["--delay", "3600"])
        let file = try elsewhere.writeKey(Canary.key.utf8)
        let graph = try scratch.graph(
            "a: [elevenlabstts: {text: x, voice-id: v}, filesink: {location: out.mp3}]",
            head: head.replacing("FILE", with: file))
        let child = try scratch.start(
            server.run(graph, ["-v"] + options.map { $0.replacing("FILE", with: file) }),
            environment: environment.merging(Canary.talkative(scratch, "run")) { $1 })
        try await eventually("no request came") { try !server.requests.isEmpty }
        #expect(try server.requests.first?.values(of: "xi-api-key") == [Canary.key])
        if FileManager.default.fileExists(atPath: "/proc/\(child.pid)/cmdline") {
            func read(_ name: String) -> String {
                String(
                    decoding: FileManager.default.contents(atPath: "/proc/\(child.pid)/\(name)") ?? Data(),
                    as: UTF8.self)
            }
            #expect(read("cmdline").contains("--base-url") && !read("cmdline").contains(Canary.key))
            #expect(read("environ").contains(Canary.key) == !environment.isEmpty)
            // It starts no process that could hand it on.
            #expect(read("task/\(child.pid)/children").isEmpty)
        }
        child.signal(SIGTERM)
        #expect(await child.finish().status == 143)
        try await Canary.expectNone(below: scratch)
    }
}
