import ElevenLabsSimulator
import GLib
import Synchronization
import Testing

@testable import ElevenPipe

/// A pipeline for a program: ends of its graph may be open.
func makeOpenPipeline(_ branches: String, port: Int = 1) throws -> Pipeline {
    let engine = try Engine(baseURL: "http://127.0.0.1:\(port)", apiKey: .provider { "made-up" })
    let text = "elevenpipe: 1\ngraph:\n" + branches.split(separator: "\n").map { "  \($0)\n" }.joined()
    return try Pipeline(Graph(yaml: text, fileName: "test.yaml"), engine: engine)
}

/// What a reader got.
struct Heard<Sample: PCMSample & Equatable> {
    var samples: [Sample] = []
    var format: AudioFormat?
    var chunks = 0
    var isContinuous = true
    var error: PipelineError?
}

/// Reads an output to its end. - Parameter each: called after each chunk.
func hear<Sample: PCMSample>(
    _ output: AudioOutput<Sample>, each: @Sendable (Int) async -> Void = { _ in }
) async -> Heard<Sample> {
    var heard = Heard<Sample>()
    var end = Duration.zero
    do throws(PipelineError) {
        for try await chunk in output {
            heard.samples += chunk.samples
            heard.format = chunk.format
            heard.chunks += 1
            // Times are rounded to the nanosecond.
            let gap = chunk.timestamp - end
            if gap > .nanoseconds(2) || gap < .nanoseconds(-2) { heard.isContinuous = false }
            end = chunk.timestamp + chunk.duration
            await each(heard.chunks)
        }
    } catch { heard.error = error }
    return heard
}

/// The samples behind the header of a 16-bit WAV file.
func samples16(inWAV bytes: [UInt8]) -> [Int16] {
    guard let data = bytes.indices.dropLast(8).first(where: { bytes[$0..<$0 + 4].elementsEqual("data".utf8) }) else {
        return []
    }
    // Tags may follow the samples.
    let size = bytes[(data + 4)..<(data + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
    let rest = bytes[(data + 8)...].prefix(size)
    return stride(from: rest.startIndex, to: rest.endIndex - 1, by: 2).map {
        Int16(bitPattern: UInt16(rest[$0]) | UInt16(rest[$0 + 1]) << 8)
    }
}

/// A tone that repeats nowhere soon, so that a shift by any number of samples shows.
func ramp(_ count: Int) -> [Int16] { (0..<count).map { Int16(truncatingIfNeeded: $0 &* 31 &+ $0 / 977) } }
