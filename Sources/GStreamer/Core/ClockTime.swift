import CGStreamer

/// `GstClockTime` counts nanoseconds in 64 bits and has one value for "none": here it is a `Duration` and nil.
extension Duration {
    package init?(clockTime: UInt64) {
        guard clockTime != .max, let nanoseconds = Int64(exactly: clockTime) else { return nil }
        self = .nanoseconds(nanoseconds)
    }

    package var clockTime: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
    }

    /// The duration of a number of samples, exact to the nanosecond. - Parameter rate: samples a second (Hz).
    package init(samples: Int64, rate: Int) {
        let whole = samples / Int64(rate)
        let rest = samples % Int64(rate)
        self = .seconds(whole) + .nanoseconds(rest * 1_000_000_000 / Int64(rate))
    }
}
