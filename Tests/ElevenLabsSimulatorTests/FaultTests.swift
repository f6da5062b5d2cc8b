import ElevenLabs
import ElevenLabsSimulator
import HTTP
import Testing

@Suite(.serialized) struct FaultTests {
    private let text = "This sentence is long enough to fill a few chunks."

    /// What a request meets with a fault, and the same request's audio without it.
    private func meet(
        _ fault: String, timeouts: HTTPTimeouts = .patient
    ) async throws -> (outcome: Bench.Outcome, entry: RecordedRequest, whole: [UInt8]) {
        var met: (Bench.Outcome, RecordedRequest, [UInt8])?
        try await Bench.with {
            $0.faults = [try? Fault(parsing: fault + ",request=1")].compactMap { $0 }
            $0.chunkSizes = [1000]
        } _: { bench in
            let outcome = try await bench.speak(text, timeouts: timeouts)
            let entry = try #require(bench.simulator.requests.first)
            met = (outcome, entry, try await bench.speak(text).body)
        }
        return try #require(met)
    }

    @Test(arguments: [400, 401, 402, 403, 404, 408, 409, 418, 422, 429, 500, 502, 503])
    func `a status is answered in the service's form`(status: Int) async throws {
        let (outcome, entry, whole) = try await meet("status=\(status)")
        #expect(outcome.status == status)
        #expect(entry.status == status)
        #expect(outcome.refusal.httpStatus == status)
        #expect(outcome.refusal.code != nil)
        #expect(outcome.refusal.requestID == outcome.headers["x-trace-id"])
        #expect(!whole.isEmpty)
    }

    @Test func `a status may carry a code and a time to wait`() async throws {
        let (outcome, _, _) = try await meet("status=429,code=system_busy,retry-after=1.5")
        #expect(outcome.refusal.kind == .rateLimited(.busy))
        #expect(outcome.refusal.retryAfter == .milliseconds(1500))
        let (quota, _, _) = try await meet("status=401,code=quota_exceeded")
        #expect(quota.refusal.kind == .quota)
    }

    @Test func `a proxy's page and JSON come instead of audio`() async throws {
        let (page, _, _) = try await meet("html=503")
        #expect(page.status == 503)
        #expect(page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(page.refusal.message == "503 from a proxy on the way")
        let (json, _, _) = try await meet("json")
        #expect(json.status == 200)
        #expect(json.headers["content-type"] == "application/json")
        #expect(json.json != nil)
    }

    @Test func `an empty body, a short one and garbage end properly`() async throws {
        let (empty, _, _) = try await meet("empty")
        #expect(empty.status == 200 && empty.body.isEmpty && empty.error == nil)
        let (short, entry, whole) = try await meet("short=3")
        #expect(short.error == nil)
        #expect(short.body == Array(whole.prefix(3000)))
        #expect(!entry.isComplete)
        let (garbage, _, _) = try await meet("garbage")
        #expect(garbage.error == nil)
        #expect(garbage.body.count == 20000 && garbage.body.allSatisfy { $0 < 64 })
    }

    @Test func `audio comes under another type`() async throws {
        let (outcome, _, whole) = try await meet("wrong-type=text/plain")
        #expect(outcome.headers["content-type"] == "text/plain")
        #expect(outcome.body == whole)
    }

    @Test func `a cut on a chunk's boundary loses the rest and is no proper end`() async throws {
        let (outcome, entry, whole) = try await meet("cut-at-chunk=2")
        #expect(outcome.status == 200)
        #expect(outcome.body == Array(whole.prefix(2000)))
        #expect(outcome.error != nil)
        #expect(entry.chunkSizes == [1000, 1000])
    }

    @Test func `a cut inside a chunk is no proper end either`() async throws {
        let (outcome, entry, whole) = try await meet("cut-inside-chunk=3")
        #expect(outcome.status == 200)
        #expect(outcome.body == Array(whole.prefix(2500)))
        #expect(outcome.error != nil)
        #expect(entry.chunkSizes == [1000, 1000, 500])
    }

    @Test(arguments: [0, 2])
    func `a reset is seen as one`(chunks: Int) async throws {
        let (outcome, entry, _) = try await meet("reset=\(chunks)")
        #expect(outcome.error != nil)
        #expect(entry.chunkSizes.count == chunks)
    }

