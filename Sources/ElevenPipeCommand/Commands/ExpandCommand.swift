import ElevenPipe
import GLib

/// `expand FILE`: prints the graph as it will run, with all that the engine puts in.
enum ExpandCommand: Command {
    static let name = "expand"
    static let summary = "Print a graph as it will run, with all that is put in"

    static func run(_ arguments: [[CChar]]) async -> Int32 {
        let parser = OptionParser(
            operands: "FILE",
            summary:
                "Prints the graph as it will run: parameters filled in, and every queue, tee and converter that is put in.\n"
                + "What is printed is a graph file that runs as it stands.")
        GraphOptions.add(to: parser)
        do {
            let given = try parser.parse(program: "\(Tool.name) \(name)", arguments)
            guard given.operands.count == 1, let path = given.operands.first else {
                throw OptionParser.UsageError("name one graph file")
            }
            try Engine.initialize()
            let checked = try Graph(contentsOf: path, parameters: GraphOptions.parameters(given)).checked()
            for warning in checked.warnings { Output.note(warning.description) }
            guard Output.data(checked.graph.yaml) else {
                throw PipelineError(.outputFailed, Output.loss)
            }
            return ExitCode.done
        } catch {
            return CommandFailure.report(error, command: name)
        }
    }
}
