import Foundation
import Testing

@testable import YAML

/// What is written here must mean the same to somebody else's reader: PyYAML, where it is installed.
@Suite struct `Somebody else's reader` {
    private static func python(_ arguments: [String]) -> [String]? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
    }

    private static let isInstalled = python(["-c", "import yaml"]) != nil

    private static let script = """
        import sys, yaml
        for text in yaml.load(open(sys.argv[1], encoding="utf-8"), Loader=yaml.BaseLoader):
            print(text.encode("utf-8").hex())
        """

    @Test(.enabled(if: isInstalled))
    func `reads every text as it was written here`() throws {
        let texts = `Writing YAML`.texts
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("elevenpipe-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        try Emitter.text(of: .list(texts.map { .text($0) })).write(to: path, atomically: true, encoding: .utf8)
        let lines = try #require(Self.python(["-c", Self.script, path.path]))
        let expected = texts.map { $0.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
        for (line, text) in zip(lines, expected) { #expect(line == text) }
        #expect(lines.count == texts.count + 1)
    }

    @Test(
        .enabled(if: isInstalled),
        arguments: [
            "[a, 'b''c', \"d\\u00e9\\n\", e f]",
            "- |\n  one\n  two\n- >-\n  three\n  four\n\n  five\n- six # seven\n- 'a\n\n  b'\n",
            "- a#b\n- http://x/y\n- \"\\x41\\\n  B\"\n- |2-\n   indented\n",
        ])
    func `reads the same texts as ours`(text: String) throws {
        let ours = try #require(Reader.read(Array(text.utf8), file: "f").root?.items).map { $0.text ?? "" }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("elevenpipe-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        try text.write(to: path, atomically: true, encoding: .utf8)
        let lines = try #require(Self.python(["-c", Self.script, path.path]))
        let expected = ours.map { $0.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
        #expect(Array(lines.dropLast()) == expected)
    }
}
