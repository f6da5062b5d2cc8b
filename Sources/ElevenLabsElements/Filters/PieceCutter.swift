import GLib

/// Decides where a long input is cut into pieces that the service takes: 16 kHz, mono, S16LE, in buffers of any size.
///
/// It looks at the level of frames of 20 ms and keeps nothing else, so that its memory does not grow with the input.
struct PieceCutter: Sendable {
    enum Mode: Sendable, Equatable {
        /// As late as the limit allows, at the quietest place near it.
        case limit
        /// In every pause of at least `pause`, once the piece is at least `minimum` long; and at the limit where none comes.
        case silence(minimum: Duration, pause: Duration = .milliseconds(500))
    }

    /// Hz.
    static let rate = 16000

    /// Samples that have come.
    var position: Int { frames.position }
    /// Where the piece began that has no end yet.
    private(set) var start = 0

    private let limit: Int
    /// How far before the limit a quiet place is looked for: from a fifth of the piece, at most 30 s, up to a sixth of that, so
    /// that an input little longer than the limit does not leave a last piece of a fraction of a second.
    private let window: Int
    private let minimum: Int
    /// In frames; nil where only the limit cuts.
    private let pause: Int?
    private var frames: FrameMeter
    private var levels = LevelHistogram()
    /// Whether this pause has its cut, so that a long one is not cut again and again; the silence before all sound needs none.
    private var pauseIsCut = true

    /// - Parameter limit: the longest piece; at least a second is taken.
    init(limit: Duration, mode: Mode) {
        self.limit = max(Self.samples(limit), Self.rate)
        window = min(self.limit / 5, 30 * Self.rate)
        switch mode {
        case .limit: (minimum, pause) = (0, nil)
        case .silence(let minimum, let pause):
            self.minimum = Self.samples(minimum)
            self.pause = max(Self.samples(pause) / FrameMeter.length, 2)
        }
        frames = FrameMeter(kept: max(window / FrameMeter.length, pause ?? 0) + 2)
    }

    /// Takes samples.
    /// - Returns: where pieces end that are decided now, counted in samples from the stream's start.
    mutating func add(_ samples: Bytes) -> [Int] {
        var cuts: [Int] = []
        samples.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let frame = frames.add(bytes, from: &offset)
                // A piece of just the limit's length stays whole.
                if frames.position > start + limit { end(at: quietestPlace(), &cuts) }
                guard let frame else { continue }
                levels.add(frame.level)
                if let cut = cutAtPause(after: frame) { end(at: cut, &cuts) }
            }
        }
        return cuts
    }

    private mutating func end(at cut: Int, _ cuts: inout [Int]) {
        start = cut
        cuts.append(cut)
        levels.fade()
    }

    /// The middle of the pause, where the latest frames are long enough a pause; its quietest frame there.
    private mutating func cutAtPause(after frame: FrameMeter.Frame) -> Int? {
        guard let pause else { return nil }
        let threshold = levels.pauseThreshold
        guard frame.level <= threshold else {
            pauseIsCut = false
            return nil
        }
        let latest = frames.latest(pause)
        guard !pauseIsCut, latest.count == pause, latest.allSatisfy({ $0.level <= threshold }) else { return nil }
        let middle = latest.dropFirst(pause / 4).dropLast(pause / 4)
        guard let quietest = middle.min(by: { $0.level < $1.level }), quietest.crossing - start >= max(minimum, 1)
        else {
            return nil
        }
        pauseIsCut = true
        return quietest.crossing
    }

    /// The quietest frame of the quietest tenth of a second in the window before the limit, the first of equals: a dip within a
    /// word is shorter.
    private func quietestPlace() -> Int {
        let end = start + limit
        let candidates = frames.all.filter { $0.end <= end - window / 6 && $0.crossing > max(start, end - window) }
        let run = min(5, candidates.count)
        guard run > 0 else { return end }
        var (best, lowest) = (0, Double.infinity)
        for first in 0...candidates.count - run {
            let power = candidates[first..<first + run].reduce(0) { $0 + $1.power }
            if power < lowest { (best, lowest) = (first, power) }
        }
        return candidates[best..<best + run].min { $0.power < $1.power }?.crossing ?? end
    }

    private static func samples(_ duration: Duration) -> Int { Int(duration / .seconds(1) * Double(rate)) }
}
