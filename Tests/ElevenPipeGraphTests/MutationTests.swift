import Testing

@testable import ElevenPipe

/// A small generator with a seed, so that a failure can be had again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct `Any input` {
    private static let pieces = [
        "[", "]", "{", "}", ": ", "- ", "#", "\n", "  ", "\t", "\"", "'", "*a", "&a ", "!", "${", "}", "$${", "null",
        "from: a", "::", "\u{0}", "é",
        "sink_0::", "decodebin", "tee", "fakesink", "-1", "99999999999999999999", "1e999", "audio/x-raw,", "<<: ",
        "from: [a, b]", ".src_0", "pad: sink_0", "audiomixer", "concat", "volume: -6dB", "---\n", "|\n", "name: a",
        "insert: nothing\n",
    ]

    /// Whatever comes of it, it is an answer.
    private func answers(_ bytes: [UInt8]) {
        do {
            let graph = try Graph(yaml: bytes, fileName: "f")
            let checked = try graph.checked()
            _ = try Graph(yaml: checked.graph.yaml).checked()
        } catch {
            #expect(error.findings.contains { $0.severity == .error })
            #expect(error.findings.allSatisfy { !$0.message.isEmpty })
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: 0..<12)
    func `valid files with random changes give a graph or findings`(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        for _ in 0..<60 {
            var bytes = Array(try #require(`What the engine puts in`.graphs.randomElement(using: &random)).utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &random) ?? "").utf8, at: place)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...12, using: &random)))
                case 2: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
                case 3:
                    let end = min(bytes.count, place + 40)
                    bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
                default: if place < bytes.count { bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random)) }
                }
            }
            answers(bytes)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: 0..<4)
    func `random bytes give findings`(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        for length in [1, 10, 1000, 100_000] {
            answers((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test(arguments: [
        "elevenpipe: 1\ngraph:\n  a:\n    |\n      One\n      Two\n", "elevenpipe: 1\n\"a\\nb\": 1\n\"a\\nb\": 1\n",
        "elevenpipe: 1\ngraph: {a: [\"x\\e[2J\\ny\": {}]}\n",
        "elevenpipe: 1\ngraph: {a: [audiotestsrc: {\"x\\ny\": 1}]}\n",
    ])
    func `a finding is one line and changes no terminal, whatever the file holds`(text: String) {
        let found = findings(text)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0 != "\u{2028}" } }, "\(found)")
    }

    static let large: [String] = [
        String(repeating: "a", count: 10_000_000),
        file((0..<40_000).map { "b\($0): [x]" }.joined(separator: "\n")),
        file((0..<499).map { "b\($0): [from: b\($0 + 1), identity]" }.joined(separator: "\n")),
        file("a: [" + String(repeating: "nosuchelement, ", count: 1900) + "x]"),
        file(
            "a: [audiotestsrc, audiomixer: {" + (0..<20_000).map { "\"sink_\($0)::volume\": 1" }.joined(separator: ", ")
                + "}, fakesink]"),
        file("a: [fakesrc, " + String(repeating: "identity, ", count: 1900) + "fakesink]"),
        file("a: [fakesrc: {num-buffers: " + String(repeating: "9", count: 900_000) + "}, fakesink]"),
        file(
            "a: [filesrc: {location: \"" + String(repeating: "${p}", count: 200_000) + "\"}, fakesink]",
            head: "parameters: {p: \(String(repeating: "x", count: 20_000))}\n"),
        file("a: [fakesrc: {" + (0..<30_000).map { "p\($0): 1" }.joined(separator: ", ") + "}, fakesink]"),
        file("a: [fakesrc, \"audio/x-raw" + String(repeating: ",a=1", count: 100_000) + "\", fakesink]"),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: large.indices)
    func `large files are answered, quickly`(index: Int) { answers(Array(Self.large[index].utf8)) }
}
