import ElevenPipe
import Foundation

// Says its arguments, while the service still speaks: swift run Speaker Hello, world.
let text = CommandLine.arguments.dropFirst().joined(separator: " ")
let graph = Graph {
    Branch("speaker") {
        Step.elevenlabstts(text: text, voiceID: "JBFqnCBsd6RMkjVDRZzb")
        Step.decodebin()
        Step.autoaudiosink()
    }
}
do {
    try await Pipeline(graph, engine: Engine(), options: .init(requiresAudio: true)).run()
} catch {
    print("Nothing is said: \(error)")
    exit(1)
}
