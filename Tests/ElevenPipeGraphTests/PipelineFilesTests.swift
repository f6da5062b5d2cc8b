import ElevenLabsElements
import Testing

@testable import ElevenPipe

@Suite struct `The graphs in pipelines` {
    static let names = ["tts-to-mp3", "tts-to-opus", "tts-to-speaker", "tts-to-speaker-and-file", "tts-to-wav"]

    @Test(arguments: names)
    func `work as they stand and say so without warnings`(name: String) throws {
        try ElevenLabsElements.register()
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let graph = try Graph(contentsOf: "/\(folder)/pipelines/\(name).yaml").checked()
        #expect(graph.warnings.isEmpty, "\(graph.warnings)")
        #expect(try checked(graph.graph.yaml).graph.yaml == graph.graph.yaml)
        #expect(graph.plan.links.allSatisfy { !$0.decideConverters })
    }
}
