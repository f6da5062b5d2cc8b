import ElevenLabs
import Foundation
import GLib
import Testing

@testable import ElevenLabsElements

@Suite("Joining answers in MP3")
struct FrameJoinerTests {
    /// In samples at 16 kHz: about a second each, none a whole number of frames, all of whole periods of a tone of 440 Hz, since the
    /// cutter cuts where the signal crosses zero.
    private static let inputs = [16000, 15200, 17200, 14400, 18000, 16000]

    /// Answers to pieces of one signal, each encoded for itself.
    private static func answers(
        _ format: OutputFormat, options: String = "", _ signal: (Range<Int>) -> [Int16]
    ) async throws -> [(Int, [UInt8])] {
        var (answers, end, position) = ([(Int, [UInt8])](), 0, 0)
        for input in inputs {
            end += input
            let next = end * format.sampleRate / 16000
            let bytes = try await Transcoding.mp3(
                signal(position..<next), rate: format.sampleRate, bitrate: format.bitrate / 1000, options)
            answers.append((input, bytes))
            position = next
        }
        return answers
    }

    /// Where pieces begin in what is decoded, without the delay.
    private static func joins(_ rate: Int) -> [Int] {
        inputs.indices.dropFirst().map { inputs[..<$0].reduce(0, +) * rate / 16000 }
    }

    private static func frames(_ bytes: [UInt8], _ format: OutputFormat) -> [MP3Frame] {
        var parser = MP3Parser()
        return parser.add(bytes).compactMap { item in if case .frame(let frame) = item { frame } else { nil } }
    }

    /// A decoder sums in another order at another place, which may round another way.
    private static func difference(_ left: ArraySlice<Int16>, _ right: ArraySlice<Int16>) -> Int {
        zip(left, right).map { abs(Int($0) - Int($1)) }.max() ?? .max
    }

    static let mp3Formats: [OutputFormat] = [.mp3At44100Hz128k, .mp3At44100Hz32k, .mp3At24000Hz48k, .mp3At22050Hz32k]

    @Test("A tone that goes through all pieces has no step at a join", arguments: mp3Formats)
    func tone(format: OutputFormat) async throws {
        let rate = format.sampleRate
        let answers = try await Self.answers(format) { AudioSamples.sine($0, rate: rate) }
        let joined = try await Transcoding.decoded(mp3: try join(format, answers))
        let whole = try await Transcoding.decoded(mp3: answers[0].1).dropFirst(4000).dropLast(6000)
        for join in Self.joins(rate) {
            let around = joined[(join - 2000)..<(join + 5000)]
            #expect(AudioSamples.step(around) <= AudioSamples.step(whole) * 2, "at \(join)")
        }
    }

    @Test(
        "Everything stays where it is, to half a frame, and the joins add nothing to the length", arguments: mp3Formats)
    func timing(format: OutputFormat) async throws {
        let rate = format.sampleRate
        let frame = rate < 32000 ? 576 : 1152
        // A burst a quarter of a second after each piece's beginning.
        let starts = [0] + Self.joins(rate)
        var bursts = Set<Int>()
        for start in starts { bursts.formUnion(start + rate / 4..<start + rate / 4 + rate / 100) }
        let answers = try await Self.answers(format) { range in
            zip(range, AudioSamples.sine(range, rate: rate, frequency: 1000)).map { bursts.contains($0) ? $1 : 0 }
        }
        let joined = try await Transcoding.decoded(mp3: try join(format, answers))
        // The first one tells the encoder's and the decoder's delay.
        let delay = try #require(joined.firstIndex { abs(Int($0)) > 3000 }) - rate / 4
        for start in starts {
            let found = try #require(joined[(start + rate / 8)...].firstIndex { abs(Int($0)) > 3000 })
            let error = found - delay - start - rate / 4
            #expect(abs(error) <= frame / 2 + 4, "\(error) samples at \(start)")
        }
        // The last answer is as much longer than its piece as it would be alone; the joins add less than 20 ms.
        let last = try #require(answers.last)
        let surplus = try await Transcoding.decoded(mp3: last.1).count - last.0 * rate / 16000
        let error = joined.count - Self.inputs.reduce(0, +) * rate / 16000 - surplus
        #expect(abs(error) <= frame / 2 + 1 && abs(error) * 1000 / rate < 20, "\(error)")
    }

    @Test("Around a join every frame decodes to what it decodes to alone, but for the overlap")
    func reservoir() async throws {
        let format = OutputFormat.mp3At44100Hz128k
        // Quiet noise with loud bursts, which are coded with what quiet frames leave.
        var state: UInt32 = 1
        let answers = try await Self.answers(format) { range in
            range.map { position in
                state = state &* 1_664_525 &+ 1_013_904_223
                return Int16(Int(Int32(bitPattern: state) >> 16) / (position % 11025 < 1500 ? 4 : 400))
            }
        }
        let reaching = answers.dropFirst().filter { Self.frames($0.1, format)[1].reservoir > 0 }.count
        #expect(reaching == answers.count - 1, "the second frames begin in the first")
        let bytes = try join(format, answers)
        let joined = try await Transcoding.decoded(mp3: bytes)
        #expect(joined.count == Self.frames(bytes, format).count * 1152)
        var before = try await Transcoding.decoded(mp3: answers[0].1)
        var start = 0
        for (join, answer) in zip(Self.joins(44100), answers.dropFirst()) {
            let after = try await Transcoding.decoded(mp3: answer.1)
            let first = (join + 576) / 1152 * 1152
            let end = joined[first - 1152..<first + 1152]
            #expect(Self.difference(end, before[first - 1152 - start..<first + 1152 - start]) <= 1, "at \(first)")
            #expect(Self.difference(joined[first + 2304..<first + 11520], after[2304..<11520]) <= 1, "at \(first)")
            (before, start) = (after, first)
        }
    }

