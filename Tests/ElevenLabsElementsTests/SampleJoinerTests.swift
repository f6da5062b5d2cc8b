import ElevenLabs
import Foundation
import GLib
import Testing

@testable import ElevenLabsElements

/// Joins answers, each given in chunks of a size.
func join(_ format: OutputFormat, _ answers: [(Int, [UInt8])], chunk: Int = 1000) throws -> [UInt8] {
    var joiner = try #require(PieceJoiner(format))
    var out: [UInt8] = []
    func take(_ bytes: [Bytes]) {
        #expect(bytes.allSatisfy { !$0.isEmpty })
        for bytes in bytes { out += bytes.array }
    }
    for answer in answers {
        take(joiner.begin(pieceOf: answer.0))
        for start in stride(from: 0, to: answer.1.count, by: chunk) {
            take(joiner.add(Bytes(answer.1[start..<min(start + chunk, answer.1.count)])))
        }
        take(joiner.endPiece())
    }
    take(joiner.finish())
    return out
}

@Suite("Joining answers of samples")
struct SampleJoinerTests {
    static let formats: [OutputFormat] = [.pcmAt8000Hz, .ulawAt8000Hz, .alawAt8000Hz]

    private static func codec(_ format: OutputFormat) -> SampleCodec {
        switch format.codec {
        case .ulaw: .ulaw
        case .alaw: .alaw
        default: .linear
        }
    }

    private static func decoded(_ bytes: [UInt8], _ format: OutputFormat) -> [Int16] {
        codec(format).decode(bytes).map { Int16($0) }
    }

    private static func encoded(_ samples: [Int16], _ format: OutputFormat) -> [UInt8] {
        codec(format).encode(samples.map(Int.init))
    }

    @Test("Only what has no numbers and no header can be joined")
    func joinable() {
        for format in OutputFormat.allCases {
            #expect(PieceJoiner.canJoin(format) == (format.isStreaming && format.codec != .opus), "\(format)")
        }
    }

    @Test("G.711 is what GStreamer makes of it", arguments: [(SampleCodec.ulaw, "mulaw"), (.alaw, "alaw")])
    func codecs(codec: SampleCodec, name: String) async throws {
        let all = (0...255).map { UInt8($0) }
        let decoded = try await Transcoding.run(
            all, through: "rawaudioparse format=\(name) sample-rate=8000 num-channels=1 ! \(name)dec")
        #expect(codec.decode(all) == AudioSamples.samples(decoded).map(Int.init))
        #expect(codec.decode(codec.encode(codec.decode(all))) == codec.decode(all))
    }

