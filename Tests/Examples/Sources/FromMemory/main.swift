// A voice changer that is fed with samples in memory: it says a text into an array, and has another voice say what is in the array.
//
//     swift run FromMemory changed.wav This is not my voice.
import ElevenPipe

/// Speech as samples, for want of a microphone: 16 kHz, one channel.
func speak(_ text: String, _ engine: Engine) async throws -> [Int16] {
    let graph = Graph {
        Branch("speech") {
            Step.elevenlabstts(text: text, voiceID: "JBFqnCBsd6RMkjVDRZzb")
            Step.decodebin()
        }
    }
    let pipeline = try Pipeline(graph, engine: engine)
    let audio = try pipeline.audio(from: "speech", as: Int16.self, rate: 16000, channels: 1)
    async let run = pipeline.run()
    var samples: [Int16] = []
    for try await chunk in audio { samples += chunk.samples }
    _ = try await run
    return samples
}

/// Writes a WAV file with what another voice makes of the samples.
func change(_ samples: [Int16], into path: String, _ engine: Engine) async throws {
    let graph = Graph {
        Branch("voice") {
            // What a program feeds.
            "appsrc"
            Step.elevenlabsvoicechanger(voiceID: "21m00Tcm4TlvDq8ikWAM", outputFormat: "pcm_24000")
            Step.wavenc()
            Step.filesink(location: path)
        }
    }
    let pipeline = try Pipeline(graph, engine: engine)
    let voice = try pipeline.input("voice", as: Int16.self, rate: 16000, channels: 1)
    async let run = pipeline.run()
    // A tenth of a second at a time, as a microphone would give them. Each write waits until there is room for it.
    for start in stride(from: 0, to: samples.count, by: 1600) {
        try await voice.write(Array(samples[start..<min(start + 1600, samples.count)]))
    }
    voice.finish()
    _ = try await run
}

let arguments = CommandLine.arguments.dropFirst()
let engine = try Engine()
let samples = try await speak(arguments.dropFirst().joined(separator: " "), engine)
try await change(samples, into: arguments.first ?? "changed.wav", engine)
print("\(samples.count) samples went in")
