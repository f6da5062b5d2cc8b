import ElevenLabsSimulator
import Foundation
import GLib
import HTTP

/// One field of a form, written by hand so that it may be wrong.
enum Field: Sendable {
    case text(String, String)
    case file(String, [UInt8], filename: String? = "upload", type: String? = "application/octet-stream")

    fileprivate var bytes: [UInt8] {
        switch self {
        case .text(let name, let value):
            return Array("Content-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)".utf8)
        case .file(let name, let contents, let filename, let type):
            var head = "Content-Disposition: form-data; name=\"\(name)\""
            if let filename { head += "; filename=\"\(filename)\"" }
            if let type { head += "\r\nContent-Type: \(type)" }
            return Array((head + "\r\n\r\n").utf8) + contents
        }
    }
}

extension Bench {
    static let boundary = "3f2a1b0c9d8e7f60718293a4b5c6d7e8"
    static let changerPath = "/v1/speech-to-speech/\(sarah)/stream"
    static let isolationPath = "/v1/audio-isolation/stream"
    static let isPCM = Field.text("file_format", "pcm_s16le_16")

    static func form(_ fields: [Field]) -> [UInt8] {
        fields.flatMap { Array("--\(boundary)\r\n".utf8) + $0.bytes + Array("\r\n".utf8) }
            + Array("--\(boundary)--\r\n".utf8)
    }

    /// Sends a form.
    func upload(
        _ target: String, _ fields: [Field], key: String? = "key", timeouts: HTTPTimeouts = .patient
    ) async -> Outcome {
        await send(
            target, Self.form(fields), type: "multipart/form-data; boundary=\(Self.boundary)", key: key,
            timeouts: timeouts
        )
    }

    /// Sends any bytes as a body.
    func send(
        _ target: String, _ body: [UInt8], type: String, key: String? = "key", timeouts: HTTPTimeouts = .patient
    ) async -> Outcome {
        var outcome = Outcome()
        let request = HTTPRequest(
            method: "POST", url: "http://127.0.0.1:\(port)\(target)",
            secretHeader: key.map { ("xi-api-key", Secret($0)) },
            body: .bytes(Bytes(body), contentType: type), timeouts: timeouts
        )
        do {
            let response = try await client.send(request)
            outcome.status = response.status
            outcome.headers = response.headers
            while let bytes = try await response.read() { outcome.body += bytes.array }
        } catch {
            outcome.error = error
        }
        return outcome
    }

    /// Samples at 16 kHz through the voice changer, samples at 16 kHz back.
    func change(
        _ audio: [UInt8], voice: String = Bench.sarah, path: String = "speech-to-speech", query: String = "",
        _ fields: [Field] = []
    ) async -> Outcome {
        await upload(
            "/v1/\(path)/\(voice)/stream?output_format=pcm_16000\(query)",
            fields + [Self.isPCM, .file("audio", audio)]
        )
    }
}
