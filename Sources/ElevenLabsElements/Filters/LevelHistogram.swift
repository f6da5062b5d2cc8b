/// How often each level occurred, in whole dB from -96 to 0: tells what is a pause in this recording.
///
/// A fixed threshold is wrong for every second microphone. The floor is the level that the quietest 300 ms stay below, loud is
/// what the loudest 200 ms reach, both without digital silence, which says nothing about the recording's own noise and is
/// always a pause. Another pause lies in the lowest quarter between the two, or within 6 dB of the floor for its own unrest. Where
/// loud is not 12 dB above the floor there is none: a hum, a tone, steady noise.
struct LevelHistogram: Sendable {
    private static let digitalSilence = -90.0

    /// By dB below full scale.
    private var counts = [Double](repeating: 0, count: 91)

    /// The highest level of a pause, in dB below full scale.
    var pauseThreshold: Double {
        guard let loud = level(reachedBy: 10, from: counts.indices),
            let floor = level(reachedBy: 15, from: counts.indices.reversed()), floor - loud >= 12
        else { return Self.digitalSilence }
        return max(Self.digitalSilence, Double(-floor) + max(6, Double(floor - loud) / 4))
    }

    private func level(reachedBy count: Double, from levels: some Sequence<Int>) -> Int? {
        var sum = 0.0
        return levels.first { level in
            sum += counts[level]
            return sum >= count
        }
    }

    /// - Parameter level: in dB below full scale.
    mutating func add(_ level: Double) {
        guard level > Self.digitalSilence else { return }
        counts[min(max(Int((-level).rounded()), 0), counts.count - 1)] += 1
    }

    /// Lets what was count half of what comes: each piece has its own level, and the first seconds of one need a floor.
    mutating func fade() { for index in counts.indices { counts[index] /= 2 } }
}
