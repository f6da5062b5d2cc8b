import Foundation
import Testing

/// The program in the README that is made of the product `ElevenLabs` alone.
@Suite(.inTurns) struct `A program with the API client alone` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let program = URL(filePath: Project.program).deletingLastPathComponent()
        .appending(path: "ClientOnly").path

    @Test func `stands in the README`() throws {
        let source = try String(contentsOfFile: Project.root + "/Tests/ClientOnly/main.swift", encoding: .utf8)
        let readme = try String(contentsOfFile: Project.root + "/README.md", encoding: .utf8)
        #expect(readme.contains("```swift\n\(source)```"))
    }

    @Test func `writes speech`() async throws {
        let url = try await scratch.simulate(["--pace", "0"])
        let child = try scratch.start(
            Self.program, [], environment: Server.keyEnvironment.merging(["ELEVENLABS_BASE_URL": url]) { $1 })
        let finished = await child.finish()
        #expect(finished.status == 0, "\(finished.errorText)")
        try scratch.write(finished.output, to: "speech.mp3")
        #expect(try await scratch.decode("speech.mp3").level > 0.01)
        #expect(finished.errorText.isEmpty)
    }

    #if os(Linux)
        @Test func `needs libsoup and no GStreamer`() async throws {
            let libraries = try await scratch.tool("ldd", [Self.program]).outputText
            #expect(libraries.contains("libsoup-3.0.so"), "\(libraries)")
            #expect(!libraries.contains("libgst"), "\(libraries)")
        }
    #endif
}
