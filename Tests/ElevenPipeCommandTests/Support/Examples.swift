import Foundation
import Testing

/// The package of `Tests/Examples`, which depends on this one as a stranger's does.
enum Examples {
    static let folder = Project.root + "/Tests/Examples"

    /// Builds it, once: with products of its own, since the build that runs the tests holds its own folder.
    private static let build = Task {
        let scratch = try Scratch()
        let path = Project.root + "/.build/examples"
        let finished = try await scratch.tool(
            "swift", ["build", "--package-path", folder, "--scratch-path", path], mayFail: true, limit: 600)
        try #require(finished.status == 0, "\(finished.outputText)\(finished.errorText)")
        return path + "/debug/"
    }

    /// The path of one of its programs.
    static func program(_ name: String) async throws -> String { try await build.value + name }

    static func source(of name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/Sources/\(name)/main.swift", encoding: .utf8)
    }
}

extension Scratch {
    /// Runs an example to its end, against a simulator.
    func example(
        _ name: String, _ arguments: [String], simulator: String, environment: [String: String] = [:]
    ) async throws -> Child.Finished {
        try await start(
            try await Examples.program(name), arguments,
            environment: Self.exampleEnvironment(simulator).merging(environment) { $1 }
        ).finish()
    }

    static func exampleEnvironment(_ simulator: String) -> [String: String] {
        // Where one crashes, its trace would take longer than the test.
        Server.keyEnvironment.merging(["ELEVENLABS_BASE_URL": simulator, "SWIFT_BACKTRACE": "enable=no"]) { $1 }
    }
}