    @Test func `a stall lasts for ever, or as long as it was told to`() async throws {
        let (forever, _, whole) = try await meet("stall=2", timeouts: .idle(.seconds(2)))
        #expect(forever.error?.kind == .timedOut(.idle))
        #expect(forever.body == Array(whole.prefix(2000)))
        let (short, _, _) = try await meet("stall=2,for=0.3")
        #expect(short.error == nil && short.body == whole)
    }

    @Test func `silence comes before the head`() async throws {
        let (forever, _, _) = try await meet("silent", timeouts: .firstByte(.seconds(1)))
        #expect(forever.status == 0)
        #expect(forever.error?.kind == .timedOut(.firstByte))
        let clock = ContinuousClock()
        let start = clock.now
        let (late, _, whole) = try await meet("silent=0.4")
        #expect(clock.now - start > .milliseconds(400))
        #expect(late.body == whole)
    }

    @Test func `a fault behind the last chunk hits before the proper end`() async throws {
        try await Bench.with {
            $0.chunkSizes = [1 << 30]
            $0.faults = [Fault(.cutAtChunk(1))]
        } _: { bench in
            let outcome = try await bench.speak(text)
            #expect(outcome.error != nil)
        }
    }

    @Test func `faults hit the requests they are for, and only those for audio`() async throws {
        try await Bench.with {
            $0.faults = [
                Fault(.status(503, code: nil, retryAfter: nil), requests: .first(2)), Fault(.empty, requests: .only(4)),
            ]
        } _: { bench in
            #expect(await bench.request("GET", "/v1/voices").status == 200)
            var met: [String] = []
            for _ in 1...5 {
                let outcome = try await bench.speak("Hi.")
                met.append("\(outcome.status)\(outcome.body.isEmpty ? " empty" : "")")
            }
            #expect(met == ["503", "503", "200", "200 empty", "200"])
        }
    }
}

@Suite struct FaultParsingTests {
    @Test(
        arguments: [
            ("status=429", Fault(.status(429, code: nil, retryAfter: nil))),
            ("status=429,retry-after=1,times=2", Fault(.status(429, code: nil, retryAfter: 1), requests: .first(2))),
            ("status=401,code=quota_exceeded", Fault(.status(401, code: "quota_exceeded", retryAfter: nil))),
            ("html", Fault(.html(status: 502))), ("html=403", Fault(.html(status: 403))), ("json", Fault(.json)),
            ("empty,request=3", Fault(.empty, requests: .only(3))), ("garbage", Fault(.garbage)),
            ("wrong-type", Fault(.wrongType("application/octet-stream"))), ("wrong-type=a/b", Fault(.wrongType("a/b"))),
            ("silent", Fault(.silent(seconds: nil))), ("silent=2.5", Fault(.silent(seconds: 2.5))),
            ("stall=3", Fault(.stall(afterChunk: 3, seconds: nil))),
            ("stall=3,for=2", Fault(.stall(afterChunk: 3, seconds: 2))), ("short=1", Fault(.short(afterChunk: 1))),
            ("cut-at-chunk=0", Fault(.cutAtChunk(0))), ("cut-inside-chunk=1", Fault(.cutInsideChunk(1))),
            ("reset=0", Fault(.reset(afterChunk: 0))),
        ]
    )
    func `a fault is read as it is written`(text: String, fault: Fault) throws {
        #expect(try Fault(parsing: text) == fault)
    }

    @Test(
        arguments: [
            ("stauts=429", "did you mean status?"), ("", "no fault is named ''"), ("status", "write it as status=CODE"),
            ("status=200", "write it as status=CODE"), ("status=x", "write it as"),
            ("status=429,retry_after=1", "did you mean retry-after?"), ("stall=3,code=x", "no option of stall"),
            ("reset=-1", "write it as reset=CHUNKS"), ("empty=1", "write it as empty"), ("empty,times=0", "from 1 up"),
            ("empty,times=1,request=2", "exclude each other"), ("empty,times=1,times=2", "twice"),
            ("silent=soon", "number of seconds"), ("stall=1,for=", "needs a value"),
            ("cut-inside-chunk=0", "write it as"),
            ("wrong-type=audio", "write it as"), ("status=429,retry-after=nan", "number of seconds"), (",", "no fault"),
        ]
    )
    func `what cannot be read is told with what would be right`(text: String, words: String) {
        let error = #expect(throws: Fault.ParseError.self) { try Fault(parsing: text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
