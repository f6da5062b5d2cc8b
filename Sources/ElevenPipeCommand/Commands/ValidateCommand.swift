import ElevenPipe
import GLib

/// `validate FILE…`: holds graph files against the installed elements, and runs nothing.
enum ValidateCommand: Command {
    static let name = "validate"
    static let summary = "Check graph files without running them"

    static func run(_ arguments: [[CChar]]) async -> Int32 {
        let parser = OptionParser(operands: "FILE...", summary: "Checks graph files without running them.")
        GraphOptions.add(to: parser)
        do {
            let given = try parser.parse(program: "\(Tool.name) \(name)", arguments)
            guard !given.operands.isEmpty else { throw OptionParser.UsageError("name at least one graph file") }
            try Engine.initialize()
            let parameters = try GraphOptions.parameters(given)
            var worst = ExitCode.done
            for path in given.operands {
                do {
                    let checked = try Graph(contentsOf: path, parameters: parameters).checked()
                    for warning in checked.warnings { Output.note(warning.description) }
                } catch {
                    worst = max(worst, CommandFailure.report(error, command: name))
                }
            }
            return worst
        } catch {
            return CommandFailure.report(error, command: name)
        }
    }
}
