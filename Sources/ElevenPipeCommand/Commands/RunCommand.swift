import ElevenLabsSimulator
import ElevenPipe
import GLib

/// `run FILE`: runs a graph to its end.
enum RunCommand: Command {
    static let name = "run"
    static let summary = "Run a graph"

    static func run(_ arguments: [[CChar]]) async -> Int32 {
        let parser = makeParser()
        do {
            let given = try parser.parse(program: "\(Tool.name) \(name)", arguments)
            guard given.operands.count == 1, let path = given.operands.first, !path.isEmpty else {
                throw OptionParser.UsageError("name one graph file")
            }
            if given.flags.contains("offline"), given.texts["base-url"] != nil {
                throw OptionParser.UsageError("--offline and --base-url exclude each other")
            }
            if given.flags.contains("quiet"), given.flags.contains("verbose") {
                throw OptionParser.UsageError("--quiet and --verbose exclude each other")
            }
            let options = try options(given)
            let signals = StopSignals()
            try Engine.initialize()
            let graph = try Graph(contentsOf: path, parameters: GraphOptions.parameters(given))
            let checked = try graph.checked()
            return try await run(checked, given, options, signals)
        } catch {
            return CommandFailure.report(error, command: name)
        }
    }

    private static func makeParser() -> OptionParser {
        let parser = OptionParser(
            operands: "FILE", summary: "Runs a graph to its end.",
            details: """
                The API key is read from the environment variable ELEVENLABS_API_KEY or from --api-key-file.
                With --offline a simulator of the service speaks: no key and no network are needed.

                Exit codes: 0 done; 1 an element failed; 64 usage; 65 wrong graph, or a request the service calls wrong;
                66 input missing; 69 service unreachable; 70 a bug; 74 cannot write or play; 75 service busy, retries
                used up, or the deadline passed; 76 the answer was cut short; 77 key, permission or quota refused;
                78 key or configuration missing; 130, 143 stopped by a signal.
                """)
        GraphOptions.add(to: parser)
        parser.addFlag("offline", help: "Speak with the built-in simulator: no key, no network")
        parser.addText("base-url", value: "URL", help: "Where the service is (also ELEVENLABS_BASE_URL)")
        parser.addText("api-key-file", value: "FILE", help: "A file that holds the API key")
        parser.addFlag("require-audio", help: "Fail where there is no sound device, instead of a warning")
        parser.addText("max-retries", value: "N", help: "Send requests again N times at most, all together (100)")
        parser.addText("deadline", value: "SECONDS", help: "End the run, with exit code 75, where it takes longer")
        parser.addFlag("json", help: "Print what happens as JSON, one object a line, on standard output")
        parser.addFlag("quiet", short: "q", help: "Print errors only")
        parser.addFlag("verbose", short: "v", help: "Print every event, also on a terminal")
        return parser
    }

    private static func run(
        _ graph: CheckedGraph, _ given: OptionParser.Arguments, _ options: Pipeline.Options, _ signals: StopSignals
    ) async throws -> Int32 {
        let simulator = given.flags.contains("offline") ? Simulator.offline() : nil
        let port = try await simulator?.start(port: 0)
        let key = keySource(given, graph.graph.service, offline: simulator != nil)
        let engine = try Engine(
            baseURL: port.map { "http://127.0.0.1:\($0)" } ?? given.texts["base-url"] ?? graph.graph.service.baseURL,
            apiKey: key)
        let pipeline = Pipeline(graph, engine: engine, options: options)
        signals.onStop { pipeline.stop() }

        let reporter = makeReporter(given, graph)
        for warning in graph.warnings { reporter.note(warning) }
        if let warning = key.warning { reporter.note(warning) }
        if let url = graph.graph.service.baseURL, simulator == nil, given.texts["base-url"] == nil {
            reporter.note(
                Finding(.warning, at: graph.graph.location, "the graph sends its requests, and the API key, to \(url)"))
        }
        let following = Task { await reporter.follow(pipeline) }
        var code: Int32
        do throws(PipelineError) {
            let summary = try await pipeline.run()
            await following.value
            reporter.finish(summary)
            code = summary.ending == .completed ? ExitCode.done : signals.exitCode
        } catch {
            await following.value
            reporter.finish(advised(error, key))
            code = error.exitCode
        }
        // The run itself goes on without its listener, and ends as it would have.
        if code == ExitCode.done, Output.hasLostData {
            Output.note("error: \(Output.loss)")
            code = ExitCode.outputFailed
        }
        signals.endProcess()
        await simulator?.stop()
        Tool.endForTracers()
        return code
    }

    private static func options(_ given: OptionParser.Arguments) throws(OptionParser.UsageError) -> Pipeline.Options {
        var options = Pipeline.Options()
        options.requiresAudio = given.flags.contains("require-audio")
        if let text = given.texts["deadline"] { options.deadline = try seconds(text) }
        if let text = given.texts["max-retries"] {
            guard let count = Int(text), count >= 0 else {
                throw OptionParser.UsageError("--max-retries takes a whole number from 0 on, not '\(text)'")
            }
            options.maximumRetries = count
        }
        return options
    }

    private static func seconds(_ text: String) throws(OptionParser.UsageError) -> Duration {
        guard let value = Double(text), value > 0, value <= 1e9 else {
            throw OptionParser.UsageError("--deadline takes a number of seconds above 0, not '\(text)'")
        }
        return .seconds(value)
    }

    private static func keySource(
        _ given: OptionParser.Arguments, _ settings: ServiceSettings, offline: Bool
    ) -> APIKeySource {
        if offline { return .provider { "offline" } }
        if let path = given.texts["api-key-file"] { return .file(path) }
        if let path = settings.apiKeyFile { return .file(path) }
        return settings.apiKeyEnvironment.map { .environment($0) } ?? .standard
    }

    /// The library's words on a missing key, with what there is to do about it on a command line.
    private static func advised(_ error: PipelineError, _ key: APIKeySource) -> PipelineError {
        guard case .environment(let name) = key, error.message == key.absence else { return error }
        var advised = error
        advised.message =
            "there is no API key: set the environment variable \(name), give --api-key-file, or try without one with --offline"
        return advised
    }

    private static func makeReporter(_ given: OptionParser.Arguments, _ graph: CheckedGraph) -> any Reporter {
        if given.flags.contains("json") { return JSONReporter(toStandardError: graph.writesToStandardOutput) }
        if given.flags.contains("quiet") { return QuietReporter() }
        if given.flags.contains("verbose") { return PlainReporter(isVerbose: true) }
        return Terminal.isInteractive ? LiveReporter() : PlainReporter(isVerbose: false)
    }
}
