import ElevenLabs
import Foundation

let client = ElevenLabsClient(apiKey: try .environment(), baseURL: try .environment())
let request = TextToSpeechRequest(voiceID: "JBFqnCBsd6RMkjVDRZzb", text: "Hello.", outputFormat: .mp3At44100Hz128k)
for try await bytes in try await client.textToSpeech(request) {
    try FileHandle.standardOutput.write(contentsOf: Data(bytes))
}
