import Foundation
import Testing

/// The compiler's tools, and where they find the modules that the tests were built with.
enum Toolchain {
    struct Output {
        var status: Int32
        var text: String
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Whether the recorded files are to be written anew.
    static let isRecording = ProcessInfo.processInfo.environment["ELEVENPIPE_RECORD"] != nil

    /// The flags by which another module imports ours: their folder, and what C needs that stands behind them.
    static func importFlags() async throws -> [String] {
        let modules = try #require(Bundle.main.executableURL).deletingLastPathComponent().appending(path: "Modules")
        let manifest = try String(contentsOfFile: root + "/Package.swift", encoding: .utf8)
        let packages = manifest.matches(of: /pkgConfig: "([^"]+)"/).flatMap {
            $0.1.split(separator: " ").map(String.init)
        }
        let flags = try await run("pkg-config", ["--cflags"] + packages)
        #expect(flags.status == 0, "\(flags.text)")
        let sources = try FileManager.default.contentsOfDirectory(atPath: root + "/Sources")
        let maps = sources.map { "\(root)/Sources/\($0)/module.modulemap" }.filter(FileManager.default.fileExists)
        let c =
            flags.text.split(whereSeparator: \.isWhitespace).map(String.init) + maps.map { "-fmodule-map-file=" + $0 }
        return ["-I", modules.path] + c.flatMap { ["-Xcc", $0] }
    }

    /// Runs a tool that is found by its name. Its output and its errors come together.
    static func run(_ tool: String, _ arguments: [String]) async throws -> Output {
        let file = FileManager.default.temporaryDirectory.appending(path: "elevenpipe-\(UUID().uuidString)").path
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        // A sanitizer's own library is for the tests alone.
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "LD_PRELOAD" }
        let output = try #require(FileHandle(forWritingAtPath: file))
        (process.standardOutput, process.standardError) = (output, output)
        process.standardInput = FileHandle.nullDevice
        let (ended, end) = AsyncStream.makeStream(of: Never.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        for await _ in ended {}
        return Output(status: process.terminationStatus, text: try String(contentsOfFile: file, encoding: .utf8))
    }
}
