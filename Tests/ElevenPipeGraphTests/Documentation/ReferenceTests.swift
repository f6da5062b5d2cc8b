import ElevenLabsElements
import Foundation
import Testing

@testable import ElevenPipe

/// What the reference articles say, held against the code.
@Suite struct `The reference articles` {
    private static func article(_ name: String) throws -> String {
        try String(
            contentsOfFile: "\(Toolchain.root)/Sources/ElevenPipe/ElevenPipe.docc/\(name).md", encoding: .utf8)
    }

    @Test(arguments: PipelineError.Code.allCases) func `have every code with its exit code`(
        code: PipelineError.Code
    ) throws {
        let row = "| `\(code.rawValue)` | \(PipelineError(code, "").exitCode) |"
        let isThere = try Self.article("ErrorsAndExitCodes").contains(row)
        #expect(isThere, "\(row)")
    }

    @Test func `have every word that a graph file chooses from`() throws {
        let article = try Self.article("GraphFormat")
        let words =
            Graph.Parameter.Kind.allCases.map(\.rawValue) + Graph.Input.Source.Stall.allCases.map(\.rawValue)
        for word in words {
            let isThere = article.contains("`\(word)`")
            #expect(isThere, "\(word)")
        }
    }

    @Test func `show findings as they are`() throws {
        try ElevenLabsElements.register()
        let samples = try Sample.all("text").filter { $0.page.hasSuffix("/GraphFormat.md") }
        try #require(samples.count == 2)
        let told = #expect(throws: GraphError.self) {
            try Graph(yaml: samples[0].text, fileName: "wrong.yaml").checked()
        }
        #expect(told?.description == samples[1].text.trimmingCharacters(in: .newlines))
    }
}
