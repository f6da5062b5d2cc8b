import Foundation
import Testing

/// Audio as an independent tool decodes it.
struct Sound {
    let rate: Int
    let samples: [Int16]

    var length: Double { Double(samples.count) / Double(rate) }

    /// Root mean square, 1 being full scale.
    var level: Double { Self.level(samples[...]) }

    static func level(_ samples: ArraySlice<Int16>) -> Double {
        guard !samples.isEmpty else { return 0 }
        let sum = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        return (sum / Double(samples.count)).squareRoot() / 32768
    }

    /// Levels of 10 ms each.
    var envelope: [Double] {
        let step = rate / 100
        return stride(from: 0, to: samples.count - step, by: step).map { Self.level(samples[$0..<$0 + step]) }
    }

    /// Without the silence before and after.
    func trimmed() -> Sound {
        let levels = envelope
        let threshold = (levels.max() ?? 0) / 50
        guard let first = levels.firstIndex(where: { $0 > threshold }),
            let last = levels.lastIndex(where: { $0 > threshold })
        else { return Sound(rate: rate, samples: []) }
        return Sound(
            rate: rate, samples: Array(samples[first * rate / 100..<min((last + 1) * rate / 100, samples.count)]))
    }

    /// How alike two pieces are, sample by sample: 1 for the same up to loudness, about 0 for different ones. The best of all
    /// shifts up to a fifth of a second.
    func likeness(to other: Sound) -> Double {
        let reach = rate / 5
        return (-reach...reach).map { shift in
            let (here, there) = (max(0, shift), max(0, -shift))
            let count = min(samples.count - here, other.samples.count - there)
            guard count > 0 else { return 0 }
            return samples.withUnsafeBufferPointer { mine in
                other.samples.withUnsafeBufferPointer { theirs in
                    var (product, square, otherSquare) = (0.0, 1.0, 1.0)
                    for index in 0..<count {
                        let (a, b) = (Double(mine[here + index]), Double(theirs[there + index]))
                        product += a * b
                        square += a * a
                        otherSquare += b * b
                    }
                    return abs(product) / (square * otherSquare).squareRoot()
                }
            }
        }.max() ?? 0
    }
}

extension Sound {
    /// Likeness at a lower rate, which is quick and tells as much of speech.
    func likeness(at rate: Int, to other: Sound) -> Double { thinned(to: rate).likeness(to: other.thinned(to: rate)) }

    private func thinned(to lower: Int) -> Sound {
        let step = rate / lower
        let values = stride(from: 0, to: samples.count - step, by: step).map { start in
            Int16(samples[start..<start + step].reduce(0) { $0 + Int($1) } / step)
        }
        return Sound(rate: lower, samples: values)
    }
}
