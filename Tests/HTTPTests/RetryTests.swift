import Testing

@testable import HTTP

@Suite("Retry")
struct RetryTests {
    /// A small generator with a seed (SplitMix64), for runs that are all the same.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64 = 4711

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test(
        "Retry-After is read as seconds or as a date",
        arguments: [
            ("0", RetryDelay.seconds(0)), ("120", .seconds(120)), (" 7", .seconds(7)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .date(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", .date(784_111_777)),
            ("-1", nil), ("", nil), ("soon", nil), ("1.5", nil),
            ("99999999999999999999", .seconds(Int64(Int32.max))),
        ])
    func parsing(text: String, expected: RetryDelay?) {
        #expect(RetryDelay(text) == expected)
    }

    @Test("A date counts from now, and one that has passed is no wait")
    func dates() {
        #expect(RetryDelay.date(1010).duration(from: 1000) == .seconds(10))
        #expect(RetryDelay.date(990).duration(from: 1000) == .zero)
    }

    @Test("The bound doubles up to the cap and the jitter spans it all")
    func backoff() {
        let policy = RetryPolicy(attempts: 50)
        var generator = Seeded()
        for (attempt, bound) in zip(1..., [250.0, 500, 1000, 2000, 4000, 8000, 8000, 8000]) {
            let delays = (0..<1000).compactMap { _ in policy.delay(afterAttempt: attempt, using: &generator) }
                .map { $0 / .milliseconds(1) }
            #expect(delays.count == 1000)
            #expect(delays.allSatisfy { (0...bound).contains($0) })
            #expect(delays.contains { $0 < bound * 0.05 } && delays.contains { $0 > bound * 0.95 })
        }
        #expect(policy.delay(afterAttempt: 49) != nil)
    }

    @Test("Attempts end, and a server's wish is kept within the cap")
    func limits() {
        let policy = RetryPolicy()
        #expect(policy.delay(afterAttempt: 2) != nil)
        #expect(policy.delay(afterAttempt: 3) == nil)
        #expect(RetryPolicy.never.delay(afterAttempt: 1) == nil)
        #expect(policy.delay(afterAttempt: 1, retryAfter: .seconds(5)) == .seconds(5))
        #expect(policy.delay(afterAttempt: 1, retryAfter: .milliseconds(900)) == .milliseconds(900))
        #expect(policy.delay(afterAttempt: 1, retryAfter: .seconds(3600)) == nil)
        #expect(policy.delay(afterAttempt: 3, retryAfter: .seconds(1)) == nil)
    }

    @Test("Statuses that pass are told from those that stay")
    func statuses() {
        #expect([408, 409, 429, 500, 502, 503, 504, 599].allSatisfy(RetryPolicy.isTransient))
        #expect(![200, 301, 400, 401, 403, 404, 422].contains(where: RetryPolicy.isTransient))
    }
}

@Suite("Headers")
struct HeaderTests {
    @Test("Names compare without case, order and repeats are kept")
    func headers() {
        var headers: HTTPHeaders = ["A": "1", "b": "2", "a": "3"]
        #expect(headers["a"] == "1")
        #expect(headers.values(of: "A") == ["1", "3"])
        headers["B"] = "4"
        #expect(headers.fields.map(\.name) == ["A", "B", "a"])
        headers["a"] = nil
        #expect(headers == HTTPHeaders([("B", "4")]))
        headers.append("Connection", "x, Close")
        #expect(headers.contains("close", in: "connection"))
        #expect(!headers.contains("clos", in: "connection"))
    }
}
