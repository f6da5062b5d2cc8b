import CGLib

/// GLib's monotonic clock, as a duration since an arbitrary moment: one clock for what streaming threads, the network
/// thread and tasks note down, so that it can be subtracted.
package enum MonotonicTime {
    package static var now: Duration { .microseconds(Int64(g_get_monotonic_time())) }
}

extension Duration {
    /// Seconds as a floating-point number, for messages and JSON.
    package var seconds: Double { self / .seconds(1) }
}
