import GLib
import GStreamer

/// What waits in a `stallqueue`, and what leaves it when. A value: no thread, no clock and no pad.
struct StallLine: Sendable {
    /// What leaves.
    enum Output: ~Copyable {
        case buffer(Buffer)
        /// So much silence, at that time of the stream.
        case silence(Duration, at: Duration)
        /// An event to pass on; what there is to tell of a gap that is over.
        case event(Event?, Shift?)
    }

    /// A gap that silence filled; what comes after it comes that much later.
    struct Shift: Sendable, Equatable {
        /// In running time.
        var start: Duration
        var length = Duration.zero
        /// Whether nobody was late: nothing had been asked for.
        var isIdle = false
    }

    /// As much silence as leaves at once: a whole number of samples at every rate in use.
    static let piece = Duration.milliseconds(40)
    /// More than this is not asked for after a gap, however many there were.
    private static let longestRebuffer = Duration.seconds(5)

    /// How much audio ends a gap.
    var rebuffer: Duration
    private var stream = SpooledStream(memoryLimit: .max)
    /// How much audio waits.
    private var level = Duration.zero
    /// Whether the end of the stream has come in.
    private(set) var isEnded = false
    private var segment: Segment?
    /// By how much everything is later than it came.
    private var offset = Duration.zero
    /// Where the last that left ends, in the stream's time; nil before the first.
    private var position: Duration?
    private var gap: Shift?

    init(rebuffer: Duration = .milliseconds(500)) { self.rebuffer = rebuffer }

    /// Whether no more is to be taken for now.
    var isFull: Bool { level >= max(rebuffer, .seconds(1)) }

    /// False where the buffer's memory cannot be read.
    mutating func append(_ buffer: borrowing Buffer) -> Bool {
        do { try stream.append(buffer) } catch { return false }
        level += buffer.duration ?? .zero
        return true
    }

    mutating func append(_ event: Event) {
        if event.kind == .endOfStream { isEnded = true }
        stream.append(event)
    }

    /// What leaves now; nil where it is to be waited for.
    /// - Parameters:
    ///   - now: the running time; nil where no silence is to take the place of what is late.
    ///   - lead: how long before it is due something must have left.
    ///   - isIdle: whether nothing that was asked for is still to come, though more may be asked for.
    mutating func next(now: Duration?, lead: Duration, isIdle: () -> Bool) -> Output? {
        if gap == nil {
            // Who begins with nothing in hand is late at once.
            if now != nil, position == nil, stream.isBufferNext, level < lead + rebuffer / 2, !isAll(isIdle) {
                return nil
            }
            if let output = takeFirst() { return output }
            guard let due, isLate(now, lead), !isEnded else { return nil }
            gap = Shift(start: due, isIdle: isIdle())
        }
        guard var shift = gap, level < rebuffer, !isAll(isIdle) else { return endGap() }
        guard let position, isLate(now, lead) else { return nil }
        shift.length += Self.piece
        gap = shift
        offset += Self.piece
        self.position = position + Self.piece
        return .silence(Self.piece, at: position)
    }

    /// Whether what waits is all that there is to wait for.
    private func isAll(_ isIdle: () -> Bool) -> Bool { isEnded || level > .zero && isIdle() }

    private mutating func endGap() -> Output {
        defer { gap = nil }
        guard let gap, !gap.isIdle else { return .event(nil, nil) }
        rebuffer = max(rebuffer, min(rebuffer * 2, Self.longestRebuffer))
        return .event(nil, gap)
    }

    /// When to ask again, where nothing changes; nil for never.
    func wait(now: Duration?, lead: Duration) -> Duration? {
        guard let now, !isEnded else { return nil }
        // That its source has become idle changes nothing here.
        guard let due else { return level > .zero ? Self.piece : nil }
        return max(due - lead - now, .milliseconds(1))
    }

    /// When what comes next is due, in running time.
    private var due: Duration? { position.flatMap { segment?.runningTime(of: $0) } }

    private func isLate(_ now: Duration?, _ lead: Duration) -> Bool {
        guard let now, let due else { return false }
        return due - now <= lead
    }

    private mutating func takeFirst() -> Output? {
        // It never leaves the memory, so nothing can fail.
        guard let item = try? stream.next() else { return nil }
        switch consume item {
        case .event(let event):
            if case .segment(let segment) = event.content {
                self.segment = segment
                position = nil
            }
            return .event(event, nil)
        case .buffer(let buffer):
            let length = buffer.duration ?? .zero
            level -= length
            if let time = buffer.presentationTime {
                buffer.presentationTime = time + offset
                position = time + offset + length
            } else {
                position = position.map { $0 + length }
            }
            return .buffer(buffer)
        }
    }
}
