import Dispatch
import ElevenPipe
import Foundation
import GLib
import Synchronization

/// The command: takes the command word off, and leaves the rest to that command.
enum Tool {
    static let name = "elevenpipe"
    static let version = "0.1.0"

    private static var commands: [any Command.Type] {
        [RunCommand.self, ValidateCommand.self, ExpandCommand.self, SimulateCommand.self]
    }

    /// Runs the command that the arguments ask for. - Returns: the exit code.
    static func run(_ arguments: [[CChar]]) -> Int32 {
        // A reader that goes away is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // autoaudiosink tries OpenAL too, whose library complains on standard error of what we tell in words of our own.
        setenv("ALSOFT_LOGLEVEL", "0", 0)
        guard
            let word = arguments.first.flatMap({
                String(validating: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            })
        else { return usage("no command was given") }
        switch word {
        case "--help", "-h", "-?", "help":
            return tell(help)
        case "--version", "version":
            return tell("\(name) \(version) (\(Engine.gstreamerVersion))\n")
        default: break
        }
        guard let command = commands.first(where: { $0.name == word }) else {
            let near =
                NameSuggestion.nearest(to: word, among: commands.map { $0.name }).map { "; did you mean '\($0)'?" }
                ?? ""
            return usage("there is no command '\(word)'\(near)")
        }
        return waitForTask { await command.run(Array(arguments.dropFirst())) }
    }

    /// Ends GStreamer where somebody traces it: its leaks tracer reports then, and an ordinary end needs no tidying.
    static func endForTracers() {
        if Environment["GST_TRACERS"] != nil { Engine.deinitialize() }
    }

    static func usage(_ problem: String, of command: String? = nil) -> Int32 {
        Output.error("\(problem)\nTry '\(name)\(command.map { " \($0)" } ?? "") --help'.")
        return ExitCode.usage
    }

    private static func tell(_ text: String) -> Int32 {
        if Output.data(text) { return ExitCode.done }
        Output.note("error: \(Output.loss)")
        return ExitCode.outputFailed
    }

    private static var help: String {
        """
        Usage: \(name) COMMAND …

        Graphs of ElevenLabs streams and GStreamer elements.

        \(commands.map { "  " + $0.name.padding(toLength: 10, withPad: " ", startingAt: 0) + $0.summary }.joined(separator: "\n"))

        '\(name) COMMAND --help' tells more; '\(name) --version' the versions.

        """
    }

    private static func waitForTask(_ body: @escaping @Sendable () async -> Int32) -> Int32 {
        let result = Mutex<Int32>(ExitCode.fault)
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let code = await body()
            result.withLock { $0 = code }
            done.signal()
        }
        done.wait()
        return result.withLock { $0 }
    }
}

/// One command of the tool.
protocol Command: SendableMetatype {
    static var name: String { get }
    /// A few words for the list of commands.
    static var summary: String { get }
    /// - Returns: the exit code.
    static func run(_ arguments: [[CChar]]) async -> Int32
}

/// The exit codes that are no ``PipelineError``'s.
enum ExitCode {
    static let done: Int32 = 0
    static let usage: Int32 = 64
    static let invalidGraph: Int32 = 65
    static let inputMissing: Int32 = 66
    static let fault: Int32 = 70
    static let outputFailed: Int32 = 74
    static let interrupted: Int32 = 130
    static let terminated: Int32 = 143
}
