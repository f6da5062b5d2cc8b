import ElevenLabsSimulator
import ElevenPipe
import Foundation
import GLib

/// `simulate`: the service's wire behaviour on a loopback port.
enum SimulateCommand: Command {
    static let name = "simulate"
    static let summary = "Serve a simulator of the ElevenLabs API on a loopback port"

    static func run(_ arguments: [[CChar]]) async -> Int32 {
        let parser = makeParser()
        do {
            let given = try parser.parse(program: "\(Tool.name) \(name)", arguments)
            guard given.operands.isEmpty else {
                throw OptionParser.UsageError("'\(given.operands[0])' is not wanted: there are no operands")
            }
            let configuration = try configuration(given)
            let port = try number(given, "port", in: 0...65535) ?? 8080
            try Engine.initialize()
            let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
            let signals = StopSignals()
            signals.onStop { stop.finish() }
            let simulator = Simulator(configuration)
            let bound: Int
            do {
                bound = try await simulator.start(port: port)
            } catch {
                throw PipelineError(
                    .serviceUnreachable,
                    "port \(port) cannot be listened at; if it is in use, choose another with --port, 0 for any free one"
                )
            }
            guard Output.data("http://127.0.0.1:\(bound)\n") else {
                throw PipelineError(.outputFailed, Output.loss)
            }
            Output.note("Simulating the ElevenLabs API; use --base-url http://127.0.0.1:\(bound). Ctrl-C stops it.")
            for await _ in stopped {}
            await simulator.stop()
            Tool.endForTracers()
            return ExitCode.done
        } catch {
            return CommandFailure.report(error, command: name)
        }
    }

    private static func makeParser() -> OptionParser {
        let width = (Fault.catalogue + Fault.options).map(\.form.count).max() ?? 0
        let rows = { (rows: [(form: String, meaning: String)]) in
            rows.map { "  \($0.form.padding(toLength: width + 2, withPad: " ", startingAt: 0))\($0.meaning)" }
                .joined(separator: "\n")
        }
        let parser = OptionParser(
            operands: "",
            summary: """
                Serves a simulator of the ElevenLabs API on 127.0.0.1: text to speech, voice changer, audio isolation and the
                listings of voices and models. What is heard is real: spoken, changed and cleaned on this machine.
                """,
            details: "Faults:\n\(rows(Fault.catalogue))\n\nBehind a fault, with commas:\n\(rows(Fault.options))")
        parser.addText("port", value: "N", help: "Port, 0 for any free one (8080)")
        parser.addList("fault", value: "FAULT", help: "Something that goes wrong; see below")
        parser.addText("first-byte-delay", value: "SECONDS", help: "From a request to its answer (0.075)")
        parser.addText("pace", value: "FACTOR", help: "Times real time at which audio comes, 0 for no limit (4)")
        parser.addText("chunk-size", value: "BYTES", help: "Size of every chunk, instead of odd ones that change")
        parser.addText("concurrency", value: "N", help: "Requests at once, beyond which the answer is 429")
        parser.addList(
            "key", value: "KEY", help: "A key to accept, instead of any (made-up keys only: it is in the process list)")
        if let group = Engine.gstreamerOptions { parser.addGroup(group) }
        return parser
    }

    private static func configuration(_ given: OptionParser.Arguments) throws -> Simulator.Configuration {
        var configuration = Simulator.Configuration()
        for text in given.lists["fault"] ?? [] {
            do {
                configuration.faults.append(try Fault(parsing: text))
            } catch {
                throw OptionParser.UsageError("--fault: \(error)")
            }
        }
        if let seconds = try number(given, "first-byte-delay", in: 0.0...3600) {
            configuration.firstByteDelay = .seconds(seconds)
        }
        if let pace = try number(given, "pace", in: 0.0...1_000_000) { configuration.pace = pace == 0 ? nil : pace }
        if let size = try number(given, "chunk-size", in: 1...1_048_576) { configuration.chunkSizes = [size] }
        configuration.concurrencyLimit = try number(given, "concurrency", in: 1...1_000_000)
        configuration.keys = Set(given.lists["key"] ?? [])
        return configuration
    }

    /// An option that is a number: a whole one where its range is of whole ones.
    private static func number<Number: LosslessStringConvertible & Comparable>(
        _ given: OptionParser.Arguments, _ name: String, in range: ClosedRange<Number>
    ) throws(OptionParser.UsageError) -> Number? {
        guard let text = given.texts[name] else { return nil }
        guard let value = Number(text), range.contains(value) else {
            let kind = Number.self == Int.self ? "a whole number" : "a number"
            throw OptionParser.UsageError(
                "--\(name) takes \(kind) from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return value
    }
}
