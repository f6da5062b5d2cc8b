import ElevenLabsSimulator
import Foundation
import Testing

/// Runs graphs against a simulator that fails, and hears what comes of it.
struct FaultBench: Sendable {
    /// Where the sound goes.
    enum Output: String, CaseIterable, Sendable {
        case speaker
        case file
    }

    enum Element: String, CaseIterable, Sendable {
        case speech = "elevenlabstts"
        case changer = "elevenlabsvoicechanger"
        case isolation = "elevenlabsisolation"
    }

    /// What one run came to.
    struct Outcome: Sendable {
        /// Seconds of sound, without the silence around it and without pauses.
        let heard: Double
        /// Seconds of silence before it, in a file.
        let lead: Double
        let status: Int32
        let requests: Int
        let errors: [String]
        /// What is said of the file; nil where nothing is.
        let fileNote: String?
    }

    static let text = "A fault is told, and nothing is lost."
    static let formats = ["mp3_44100_128", "opus_48000_64", "pcm_24000", "ulaw_8000"]
    private static let rate = 24000

    let scratch: Scratch
    private let sound: SoundServer
    private let lanes: Lanes

    /// - Parameter lanes: how many runs may be under way at once.
    init(in scratch: Scratch, lanes count: Int) async throws {
        self.scratch = scratch
        let names = (0..<count).map { "lane\($0)" }
        sound = try await SoundServer(in: scratch, sinks: names, format: "rate=\(Self.rate) channels=1 format=s16le")
        for name in names {
            // With little latency: what was played is in the file when the player has ended.
            _ = try scratch.companion(
                "parec",
                [
                    "--device=\(name).monitor", "--format=s16le", "--rate=\(Self.rate)", "--channels=1", "--raw",
                    "--latency-msec=20", scratch.path(name),
                ], environment: sound.environment)
            try await eventually("parec records nothing") { try scratch.exists(name) && !scratch.bytes(name).isEmpty }
        }
        lanes = Lanes(names)
        try await scratch.speak(Self.text, to: "in.wav")
    }

    /// - Parameter format: of what is spoken; nil for the element's own.
    func run(
        _ test: FaultCase, _ element: Element, _ output: Output, format: String? = nil
    ) async throws -> Outcome {
        let lane = await lanes.take()
        defer { lanes.giveBack(lane) }
        let simulator = try test.simulator()
        let port = try await simulator.start()
        let name = UUID().uuidString
        let graph = try graph(element, output, format, name: name)
        let start = try scratch.bytes(lane).count
        let finished = try await scratch.elevenpipe(
            ["run", graph, "--base-url", "http://127.0.0.1:\(port)", "--require-audio"],
            environment: sound.environment.merging(Server.keyEnvironment) { $1 }.merging(["PULSE_SINK": lane]) { $1 },
            limit: 60)
        let heard: Sound
        switch output {
        case .speaker:
            try await Task.sleep(for: .milliseconds(400))
            heard = Sound(rate: Self.rate, samples: samples(Array(try scratch.bytes(lane)[(start & ~1)...])))
        case .file:
            let isSilent = try format != nil || scratch.bytes(name).isEmpty
            heard = isSilent ? Sound(rate: Self.rate, samples: []) : try await scratch.decode(name, rate: Self.rate)
        }
        let requests = simulator.requests.count
        await simulator.stop()
        return Outcome(
            heard: heard.soundingLength, lead: heard.lead, status: finished.status, requests: requests,
            errors: finished.lines.filter { $0.contains(".yaml:") && $0.contains(": error: ") },
            fileNote: finished.lines.first { $0.hasPrefix(name + " is ") })
    }

    private func graph(_ element: Element, _ output: Output, _ format: String?, name: String) throws -> String {
        let limits = "first-byte-timeout: 2, idle-timeout: 2" + (format.map { ", output-format: \($0)" } ?? "")
        let source =
            switch element {
            case .speech: "elevenlabstts: {text: \"\(Self.text)\", voice-id: JBFqnCBsd6RMkjVDRZzb, \(limits)}"
            case .changer: "elevenlabsvoicechanger: {voice-id: EXAVITQu4vr4xnSDxMaL, \(limits)}"
            case .isolation: "elevenlabsisolation: {\(limits)}"
            }
        let input = element == .speech ? "" : "filesrc: {location: in.wav}, decodebin, "
        let end = output == .file ? "filesink: {location: \(name)}" : "decodebin, autoaudiosink"
        return try scratch.graph("a: [\(input)\(source), \(end)]", name: name + ".yaml")
    }
}

/// Names that are lent one to each.
private actor Lanes {
    private var free: [String]
    private var waiting: [CheckedContinuation<String, Never>] = []

    init(_ names: [String]) { free = names }

    func take() async -> String {
        if let name = free.popLast() { return name }
        return await withCheckedContinuation { waiting.append($0) }
    }

    func give(_ name: String) {
        if waiting.isEmpty { free.append(name) } else { waiting.removeFirst().resume(returning: name) }
    }

    nonisolated func giveBack(_ name: String) { Task { await give(name) } }
}

extension Sound {
    private var threshold: Double { max((envelope.max() ?? 0) / 50, 0.0002) }

    /// Seconds before the first sound.
    var lead: Double { envelope.firstIndex { [threshold] in $0 > threshold }.map { Double($0) / 100 } ?? 0 }

    /// Seconds between the first and the last sound, but for silence of more than a quarter of a second.
    var soundingLength: Double {
        let (levels, threshold) = (envelope, threshold)
        var (length, silence, isBegun) = (0, 0, false)
        for level in levels {
            if level > threshold {
                length += 1 + (isBegun && silence <= 25 ? silence : 0)
                (silence, isBegun) = (0, true)
            } else {
                silence += 1
            }
        }
        return Double(length) / 100
    }
}
