/// Finds how long a voice's period is at a place, by the likeness of the signal with itself a period later.
///
/// Coarsely at a quarter of the rate, then to the sample. Written with pointers and plain loops: it runs for every period
/// of a recording, and the tests are built without optimisation.
struct PitchTracker {
    /// Samples before and after a place that a search may look at.
    static let reach = 480

    /// Periods of 60 to 400 Hz at a quarter of 16 kHz.
    private static let coarsePeriods = 10...66
    private static let coarseWindow = 80
    /// Half of the window at the full rate.
    private static let fineHalf = 160
    /// Below this likeness nothing repeats: the sound is unvoiced.
    private static let voiced: Float = 0.55
    /// Mean square below which a sound is silence, in units of 16-bit samples.
    private static let silence: Float = 1600

    private var likeness = [Float](repeating: 0, count: coarsePeriods.upperBound + 1)

    /// - Parameters:
    ///   - samples: the signal, with ``reach`` samples around the place.
    ///   - quarter: the signal at a quarter of the rate.
    /// - Returns: the period in samples, chosen so that the signal there is most like the signal here; nil for a sound
    ///   without a pitch.
    mutating func period(
        at place: Int, in samples: UnsafePointer<Float>, quarter: UnsafePointer<Float>
    ) -> Int? {
        guard let coarse = coarsePeriod(at: place / 4, in: quarter) else { return nil }
        return Self.finePeriod(near: 4 * coarse, at: place, in: samples)
    }

    private mutating func coarsePeriod(at place: Int, in signal: UnsafePointer<Float>) -> Int? {
        let window = Self.coarseWindow
        let here = signal + (place - window / 2)
        let energy = Self.product(here, here, count: window)
        guard energy > Self.silence * Float(window) else { return nil }
        let (shortest, longest) = (Self.coarsePeriods.lowerBound, Self.coarsePeriods.upperBound)
        var otherEnergy = Self.product(here + shortest, here + shortest, count: window)
        var best: Float = 0
        var period = shortest
        while period <= longest {
            let there = here + period
            let value = Self.product(here, there, count: window) / (energy * max(otherEnergy, 0) + 1).squareRoot()
            likeness[period] = value
            if value > best { best = value }
            otherEnergy += there[window] * there[window] - there[0] * there[0]
            period += 1
        }
        guard best >= Self.voiced else { return nil }
        // The shortest that is nearly as good: two periods are as much alike as one.
        period = shortest + 1
        while period < longest {
            let value = likeness[period]
            if value >= 0.9 * best, value >= likeness[period - 1], value >= likeness[period + 1] { return period }
            period += 1
        }
        return likeness.firstIndex(of: best)
    }

    private static func finePeriod(near middle: Int, at place: Int, in signal: UnsafePointer<Float>) -> Int {
        let here = signal + (place - fineHalf)
        var best = (period: middle, value: -Float.infinity)
        var period = middle - 4
        while period <= middle + 4 {
            let there = here + period
            let value =
                product(here, there, count: 2 * fineHalf)
                / (product(there, there, count: 2 * fineHalf) + 1).squareRoot()
            if value > best.value { best = (period, value) }
            period += 1
        }
        return best.period
    }

    private static func product(_ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, count: Int) -> Float {
        var sum: Float = 0
        var index = 0
        while index < count {
            sum += first[index] * second[index]
            index += 1
        }
        return sum
    }
}