    @Test(
        "An only answer comes out as it came in, whatever its length", arguments: formats, [0, 1, 3, 999, 9001])
    func only(format: OutputFormat, count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 7)) }
        for chunk in [7, 100_000] {
            let isSame = try join(format, [(16000, bytes)], chunk: chunk) == bytes
            #expect(isSame, "\(chunk)")
        }
    }

    @Test("Of an only answer no more than 10 ms is ever held back while it is not too long", arguments: formats)
    func delay(format: OutputFormat) throws {
        var joiner = try #require(PieceJoiner(format))
        _ = joiner.begin(pieceOf: 16000)
        let width = try #require(format.bytesPerSample)
        var (given, taken) = (0, 0)
        for _ in 0..<format.sampleRate / 50 {
            given += 50 * width
            taken += joiner.add(Bytes([UInt8](repeating: 1, count: 50 * width))).reduce(0) { $0 + $1.count }
            #expect(given - taken <= format.sampleRate / 100 * width)
        }
        #expect(joiner.endPiece().reduce(taken) { $0 + $1.count } == given)
    }

    @Test(
        "Answers as long as their pieces are joined sample by sample", arguments: formats + [.pcmAt44100Hz],
        [1000, 100_000])
    func exactLengths(format: OutputFormat, chunk: Int) throws {
        let lengths = [4000, 2001, 3347, 1, 159, 3000]
        var (end, answers, whole) = (0, [(Int, [UInt8])](), [UInt8]())
        var position = 0
        for length in lengths {
            end += length
            let next = (end * format.sampleRate + 8000) / 16000
            let answer = Self.encoded(AudioSamples.sine(position..<next, rate: format.sampleRate), format)
            answers.append((length, answer))
            whole += answer
            position = next
        }
        let isSame = try join(format, answers, chunk: chunk) == whole
        #expect(isSame)
        // Each rounded for itself, which is off by a sample at times.
        let rounded = lengths.map { length in
            let count = length * format.sampleRate / 16000
            return (length, Self.encoded([Int16](repeating: 5, count: count), format))
        }
        #expect(try join(format, rounded, chunk: chunk) == rounded.flatMap(\.1))
    }

    /// Five answers to pieces of 400 ms, each off by so many ms, of a tone that goes on from one to the next as if nothing were missing.
    private static func answers(_ format: OutputFormat, off: Double, amplitude: Double = 10000) -> [(Int, [UInt8])] {
        var position = 0
        return (0..<5).map { index in
            let count = format.sampleRate * 2 / 5 + Int(off / 1000 * Double(format.sampleRate))
            // A phase of its own: the ends do not fit.
            position += count + index * 29
            let samples = AudioSamples.sine(position..<position + count, rate: format.sampleRate, amplitude: amplitude)
            return (6400, encoded(samples, format))
        }
    }

    @Test(
        "Where the service changed the length there is no click", arguments: formats,
        [-300.0, -100, -60, -10, -3, 0.3, 3, 9, 10, 11, 60, 100, 101, 300])
    func fades(format: OutputFormat, off: Double) throws {
        let answers = Self.answers(format, off: off)
        let joined = Self.decoded(try join(format, answers), format)
        let tone = Self.decoded(answers[0].1, format)
        let hard = Self.decoded(answers.flatMap(\.1), format)
        #expect(AudioSamples.step(joined) <= AudioSamples.step(tone) * 11 / 10)
        if format.codec == .pcm {
            #expect(AudioSamples.click(joined) * 4 < AudioSamples.click(hard))
        }
        // What is a little off does not add up, but for the last answer's own.
        let expected = abs(off) <= 100 ? 2000 + off : 5 * (400 + off)
        let length = Double(joined.count) / Double(format.sampleRate) * 1000
        #expect(abs(length - expected) <= (abs(off) <= 100 ? 10.2 : 41), "\(length) of \(expected) ms")
    }

    @Test("A fade at full scale does not clip or overflow", arguments: [-5.0, 5])
    func fullScale(off: Double) throws {
        let answers = Self.answers(.pcmAt16000Hz, off: off, amplitude: 32767)
        let joined = Self.decoded(try join(.pcmAt16000Hz, answers), .pcmAt16000Hz)
        #expect(
            AudioSamples.step(joined) <= AudioSamples.step(AudioSamples.sine(0..<16000, rate: 16000, amplitude: 32767))
                * 11 / 10)
    }

    @Test("How the answers come in changes nothing", arguments: formats, [-20.0, -4, 0, 4, 20, 150])
    func chunks(format: OutputFormat, off: Double) throws {
        let answers = Self.answers(format, off: off)
        let expected = try join(format, answers, chunk: 1_000_000)
        for chunk in [7, 4097] {
            let isSame = try join(format, answers, chunk: chunk) == expected
            #expect(isSame, "\(chunk)")
        }
    }

    @Test("Answers may be empty, shorter than a fade or end inside a sample")
    func awkward() throws {
        let long = Self.encoded(AudioSamples.sine(0..<16000, rate: 16000), .pcmAt16000Hz)
        let shortOnes: [[UInt8]] = [[], [1], [1, 2, 3], Array(long.prefix(100)), Array(long.prefix(321))]
        for short in shortOnes {
            for answers in [[short, long], [long, short, long], [short, short], [long, short]] {
                let joined = try join(.pcmAt16000Hz, answers.map { (16000, $0) })
                #expect(joined.count <= answers.reduce(0) { $0 + $1.count } + 4 * 3200)
                #expect(joined.count >= answers.reduce(0) { $0 + $1.count } - 4 * 321)
            }
        }
    }

    @Test("A tone cut into pieces and answered as it is comes out as it was")
    func cutAndJoined() throws {
        let whole = AudioSamples.bytes(AudioSamples.sine(0..<80_000, rate: 16000))
        var cutter = PieceCutter(limit: .seconds(1), mode: .limit)
        let cuts = [0] + cutter.add(Bytes(whole)) + [80_000]
        #expect(cuts.count >= 6)
        let pieces = zip(cuts, cuts.dropFirst()).map { ($1 - $0, Array(whole[$0 * 2..<$1 * 2])) }
        let isSame = try join(.pcmAt16000Hz, pieces) == whole
        #expect(isSame)
    }
}
