internal import CSoup

/// What a `Retry-After` header says.
package enum RetryDelay: Sendable, Equatable {
    case seconds(Int64)
    /// Seconds since 1970.
    case date(Int64)

    /// Reads a header's value: whole seconds or an HTTP-date. Nil for anything else, negative numbers included.
    package init?(_ value: String) {
        let text = value.drop { $0 == " " }.prefix { $0 != "\r" && $0 != "\n" }
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            self = .seconds(Int64(text) ?? Int64(Int32.max))
            return
        }
        guard let date = soup_date_time_new_from_http_string(String(text)) else { return nil }
        defer { g_date_time_unref(date) }
        self = .date(Int64(g_date_time_to_unix(date)))
    }

    /// The wait from a moment on; zero where a date has passed.
    /// - Parameter now: seconds since 1970.
    package func duration(from now: Int64) -> Duration {
        switch self {
        case .seconds(let seconds): .seconds(seconds)
        case .date(let date): .seconds(max(0, date - now))
        }
    }

    /// The wall clock, in seconds since 1970.
    package static var now: Int64 { Int64(g_get_real_time() / 1_000_000) }
}
