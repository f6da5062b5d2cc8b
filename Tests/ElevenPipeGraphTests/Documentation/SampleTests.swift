import ElevenLabsElements
import Foundation
import Testing
import YAML

@testable import ElevenPipe

/// The samples of the documentation and the README.
///
/// - A block `yaml` that begins with `elevenpipe: 1` (comments may stand before it) is a whole graph, which must be right and
///   warn of nothing. Any other is a part of one, and must be well-formed.
/// - A block `swift` with an `import` is a program, one with a `// swift-tools-version` a manifest. Any other goes on after the
///   last program of its page, in braces of its own, and sees what that declared.
/// - A block of another language, or of none, is not checked.
@Suite(.serialized) struct `The samples of the documentation` {
    @Test func `are there`() throws {
        #expect(try Sample.all("yaml").filter(\.isGraph).count >= 10)
        #expect(try Sample.all("swift").filter(\.isProgram).count >= 10)
    }

    @Test(arguments: try Sample.all("yaml")) func `in YAML are right`(sample: Sample) throws {
        try ElevenLabsElements.register()
        let document = Reader.read(Array(sample.text.utf8), file: sample.testDescription)
        #expect(document.problems.isEmpty, "\(document.problems)")
        guard sample.isGraph else { return }
        var values = ParameterValues()
        for name in sample.requiredParameters { values.set(name, to: "Hello.", origin: "the test") }
        do {
            // Beside the graphs of the project, whose modules they name.
            let name = "\(Toolchain.root)/pipelines/\(sample.testDescription.replacing("/", with: "-"))"
            let graph = try Graph(yaml: sample.text, fileName: name, parameters: values)
            let warnings = try graph.checked().warnings
            #expect(warnings.isEmpty, "\(warnings)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test(.timeLimit(.minutes(5))) func `in Swift compile`() async throws {
        let flags = try await Toolchain.importFlags()
        let samples = try Sample.all("swift")
        var programs: [[Sample]] = []
        for sample in samples {
            let isNew = sample.isProgram || sample.isManifest || programs.last?.first?.page != sample.page
            if isNew { programs.append([sample]) } else { programs[programs.endIndex - 1].append(sample) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, program) in programs.enumerated() {
                if index >= 2 { try await group.next() }
                group.addTask { try await Self.check(program, flags) }
            }
            try await group.waitForAll()
        }
    }

    private static func check(_ program: [Sample], _ flags: [String]) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "elevenpipe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = program[0]
        var text =
            first.isProgram || first.isManifest ? "" : "import ElevenLabs\nimport ElevenPipe\nimport Foundation\n"
        for sample in program {
            let body =
                "#sourceLocation(file: \"\(sample.page)\", line: \(sample.line))\n\(sample.text)#sourceLocation()\n"
            text += sample.isProgram || sample.isManifest ? body : "do {\n\(body)}\n"
        }
        let file = folder.appending(path: "main.swift").path
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        var arguments = [
            "-typecheck", "-swift-version", "6", "-module-cache-path", folder.appending(path: "cache").path,
        ]
        if let shared = cache { arguments[arguments.count - 1] = shared }
        if first.isManifest {
            arguments += ["-package-description-version", "6.2.0", "-I", try await manifestFolder()]
        } else {
            arguments += flags
        }
        if first.text.contains("@main") { arguments.append("-parse-as-library") }
        let output = try await Toolchain.run("swiftc", arguments + [file])
        #expect(output.status == 0, "\(first.testDescription):\n\(output.text)")
    }

    /// One for all: the compiler locks what it writes.
    private static let cache: String? = FileManager.default.temporaryDirectory.appending(path: "elevenpipe-modules")
        .path

    private static func manifestFolder() async throws -> String {
        let info = try await Toolchain.run("swiftc", ["-print-target-info"]).text
        let path = try #require(try #/"runtimeResourcePath": "([^"]+)"/#.firstMatch(in: info)?.1)
        return "\(path)/pm/ManifestAPI"
    }
}

extension Sample {
    fileprivate var isGraph: Bool {
        text.split(separator: "\n").first { !$0.hasPrefix("#") }?.hasPrefix("elevenpipe: 1") ?? false
    }
    fileprivate var isProgram: Bool { !isManifest && text.contains(#/^(public )?import /#.anchorsMatchLineEndings()) }
    fileprivate var isManifest: Bool { text.hasPrefix("// swift-tools-version") }

    /// The parameters that must be set.
    fileprivate var requiredParameters: [String] {
        let root = Reader.read(Array(text.utf8), file: "").root
        let parameters = root?.pairs?.first { $0.key.text == "parameters" }?.value.pairs ?? []
        return parameters.filter { pair in
            pair.value.isNull || pair.value.pairs.map { !$0.contains { $0.key.text == "default" } } ?? false
        }.compactMap(\.key.text)
    }
}
