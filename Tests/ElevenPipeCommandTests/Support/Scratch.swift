import Foundation
import Synchronization
import Testing

/// A test's own folder and processes. Both are gone when it is.
final class Scratch: Sendable {
    let path: String
    private let children = Mutex<[Child]>([])
    private let logs = Mutex(0)
    private let endings = Mutex<[@Sendable () -> Void]>([])

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "elevenpipe-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        for child in children.withLock({ $0 }) { child.kill() }
        for ending in endings.withLock({ $0 }) { ending() }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Does something when the test is over.
    func atEnd(_ ending: @escaping @Sendable () -> Void) { endings.withLock { $0.append(ending) } }

    // MARK: Files

    func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file. - Returns: its path.
    @discardableResult func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: URL(filePath: path(name)))
        return path(name)
    }

    @discardableResult func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }

    /// A file that only its owner may read, as a key's should be.
    @discardableResult func writeKey(_ bytes: some Sequence<UInt8>, mode: Int = 0o600) throws -> String {
        let path = try write(bytes, to: "key")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// A graph file with the given branches, written as it would be by hand. - Returns: its path.
    func graph(_ branches: String, head: String = "", name: String = "graph.yaml") throws -> String {
        let lines = branches.split(separator: "\n").map { "  \($0)\n" }.joined()
        return try write("elevenpipe: 1\n\(head)graph:\n\(lines)", to: name)
    }

    // MARK: Processes

    /// Runs `elevenpipe` to its end. - Parameter limit: seconds until it is killed.
    func elevenpipe(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil, limit: Double = 40
    ) async throws -> Child.Finished {
        try await start(arguments, environment: environment, input: input, limit: limit).finish()
    }

    /// Starts `elevenpipe`.
    func start(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil, limit: Double = 40
    ) throws -> Child {
        try start(Project.program, arguments, environment: environment, input: input, limit: limit)
    }

    /// Starts a program that runs `elevenpipe`, likewise.
    func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
        limit: Double = 40
    ) throws -> Child {
        try keep(
            Child(
                program, arguments, environment: self.environment.merging(environment) { $1 }, directory: path,
                log: nextLog(), input: input, limit: limit))
    }

    /// Runs another program to its end; it must succeed unless it may fail.
    @discardableResult func tool(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], mayFail: Bool = false,
        limit: Double = 60
    ) async throws -> Child.Finished {
        let child = try keep(
            Child(
                "/usr/bin/env", [name] + arguments, environment: self.environment.merging(environment) { $1 },
                directory: path, log: nextLog(), limit: limit))
        let finished = await child.finish()
        try #require(mayFail || finished.status == 0, "\(name) \(arguments): \(finished.errorText)")
        return finished
    }

    /// Starts another program that runs until the test is over, whose own limit comes first; its standard input stays open
    /// until then.
    func companion(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Child {
        try keep(
            Child(
                "/usr/bin/env", [name] + arguments, environment: self.environment.merging(environment) { $1 },
                directory: path, log: nextLog(), keepsInput: true, limit: 1200))
    }

    private func keep(_ child: Child) -> Child {
        children.withLock { $0.append(child) }
        return child
    }

    private func nextLog() -> String {
        let number = logs.withLock { number in
            number += 1
            return number
        }
        return path(".process-\(number)")
    }

    /// The tests' environment without all that could change how the command behaves: no key, no locale, no sound.
    private var environment: [String: String] {
        let unwanted = ["ELEVENLABS_", "GST_DEBUG", "GST_TRACERS", "PULSE_", "ALSA_", "LC_", "LANG", "DISPLAY", "TERM"]
        var kept = ProcessInfo.processInfo.environment.filter { entry in !unwanted.contains { entry.key.hasPrefix($0) }
        }
        kept["XDG_RUNTIME_DIR"] = path
        kept["PULSE_SERVER"] = "unix:\(path)/no-sound-server"
        kept["ALSA_CONFIG_PATH"] = "/dev/null"
        return kept
    }
}

/// Where the parts of this project are.
enum Project {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The command as it was built together with the tests.
    static let program = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "elevenpipe").path

    static let server = Bundle.module.bundleURL.appending(path: "Fixtures/server.py").path

    /// The graphs that come with the project, by name.
    static let pipelines: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/pipelines")) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    static func pipeline(_ name: String) -> String { "\(root)/pipelines/\(name)" }

    static func text(of pipeline: String) throws -> String {
        try String(contentsOfFile: self.pipeline(pipeline), encoding: .utf8)
    }
}
