import Foundation
import Testing

/// What other programs see of the two libraries, as the compiler tells it.
@Suite(.serialized) struct `The public interface` {
    /// Pointers into a buffer, for a closure's time: Swift's own, and asked for by the standard library or made for C.
    private static let lending: Set = [
        "AudioBytes.withContiguousStorageIfAvailable(_:)", "AudioBytes.withUnsafeBytes(_:)",
    ]

    @Test(arguments: SymbolGraph.modules) func `has no C type and no pointer in it`(module: String) async throws {
        let graph = try await SymbolGraph(of: module)
        #expect(graph.symbols.count > 100)
        for symbol in graph.symbols where !Self.lending.contains(symbol.path) {
            #expect(!symbol.declaration.contains("Pointer"), "\(symbol)")
            // What comes from C has a name of Clang's.
            #expect(!symbol.types.contains { $0.hasPrefix("c:") || $0.hasPrefix("s:So") }, "\(symbol)")
        }
    }

    @Test(arguments: SymbolGraph.modules) func `is documented`(module: String) async throws {
        for symbol in try await SymbolGraph(of: module).symbols { #expect(symbol.isDocumented, "\(symbol)") }
    }

    @Test(arguments: SymbolGraph.modules) func `has its place on the landing page`(module: String) async throws {
        let page = try String(
            contentsOfFile: "\(Toolchain.root)/Sources/\(module)/\(module).docc/\(module).md", encoding: .utf8)
        for symbol in try await SymbolGraph(of: module).symbols where !symbol.path.contains(".") {
            let isThere = page.contains("- ``\(symbol.path)``")
            #expect(isThere, "\(symbol)")
        }
    }

    @Test(arguments: SymbolGraph.modules) func `is as it was recorded`(module: String) async throws {
        let lines = Set(try await SymbolGraph(of: module).symbols.map(\.description)).sorted()
        let file = "\(Toolchain.root)/Tests/PublicAPI/\(module).txt"
        guard !Toolchain.isRecording else {
            return try lines.map { $0 + "\n" }.joined().write(toFile: file, atomically: true, encoding: .utf8)
        }
        let recorded = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
        let changes = lines.difference(from: recorded).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
        let isSame = changes.isEmpty
        #expect(
            isSame,
            "the public API changed: run with ELEVENPIPE_RECORD=1 if that is meant\n\(changes.joined(separator: "\n"))")
    }
}
