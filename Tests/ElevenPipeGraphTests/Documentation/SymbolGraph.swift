import Foundation
import Testing

/// The public symbols of a module.
struct SymbolGraph {
    static let modules = ["ElevenLabs", "ElevenPipe"]

    struct Symbol: CustomStringConvertible {
        var kind: String
        /// Its name within those that hold it, as in `Graph.Step`.
        var path: String
        var declaration: String
        /// The compiler's names of the types in the declaration.
        var types: [String]
        var isDocumented: Bool

        /// A line of the record.
        var description: String { "\(path) | \(kind) | \(declaration)" }
    }

    var symbols: [Symbol] = []

    init(of module: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "elevenpipe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let info = try await Toolchain.run("swiftc", ["-print-target-info"]).text
        let triple = String(try #require(try #/"unversionedTriple": "([^"]+)"/#.firstMatch(in: info)?.1))
        let output = try await Toolchain.run(
            "swift",
            [
                "symbolgraph-extract", "-module-name", module, "-target", triple, "-minimum-access-level", "public",
                "-skip-synthesized-members", "-output-dir", folder.path,
            ] + Toolchain.importFlags())
        try #require(output.status == 0, "\(output.text)")
        // One file for the module, and one for each module whose types it extends.
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            symbols += try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).symbols.map(Symbol.init)
        }
    }

    fileprivate struct File: Decodable {
        struct Symbol: Decodable {
            struct Fragment: Decodable {
                var spelling: String
                var preciseIdentifier: String?
            }
            struct Kind: Decodable { var identifier: String }
            struct Comment: Decodable {}

            var kind: Kind
            var pathComponents: [String]
            var declarationFragments: [Fragment]
            var docComment: Comment?
        }
        var symbols: [Symbol]
    }
}

extension SymbolGraph.Symbol {
    fileprivate init(_ symbol: SymbolGraph.File.Symbol) {
        kind = String(symbol.kind.identifier.trimmingPrefix("swift."))
        path = symbol.pathComponents.joined(separator: ".")
        declaration = symbol.declarationFragments.map(\.spelling).joined()
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        types = symbol.declarationFragments.compactMap(\.preciseIdentifier)
        isDocumented = symbol.docComment != nil
    }
}
