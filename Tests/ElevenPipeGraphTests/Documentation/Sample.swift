import Foundation
import Testing

/// A fenced block of a page.
struct Sample: Sendable, CustomTestStringConvertible {
    /// The page, from the project's root.
    var page: String
    /// Where its first line is.
    var line: Int
    var text: String

    var testDescription: String { "\(page):\(line)" }

    /// The blocks of a language in all pages: those of the two catalogs, and the README.
    static func all(_ language: String) throws -> [Sample] { try pages().flatMap { try blocks(language, of: $0) } }

    static func pages() throws -> [String] {
        let catalogs = ["Sources/ElevenPipe/ElevenPipe.docc", "Sources/ElevenLabs/ElevenLabs.docc"]
        return try ["README.md"]
            + catalogs.flatMap { catalog in
                try FileManager.default.contentsOfDirectory(atPath: "\(Toolchain.root)/\(catalog)")
                    .filter { $0.hasSuffix(".md") }.sorted().map { "\(catalog)/\($0)" }
            }
    }

    private static func blocks(_ language: String, of page: String) throws -> [Sample] {
        let text = try String(contentsOfFile: "\(Toolchain.root)/\(page)", encoding: .utf8)
        var samples: [Sample] = []
        var open: (language: String, first: Int, lines: [Substring])?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("```") else {
                open?.lines.append(line)
                continue
            }
            if let block = open {
                if block.language == language {
                    samples.append(Sample(page: page, line: block.first, text: block.lines.map { $0 + "\n" }.joined()))
                }
                open = nil
            } else {
                open = (String(line.dropFirst(3)), number + 2, [])
            }
        }
        return samples
    }
}
