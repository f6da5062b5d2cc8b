import ElevenLabs
import Foundation
import GLib
import HTTP
import Testing

/// Audio on its way to the service.
@Suite(.timeLimit(.minutes(2))) struct ClientUploadTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "elevenlabs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private static let audio = (0..<300_007).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }

    /// Answers with the length of the audio and a sum over it.
    private static func echo(_ request: HTTPServerRequest) -> HTTPServerResponse {
        guard let parts = try? request.multipart() else { return .refusal(400, "no form") }
        let others = parts.filter { $0.name != "audio" }.map {
            "\($0.name)=\(String(decoding: $0.body.array, as: UTF8.self))"
        }
        let audio = parts.first { $0.name == "audio" }?.body.array ?? []
        return .audio(Array("\(sum(audio)) \(others)".utf8))
    }

    private static func sum(_ bytes: [UInt8]) -> String {
        "\(bytes.count) \(bytes.reduce(into: UInt64(7)) { $0 = $0 &* 31 &+ UInt64($1) })"
    }

    private func file(_ bytes: some Sequence<UInt8>) throws -> URL {
        let url = folder.appending(path: "audio \(UUID().uuidString).bin")
        try Data(bytes).write(to: url)
        return url
    }

    @Test func `bytes, files and streams arrive whole, also when they are sent again`() async throws {
        let service = try await Service { request, number in
            number % 2 == 1 ? .refusal(503, "busy", headers: ["retry-after": "0"]) : Self.echo(request)
        }
        let client = service.client()
        let pieces = stride(from: 0, to: Self.audio.count, by: 999).map {
            Array(Self.audio[$0..<min($0 + 999, Self.audio.count)])
        }
        let uploads: [AudioUpload] = [
            .bytes(Self.audio), .file(try file(Self.audio)),
            .stream(
                AsyncStream { continuation in
                    for piece in pieces { continuation.yield(piece) }
                    continuation.finish()
                }),
        ]
        var request = VoiceChangerRequest(voiceID: "george", modelID: "m", fileFormat: .other)
        request.removeBackgroundNoise = true
        for upload in uploads {
            let changed = try await client.voiceChanger(request, audio: upload).bytes()
            let fields = #"["model_id=m", "remove_background_noise=true", "file_format=other"]"#
            #expect(String(decoding: changed, as: UTF8.self) == "\(Self.sum(Self.audio)) \(fields)")
        }
        for upload in uploads.prefix(2) {
            let isolated = try await client.audioIsolation(audio: upload)
            #expect(isolated.outputFormat == .mp3At44100Hz128k)
            #expect(String(decoding: try await isolated.bytes(), as: UTF8.self) == "\(Self.sum(Self.audio)) []")
        }
        let paths = service.requests.map(\.path)
        #expect(paths.count == 10)
        #expect(paths.first == "/v1/speech-to-speech/george/stream")
        #expect(paths.last == "/v1/audio-isolation/stream")
        await service.stop()
    }

    @Test func `an answer can be uploaded as it comes`() async throws {
        let service = try await Service { request, _ in
            request.path.contains("text-to-speech") ? .audio(Self.audio) : Self.echo(request)
        }
        let client = service.client()
        let speech = try await client.textToSpeech(speech)
        let changed = try await client.voiceChanger(VoiceChangerRequest(voiceID: "a"), audio: .stream(speech))
        #expect(String(decoding: try await changed.bytes(), as: UTF8.self) == "\(Self.sum(Self.audio)) []")
        await service.stop()
    }

    @Test func `what cannot be read or sent is told, and nothing goes out`() async throws {
        struct Broken: Error {}
        let service = try await Service(.audio([1]))
        let pipe = folder.appending(path: "pipe")
        #expect(mkfifo(pipe.path, 0o600) == 0)
        let large = folder.appending(path: "large")
        #expect(FileManager.default.createFile(atPath: large.path, contents: nil))
        try FileHandle(forWritingTo: large).truncate(atOffset: UInt64(VoiceChangerRequest.maximumBytes) + 1)
        let broken = AsyncThrowingStream<[UInt8], any Error> { continuation in
            continuation.yield([1])
            continuation.finish(throwing: Broken())
        }
        let endless = AsyncStream<[UInt8]> { Array(repeating: 0, count: 1 << 20) }
        let cases: [(AudioUpload, String)] = [
            (.bytes([]), "audio is empty, but must be at least one byte long"),
            (.file(try file([])), "audio is empty, but must be at least one byte long"),
            (.file(folder.appending(path: "none")), "/none cannot be read: No such file or directory"),
            (.file(folder), " cannot be read: it is no regular file"),
            (.file(pipe), "/pipe cannot be read: it is no regular file"),
            (.file(large), "audio is over 50000000 bytes long, but must be at most 50000000"),
            (.stream(endless), "audio is over 50000000 bytes long, but must be at most 50000000"),
            (.stream(broken), "the audio to upload broke off: Broken()"),
        ]
        for (upload, message) in cases {
            let error = await failure { () throws(ElevenLabsClientError) in
                try await service.client().voiceChanger(VoiceChangerRequest(voiceID: "a"), audio: upload)
            }
            #expect(error?.description.hasSuffix(message) == true, "\(String(describing: error)), not \(message)")
        }
        if let web = URL(string: "https://example.com/a.mp3") {
            let error = await failure { () throws(ElevenLabsClientError) in
                try await service.client().audioIsolation(audio: .file(web))
            }
            #expect(error == .unreadableUpload(reason: "the URL of the audio is not a file's"))
        }
        #expect(service.requests.isEmpty)
        await service.stop()
    }

    @Test func `a file that becomes shorter while it goes out is an error`() async throws {
        let url = try file(repeatElement(1, count: 4 << 20))
        let spool = try Spool(reading: url.path)
        #expect(spool.count == 4 << 20)
        #expect(try spool.read(5..<10).array == [1, 1, 1, 1, 1])
        try FileHandle(forWritingTo: url).truncate(atOffset: 100)
        do {
            _ = try spool.read(0..<200)
            Issue.record("it was read")
        } catch {
            #expect(error.description == "\(url.path) cannot be read: it has become shorter")
        }
        // Reading leaves a file of somebody else as it is, whatever is let go of.
        spool.discard(before: 4 << 20)
        #expect(try Data(contentsOf: url).count == 100)
    }

    #if os(Linux)
        @Test func `files that are refused do not stay open`() throws {
            func open() throws -> Int {
                let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                return files.filter { name in
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)"))
                        == folder.path
                }.count
            }
            for _ in 0..<100 { #expect(throws: Spool.Failure.self) { try Spool(reading: folder.path) } }
            #expect(try open() == 0)
        }
    #endif
}
