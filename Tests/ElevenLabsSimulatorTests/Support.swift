import ElevenLabs
import ElevenLabsSimulator
import GLib
import HTTP
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A running simulator and a client to talk to it.
struct Bench {
    let simulator: Simulator
    let port: Int
    let client = HTTPClient(userAgent: "simulator-tests")

    /// What an answer held, and how its body ended.
    struct Outcome: Sendable {
        var status = 0
        var headers = HTTPHeaders()
        var body: [UInt8] = []
        var error: HTTPError?
        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSON? { try? JSONDecoder().decode(JSON.self, from: Data(body)) }
        var refusal: ElevenLabsError { ElevenLabsError(httpStatus: status, header: { headers[$0] }, body: body) }
    }

    /// Starts a simulator, runs the body, stops the simulator.
    static func with(
        _ change: (inout Simulator.Configuration) -> Void = { _ in }, _ body: (Bench) async throws -> Void
    ) async throws {
        var configuration = Simulator.Configuration()
        configuration.firstByteDelay = .zero
        configuration.pace = nil
        configuration.keepsAudio = true
        change(&configuration)
        let simulator = Simulator(configuration)
        let bench = Bench(simulator: simulator, port: try await simulator.start())
        do {
            try await body(bench)
        } catch {
            await simulator.stop()
            throw error
        }
        await simulator.stop()
    }

    func request(
        _ method: String, _ target: String, key: String? = "key", body: String? = nil,
        contentType: String = "application/json", headers: HTTPHeaders = HTTPHeaders(),
        timeouts: HTTPTimeouts = .patient
    ) async -> Outcome {
        var outcome = Outcome()
        let request = HTTPRequest(
            method: method, url: "http://127.0.0.1:\(port)\(target)", headers: headers,
            secretHeader: key.map { ("xi-api-key", Secret($0)) },
            body: body.map { .bytes(Bytes($0), contentType: contentType) },
            timeouts: timeouts
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

    /// Asks for speech with a request of ours, exactly as a client does.
    func speak(_ request: TextToSpeechRequest, timeouts: HTTPTimeouts = .patient) async throws -> Outcome {
        await self.request(
            "POST", request.target, body: String(decoding: try request.jsonBody(), as: UTF8.self), timeouts: timeouts
        )
    }

    func speak(
        _ text: String, voice: String = Bench.george, format: OutputFormat = .pcmAt16000Hz, speed: Double? = nil,
        seed: Int? = nil, timeouts: HTTPTimeouts = .patient
    ) async throws -> Outcome {
        var request = TextToSpeechRequest(voiceID: voice, text: text, outputFormat: format)
        request.voiceSettings = speed.map { VoiceSettings(speed: $0) }
        request.seed = seed
        return try await speak(request, timeouts: timeouts)
    }

    static let george = "JBFqnCBsd6RMkjVDRZzb"
    static let sarah = "EXAVITQu4vr4xnSDxMaL"
    static let speechPath = "/v1/text-to-speech/\(george)/stream"
}

/// Any JSON, to look into.
enum JSON: Decodable, Equatable {
    case null, bool(Bool), number(Double), string(String), array([JSON]), object([String: JSON])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([JSON].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSON].self))
        }
    }

    subscript(key: String) -> JSON? { if case .object(let fields) = self { fields[key] } else { nil } }
    subscript(index: Int) -> JSON? { if case .array(let list) = self, index < list.count { list[index] } else { nil } }
    var count: Int { if case .array(let list) = self { list.count } else { 0 } }
    var string: String? { if case .string(let value) = self { value } else { nil } }
}

extension HTTPTimeouts {
    /// A machine that has much to do may be slow, but is not broken.
    static let patient = HTTPTimeouts(firstByte: .seconds(60), idle: .seconds(60))

    static func firstByte(_ limit: Duration) -> HTTPTimeouts { HTTPTimeouts(firstByte: limit, idle: .seconds(60)) }

    static func idle(_ limit: Duration) -> HTTPTimeouts { HTTPTimeouts(firstByte: .seconds(60), idle: limit) }
}
