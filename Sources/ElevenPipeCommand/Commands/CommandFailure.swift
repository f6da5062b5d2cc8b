import ElevenPipe
import GLib

/// Tells a failure once, on standard error, and says which exit code it is.
enum CommandFailure {
    static func report(_ error: any Error, command: String) -> Int32 {
        switch error {
        case let error as OptionParser.UsageError: return Tool.usage(error.description, of: command)
        case let error as GraphError:
            Output.note(error.description)
            return error.reason == .invalid ? ExitCode.invalidGraph : ExitCode.inputMissing
        case let error as PipelineError:
            Output.note(error.description)
            return error.exitCode
        default:
            Output.error("\(error)")
            return ExitCode.fault
        }
    }
}