    @Test("An only answer comes out as it came in, whatever is in it", arguments: [31, 417, 1_000_000])
    func only(chunk: Int) async throws {
        let format = OutputFormat.mp3At44100Hz128k
        let sound = try await Transcoding.mp3(AudioSamples.sine(0..<44100, rate: 44100), rate: 44100, bitrate: 128)
        let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 3] + [UInt8](repeating: 0xFF, count: 131)
        let bodies = [
            sound, tag + sound + Array("TAG".utf8) + [UInt8](repeating: 32, count: 125), Array(sound.dropLast(100)), [],
            [1, 2], tag,
        ]
        for body in bodies {
            for input in [16000, 8000, 100] {
                let isSame = try join(format, [(input, body)], chunk: chunk) == body
                #expect(isSame)
            }
        }
    }

    @Test("Tags and file headers of later answers are dropped", arguments: [333, 1_000_000])
    func tags(chunk: Int) async throws {
        let format = OutputFormat.mp3At44100Hz128k
        let plain = try await Self.answers(format) { AudioSamples.sine($0, rate: 44100) }
        var info = Array(try #require(plain.first).1.prefix(417))
        info.replaceSubrange(4..., with: [UInt8](repeating: 0, count: 413))
        info.replaceSubrange(21..<25, with: Array("Info".utf8))
        info[2] &= 0xFD
        let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 3] + [UInt8](repeating: 0xFF, count: 131)
        let end = Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)
        let tagged = plain.map { ($0.0, tag + info + $0.1 + end) }
        let expected = try join(format, plain)
        let joined = try join(format, tagged, chunk: chunk)
        let isSame = joined == tag + info + expected
        #expect(isSame, "\(joined.count) \(expected.count)")
    }

    @Test("An answer of quite another length keeps its own", arguments: [0.5, 0.8, 1.3])
    func otherLengths(factor: Double) async throws {
        let format = OutputFormat.mp3At44100Hz128k
        let answers = try await Self.answers(format) { AudioSamples.sine($0, rate: 44100) }
        let told = answers.map { (Int(Double($0.0) / factor), $0.1) }
        let joined = try await Transcoding.decoded(mp3: try join(format, told))
        let expected = Self.inputs.reduce(0, +) * 44100 / 16000
        #expect(abs(joined.count - expected) < 5 * 5 * 1152 / 2)
        for position in stride(from: 2000, to: joined.count - 9000, by: 1152) {
            #expect(AudioSamples.step(joined[position..<(position + 1152)]) < 1000, "\(position)")
        }
    }

    @Test("Of an answer no more is held back than lies beyond its piece", arguments: [417, 1000])
    func delay(chunk: Int) async throws {
        let format = OutputFormat.mp3At44100Hz128k
        let sound = try await Transcoding.mp3(AudioSamples.sine(0..<441_000, rate: 44100), rate: 44100, bitrate: 128)
        var joiner = try #require(PieceJoiner(format))
        _ = joiner.begin(pieceOf: 160_000)
        var (given, taken) = (0, 0)
        for start in stride(from: 0, to: sound.count, by: chunk) {
            let part = Bytes(sound[start..<min(start + chunk, sound.count)])
            given += part.count
            taken += joiner.add(part).reduce(0) { $0 + $1.count }
            #expect(given - taken < 418 || given > 160_000 - 1000)
            #expect(given - taken <= 4 * 418)
        }
    }

    @Test("Bytes that are no MP3, or nearly, end in no crash, and an only answer of them comes out as it came in")
    func anything() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let answers = (0..<3).map { _ in
                var bytes = (0..<Int.random(in: 0...3000)).map { _ in UInt8.random(in: 0...255, using: &generator) }
                for position in stride(from: 0, to: bytes.count - 4, by: Int.random(in: 20...400)) {
                    let heads: [[UInt8]] = [
                        [0xFF, 0xFB, 0x90], [0xFF, 0xF3, 0x10], [0xFF, 0xE2, 0x14], [0x49, 0x44, 0x33],
                    ]
                    bytes.replaceSubrange(position..<position + 3, with: heads.randomElement() ?? [])
                }
                return (Int.random(in: 0...5000), bytes)
            }
            _ = try join(.mp3At44100Hz128k, answers, chunk: Int.random(in: 1...500))
            let only = try join(.mp3At44100Hz128k, Array(answers.prefix(1)), chunk: Int.random(in: 1...500))
            #expect(only == answers[0].1)
        }
    }
}
