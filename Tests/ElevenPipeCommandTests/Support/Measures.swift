import Foundation

extension Sound {
    /// A part of it, in seconds.
    func part(from start: Double, to end: Double = .infinity) -> Sound {
        let first = min(max(Int(start * Double(rate)), 0), samples.count)
        let last = end.isFinite ? min(max(Int(end * Double(rate)), first), samples.count) : samples.count
        return Sound(rate: rate, samples: Array(samples[first..<last]))
    }

    /// The pitch of a voice in Hz: the middle one of all frames of 40 ms in which there is one. For 8 kHz and not much more.
    var pitch: Double {
        let length = rate / 25
        let loudest = envelope.max() ?? 0
        let lags = rate / 400...rate / 60
        let found = stride(from: 0, to: samples.count - length - lags.upperBound, by: length).compactMap { start in
            guard Self.level(samples[start..<start + length]) > loudest / 8 else { return Double?.none }
            let best = lags.map { lag in (lag, periodicity(start..<start + length, lag)) }.max { $0.1 < $1.1 }
            return best.flatMap { $0.1 > 0.7 ? Double(rate) / Double($0.0) : nil }
        }.sorted()
        return found.isEmpty ? 0 : found[found.count / 2]
    }

    /// How alike a stretch and the one a lag later are, from -1 to 1.
    private func periodicity(_ range: Range<Int>, _ lag: Int) -> Double {
        samples.withUnsafeBufferPointer { samples in
            var (product, square, later) = (0.0, 1.0, 1.0)
            for index in range {
                let (a, b) = (Double(samples[index]), Double(samples[index + lag]))
                product += a * b
                square += a * a
                later += b * b
            }
            return product / (square * later).squareRoot()
        }
    }

    /// How alike loudness runs in two sounds, whoever speaks: 1 is the same. The best of all shifts up to 60 ms.
    func contourLikeness(to other: Sound) -> Double {
        let (mine, theirs) = (envelope, other.envelope)
        return (-6...6).map { shift in
            let (here, there) = (max(0, shift), max(0, -shift))
            let count = min(mine.count - here, theirs.count - there)
            return count > 1 ? correlation(mine[here..<here + count], theirs[there..<there + count]) : 0
        }.max() ?? 0
    }

    /// The peak level of a tone, 1 being full scale.
    func level(of frequency: Double) -> Double {
        var (real, imaginary) = (0.0, 0.0)
        samples.withUnsafeBufferPointer { samples in
            for index in samples.indices {
                let angle = 2 * Double.pi * frequency * Double(index) / Double(rate)
                real += Double(samples[index]) * cos(angle)
                imaginary += Double(samples[index]) * sin(angle)
            }
        }
        return samples.isEmpty
            ? 0 : 2 * (real * real + imaginary * imaginary).squareRoot() / Double(samples.count) / 32768
    }

    /// How far a clean sound stands above what else is here, in dB, at the shift up to 60 ms and the loudness that fit best.
    func signalToNoise(against clean: Sound) -> Double {
        let reach = rate * 60 / 1000
        let ratios = (0...reach).map { shift in
            samples.withUnsafeBufferPointer { mine in
                clean.samples.withUnsafeBufferPointer { theirs in
                    var (product, square, cleanSquare) = (0.0, 1.0, 1.0)
                    for index in 0..<min(mine.count - shift, theirs.count) {
                        let (a, b) = (Double(mine[shift + index]), Double(theirs[index]))
                        product += a * b
                        square += a * a
                        cleanSquare += b * b
                    }
                    let likeness = product * product / (square * cleanSquare)
                    return likeness / max(1 - likeness, 1e-9)
                }
            }
        }
        return 10 * log10(ratios.max() ?? 0)
    }

    /// The largest step from one sample to the next, 1 being full scale.
    var largestStep: Double {
        samples.withUnsafeBufferPointer { samples in
            var largest = 0
            for index in samples.indices.dropFirst() {
                largest = max(largest, abs(Int(samples[index]) - Int(samples[index - 1])))
            }
            return Double(largest) / 32768
        }
    }
}

/// 1 where two run alike but for a factor and a constant.
private func correlation(_ first: ArraySlice<Double>, _ second: ArraySlice<Double>) -> Double {
    let means = (first.reduce(0, +) / Double(first.count), second.reduce(0, +) / Double(second.count))
    var (product, one, two) = (0.0, 1e-12, 1e-12)
    for (a, b) in zip(first, second) {
        let (a, b) = (a - means.0, b - means.1)
        product += a * b
        one += a * a
        two += b * b
    }
    return product / (one * two).squareRoot()
}

/// A ratio of levels in dB.
func decibels(_ ratio: Double) -> Double { 20 * log10(max(ratio, 1e-9)) }
