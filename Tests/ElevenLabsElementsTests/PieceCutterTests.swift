import Foundation
import GLib
import Testing

@testable import ElevenLabsElements

@Suite("Where a long input is cut")
struct PieceCutterTests {
    /// A stretch of signal.
    enum Part {
        /// A tone at a level in dB.
        case tone(Double, dB: Double)
        /// White noise at a level in dB.
        case noise(Double, dB: Double)
        case silence(Double)

        var seconds: Double {
            switch self {
            case .tone(let seconds, _), .noise(let seconds, _), .silence(let seconds): seconds
            }
        }
    }

    /// The samples of parts, with white noise under all of them.
    private static func signal(_ parts: [Part], floor: Double? = nil, offset: Double = 0) -> [Int16] {
        var state: UInt64 = 88_172_645_463_325_252
        func noise(_ dB: Double) -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            // Uniform noise of an amplitude of 1 has a level of -4.77 dB.
            return (Double(state >> 11) / Double(1 << 53) * 2 - 1) * 32767 * pow(10, (dB + 4.77) / 20)
        }
        var samples: [Int16] = []
        for part in parts {
            for _ in 0..<Int(part.seconds * 16000) {
                let time = Double(samples.count) / 16000
                var value = offset + (floor.map(noise) ?? 0)
                switch part {
                case .tone(_, let dB): value += sin(2 * .pi * 200 * time) * 32767 * pow(10, (dB + 3.01) / 20)
                case .noise(_, let dB): value += noise(dB)
                case .silence: break
                }
                samples.append(Int16(max(-32768, min(32767, value.rounded()))))
            }
        }
        return samples
    }

    private static func bytes(_ samples: some Sequence<Int16>) -> Bytes {
        Bytes(samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
    }

    /// The cuts, and how many samples had come when each was decided.
    private static func cuts(
        _ samples: [Int16], _ mode: PieceCutter.Mode, limit: Duration = .seconds(300), bufferSize: Int = 3201
    ) -> [(at: Int, decided: Int)] {
        var cutter = PieceCutter(limit: limit, mode: mode)
        let bytes = Self.bytes(samples)
        var found: [(Int, Int)] = []
        for start in stride(from: 0, to: bytes.count, by: bufferSize) {
            let part = bytes.slice(start..<min(start + bufferSize, bytes.count))
            found += cutter.add(part).map { ($0, cutter.position) }
        }
        #expect(cutter.position == samples.count)
        return found
    }

    private static func seconds(_ cuts: [(at: Int, decided: Int)]) -> [Double] { cuts.map { Double($0.at) / 16000 } }

    @Test(
        "At the limit the quietest place of the last fifth is taken, and no earlier one", arguments: [-90.0, -60, -45])
    func quietestBeforeLimit(floor: Double) throws {
        let samples = Self.signal(
            [
                .tone(5, dB: -20), .silence(1), .tone(2.5, dB: -20), .silence(0.3), .tone(0.6, dB: -20),
                .tone(1, dB: -35),
                .tone(5, dB: -20),
            ], floor: floor)
        let cuts = Self.cuts(samples, .limit, limit: .seconds(10))
        let cut = try #require(cuts.first)
        #expect(cuts.count == 1)
        #expect((8.5...8.8).contains(Double(cut.at) / 16000))
        // Decided as soon as the limit is passed, within one buffer.
        #expect(cut.decided > 160_000 && cut.decided < 160_000 + 3201)
    }

    @Test("The cut lies at a zero crossing", arguments: [0.0, 3000])
    func zeroCrossing(offset: Double) throws {
        let samples = Self.signal([.tone(9, dB: -20), .tone(0.5, dB: -30), .tone(5, dB: -20)], offset: offset)
        for cut in Self.cuts(samples, .limit, limit: .seconds(10)) {
            #expect((Double(samples[cut.at - 1]) < offset) != (Double(samples[cut.at]) < offset), "\(cut.at)")
        }
    }

    @Test(
        "Without a quiet place every piece keeps the limit and is not much shorter",
        arguments: [Part.tone(12.5, dB: -20), .noise(12.5, dB: -20), .silence(12.5)])
    func nothingQuiet(part: Part) {
        for mode in [PieceCutter.Mode.limit, .silence(minimum: .seconds(1))] {
            let cuts = Self.cuts(Self.signal([part]), mode, limit: .seconds(4))
            #expect(cuts.count == 3, "\(mode)")
            for (previous, cut) in zip([0] + cuts.map(\.at), cuts.map(\.at)) {
                #expect(cut - previous <= 64_000)
                #expect(cut - previous >= 51_200)
            }
        }
    }

    @Test("A little more than the limit does not leave a piece of a fraction of a second", arguments: [true, false])
    func noTinyPiece(isTone: Bool) throws {
        let samples = Self.signal([isTone ? .tone(300.1, dB: -20) : .silence(300.1)])
        let cuts = Self.cuts(samples, .limit)
        let cut = try #require(cuts.first)
        #expect(cuts.count == 1)
        #expect(cut.at >= 270 * 16000 && cut.at <= 295 * 16000, "\(cut.at)")
    }

    @Test("An input of just the limit stays whole, one sample more does not")
    func exactLimit() {
        let samples = Self.signal([.tone(10, dB: -20)])
        #expect(Self.cuts(samples, .limit, limit: .seconds(10)).isEmpty)
        #expect(Self.cuts(samples + [0], .limit, limit: .seconds(10)).count == 1)
    }

    @Test("Every long pause is cut once, in its middle, as soon as it is long enough", arguments: [nil, -70, -50, -40])
    func pauses(floor: Double?) {
        let samples = Self.signal(
            [
                .tone(4, dB: -20), .silence(0.3), .tone(4, dB: -20), .silence(0.8), .tone(3, dB: -18), .silence(4),
                .tone(3, dB: -22), .silence(0.45), .tone(3, dB: -20), .silence(0.6), .tone(2, dB: -20),
            ], floor: floor)
        let cuts = Self.cuts(samples, .silence(minimum: .seconds(2)), bufferSize: 640)
        let times = Self.seconds(cuts)
        let pauses = [8.3, 12.1, 22.55]
        #expect(times.count == 3, "\(times)")
        for (time, pause) in zip(times, pauses) { #expect(abs(time - pause - 0.25) < 0.14, "\(times)") }
        for (cut, pause) in zip(cuts, pauses) {
            #expect(abs(Double(cut.decided) / 16000 - pause - 0.5) <= 0.04, "\(times)")
        }
    }

    @Test("A piece is at least as long as the minimum, also where a pause begins before it")
    func minimum() {
        let samples = Self.signal([
            .tone(3, dB: -20), .silence(1), .tone(3, dB: -20), .silence(6), .tone(3, dB: -20), .silence(1),
            .tone(9, dB: -20),
        ])
        let times = Self.seconds(Self.cuts(samples, .silence(minimum: .seconds(10)), limit: .seconds(100)))
        #expect(times.count == 1)
        #expect(times.first.map { $0 >= 10 && $0 < 10.5 } == true, "\(times)")
    }

    @Test("The limit holds where no pause comes, and the level may change between pieces")
    func limitInSilenceMode() {
        let samples = Self.signal(
            [
                .tone(25, dB: -20), .silence(1), .tone(5, dB: -40), .silence(1), .tone(5, dB: -12), .silence(1),
                .tone(4, dB: -20),
            ],
            floor: -75)
        let cuts = Self.cuts(samples, .silence(minimum: .seconds(2)), limit: .seconds(10))
        let times = Self.seconds(cuts)
        #expect(times.count == 5, "\(times)")
        for (time, pause) in zip(times.dropFirst(2), [25.25, 31.25, 37.25]) {
            #expect(abs(time - pause) < 0.15, "\(times)")
        }
        for (previous, cut) in zip([0] + cuts.map(\.at), cuts.map(\.at)) { #expect(cut - previous <= 160_000) }
    }

    @Test("How the input is buffered changes nothing", arguments: [31, 640, 10_000_000])
    func buffering(size: Int) {
        let samples = Self.signal([.tone(1.5, dB: -20), .silence(0.7), .tone(3, dB: -20), .silence(1)], floor: -60)
        for mode in [PieceCutter.Mode.limit, .silence(minimum: .seconds(1))] {
            let expected = Self.cuts(samples, mode, limit: .seconds(2)).map(\.at)
            #expect(Self.cuts(samples, mode, limit: .seconds(2), bufferSize: size).map(\.at) == expected)
            #expect(!expected.isEmpty)
        }
    }
}
