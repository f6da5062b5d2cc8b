import ElevenLabs
import Foundation

extension AudioLab {
    static func pcm(of samples: [Double]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * samples.count)
        for sample in samples {
            let value = UInt16(bitPattern: Int16(max(-32768, min(32767, (sample * 32768).rounded()))))
            bytes.append(UInt8(truncatingIfNeeded: value))
            bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        }
        return bytes
    }

    /// The mean spectrum of the loud parts in dB, every 40 Hz up to 6.4 kHz, seen through a window of 8 ms: too short for
    /// the harmonics, so that the formants are left. For samples at 16 kHz.
    static func envelope(_ samples: [Double]) -> [Double] {
        let length = 128
        let window = (0..<length).map { 0.5 - 0.5 * cos(2 * Double.pi * (Double($0) + 0.5) / Double(length)) }
        let steps = 161
        // The angle of a frequency k * 40 Hz at a sample n is 2 pi k n / 400.
        let table = (0..<400).map { (cos(2 * Double.pi * Double($0) / 400), sin(2 * Double.pi * Double($0) / 400)) }
        let starts = stride(from: 0, to: samples.count - length, by: 1600).filter {
            loudness(Array(samples[$0..<$0 + length])) > 0.03
        }
        var sum = [Double](repeating: 0, count: steps)
        for start in starts {
            let part = (0..<length).map { samples[start + $0] * window[$0] }
            for step in 0..<steps {
                var (real, imaginary) = (0.0, 0.0)
                for index in 0..<length {
                    let turn = table[step * index % 400]
                    real += part[index] * turn.0
                    imaginary += part[index] * turn.1
                }
                sum[step] += 10 * log10(real * real + imaginary * imaginary + 1e-7)
            }
        }
        return sum.map { $0 / Double(max(starts.count, 1)) }
    }

    /// By which factor the formants of one recording lie above those of another: the stretch of the frequency axis under
    /// which their envelopes are most alike.
    static func formantRatio(_ changed: [Double], to original: [Double]) -> Double {
        let (from, to) = (envelope(original), envelope(changed))
        var best = (ratio: 0.0, likeness: -1.0)
        for ratio in stride(from: 0.75, to: 1.35, by: 0.005) {
            var (first, second): ([Double], [Double]) = ([], [])
            for index in 6..<150 {
                let place = Double(index) / ratio
                guard place < Double(from.count - 2) else { break }
                let left = Int(place)
                first.append(from[left] + (from[left + 1] - from[left]) * (place - Double(left)))
                second.append(to[index])
            }
            let likeness = correlation(first, second)
            if likeness > best.likeness { best = (ratio, likeness) }
        }
        return best.ratio
    }

    /// How alike two signals of one length are: 1 is the same but for a factor and a constant.
    static func correlation(_ first: [Double], _ second: [Double]) -> Double {
        let count = min(first.count, second.count)
        let meanFirst = first.prefix(count).reduce(0, +) / Double(count)
        let meanSecond = second.prefix(count).reduce(0, +) / Double(count)
        var (cross, one, two) = (0.0, 1e-12, 1e-12)
        for index in 0..<count {
            let (a, b) = (first[index] - meanFirst, second[index] - meanSecond)
            cross += a * b
            one += a * a
            two += b * b
        }
        return cross / (one * two).squareRoot()
    }

    /// How loud it is from 20 ms to 20 ms, which tells where the words are.
    static func contour(_ samples: [Double]) -> [Double] {
        stride(from: 0, to: samples.count - 320, by: 320).map { loudness(Array(samples[$0..<$0 + 320])) }
    }

    /// By how many samples a signal lags behind another, within a range.
    static func lag(_ signal: [Double], behind reference: [Double], within range: ClosedRange<Int>) -> Int {
        let middle = reference.count / 2
        let part = max(0, middle - 16000)..<min(reference.count, middle + 16000)
        var best = (lag: 0, value: -Double.infinity)
        for lag in range {
            var sum = 0.0
            for index in part where signal.indices.contains(index + lag) {
                sum += reference[index] * signal[index + lag]
            }
            if sum > best.value { best = (lag, sum) }
        }
        return best.lag
    }

    /// The power of what a signal shares with a clean reference over the power of all else, in dB.
    static func signalToNoise(_ signal: [Double], reference: [Double]) -> Double {
        let count = min(signal.count, reference.count)
        var (cross, energy) = (0.0, 1e-12)
        for index in 0..<count {
            cross += signal[index] * reference[index]
            energy += reference[index] * reference[index]
        }
        let gain = cross / energy
        var rest = 1e-12
        for index in 0..<count {
            let difference = signal[index] - gain * reference[index]
            rest += difference * difference
        }
        return 10 * log10(gain * gain * energy / rest)
    }

    /// Noise of one sort, the same in every run, its power 1.
    static func noise(_ kind: Noise, count: Int) -> [Double] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func white() -> Double {
            // Twelve uniform numbers make a normal one.
            var sum = -6.0
            for _ in 0..<12 {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                sum += Double(state >> 11) / Double(1 << 53)
            }
            return sum
        }
        var noise = (0..<count).map { _ in white() }
        if kind == .pink {
            // Three first-order filters that fall by about 3 dB an octave together.
            var (a, b, c) = (0.0, 0.0, 0.0)
            for index in noise.indices {
                let input = noise[index]
                a = 0.99765 * a + input * 0.0990460
                b = 0.96300 * b + input * 0.2965164
                c = 0.57000 * c + input * 1.0526913
                noise[index] = a + b + c + input * 0.1848
            }
        }
        let level = loudness(noise)
        return noise.map { $0 / level }
    }

    enum Noise: String, CaseIterable { case white, pink }
}
