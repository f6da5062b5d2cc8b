import ElevenLabs
import GLib
import HTTP
import Synchronization
import Testing

/// How audio is read: as it is asked for, by one reader, and no longer than somebody wants it.
@Suite(.timeLimit(.minutes(2))) struct ClientStreamTests {
    /// An answer without an end, and what became of it.
    final class Endless: Sendable {
        static let block = Bytes(ContiguousArray(repeating: 7, count: 64 << 10))

        private let state = Mutex((written: 0, isOver: false))
        /// Where it ends, so that a test without backpressure does not fill the machine.
        private let limit: Int

        init(limit: Int = .max) { self.limit = limit }

        var written: Int { state.withLock { $0.written } }
        var isOver: Bool { state.withLock { $0.isOver } }

        func response(headers: HTTPHeaders = ["request-id": "abc"]) -> HTTPServerResponse {
            .stream(headers: headers) { writer in
                defer { self.state.withLock { $0.isOver = true } }
                while self.written < self.limit {
                    try await writer.write(Self.block)
                    self.state.withLock { $0.written += Self.block.count }
                }
            }
        }
    }

    /// Waits until the server can write no more, or has written everything.
    private func settled(_ endless: Endless) async throws -> Int {
        var last = -1
        while last != endless.written {
            last = endless.written
            try await Task.sleep(for: .milliseconds(300))
        }
        return last
    }

    @Test func `a slow reader slows the service and no memory fills`() async throws {
        let limit = 128 << 20
        let endless = Endless(limit: limit)
        let service = try await Service { _, _ in endless.response() }
        let answer = try await service.client().textToSpeech(speech)
        var read = 0
        for try await bytes in answer {
            read += bytes.count
            if read > 1 << 20 { break }
        }
        // What lies in the sockets of both sides is the system's, some megabytes.
        let ahead = try await settled(endless) - read
        #expect(ahead < 48 << 20, "\(ahead >> 20) MB were read that nobody had asked for")
        for try await bytes in answer { read += bytes.count }
        #expect(read == limit)
        await service.stop()
    }

    @Test func `an answer that nobody holds any more ends its request`() async throws {
        let endless = Endless()
        let service = try await Service { _, _ in endless.response() }
        do {
            let answer = try await service.client().textToSpeech(speech)
            #expect(answer.metadata.requestID == "abc")
        }
        try await eventually("the request went on unread") { endless.isOver }
        await service.stop()
    }

    @Test func `leaving the loop and the answer ends its request`() async throws {
        let endless = Endless()
        let service = try await Service { _, _ in endless.response() }
        for try await _ in try await service.client().textToSpeech(speech) { break }
        try await eventually("the request went on") { endless.isOver }
        await service.stop()
    }

    @Test func `a cancelled task ends its request, where it reads`() async throws {
        let endless = Endless()
        let service = try await Service { _, _ in endless.response() }
        let answer = try await service.client().textToSpeech(speech)
        let task = Task {
            await failure { () throws(ElevenLabsClientError) in for try await _ in answer {} }
        }
        try await eventually("nothing is read") { endless.written > 1 << 20 }
        task.cancel()
        #expect(await task.value == .cancelled)
        try await eventually("the request went on") { endless.isOver }
        await service.stop()
    }

    @Test func `a cancelled task ends its request, wherever it waits`() async throws {
        let arrived = Mutex(0)
        let over = Mutex(0)
        let service = try await Service { request, number in
            arrived.withLock { $0 += 1 }
            switch number % 3 {
            // The head, a byte of the body, another attempt: none of them comes.
            case 0:
                try? await Task.sleep(for: .seconds(600))
                over.withLock { $0 += 1 }
                return .audio([1])
            case 1:
                return .stream { writer in
                    defer { over.withLock { $0 += 1 } }
                    try await Task.sleep(for: .seconds(600))
                }
            default:
                over.withLock { $0 += 1 }
                return .refusal(503, "busy", headers: ["retry-after": "50"])
            }
        }
        for round in 1...6 {
            let task = Task {
                await failure { () throws(ElevenLabsClientError) in try await service.client().textToSpeech(speech) }
            }
            try await eventually("the request did not arrive") { arrived.withLock { $0 } == round }
            try await Task.sleep(for: .milliseconds(20))
            task.cancel()
            #expect(await task.value == .cancelled)
        }
        try await eventually("requests went on") { over.withLock { $0 } == 6 }
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await failure { () throws(ElevenLabsClientError) in try await service.client().models() }
        }
        #expect(await early.value == .cancelled)
        #expect(service.requests.count == 6)
        await service.stop()
    }

    @Test func `cancelling an answer ends whoever reads it`() async throws {
        let service = try await Service { _, _ in
            .stream {
                try await $0.write(Bytes([1]))
                try await Task.sleep(for: .seconds(600))
            }
        }
        let answer = try await service.client().textToSpeech(speech)
        let reader = Task {
            await failure { () throws(ElevenLabsClientError) in try await answer.bytes() }
        }
        try await Task.sleep(for: .milliseconds(50))
        await answer.cancel()
        #expect(await reader.value == .cancelled)
        #expect(await failure { () throws(ElevenLabsClientError) in try await answer.bytes() } == .cancelled)
        await service.stop()
    }

    @Test func `a second reader at the same time is told so, and the first reads on`() async throws {
        let gate = Mutex<CheckedContinuation<Void, Never>?>(nil)
        let service = try await Service { _, _ in
            .stream {
                try await $0.write(Bytes([1]))
                await withCheckedContinuation { continuation in gate.withLock { $0 = continuation } }
                try await $0.write(Bytes([2]))
            }
        }
        let answer = try await service.client().textToSpeech(speech)
        let first = answer.makeAsyncIterator()
        #expect(try await first.next()?.first == 1)
        let readers = (1...2).map { _ in
            Task { () -> Result<[UInt8], ElevenLabsClientError> in
                do throws(ElevenLabsClientError) { return .success(try await answer.bytes()) } catch {
                    return .failure(error)
                }
            }
        }
        // The one that came second has ended; then the other one may.
        try await eventually("nothing waits") { gate.withLock { $0 != nil } }
        try await Task.sleep(for: .milliseconds(200))
        gate.withLock { $0.take() }?.resume()
        var results: [Result<[UInt8], ElevenLabsClientError>] = []
        for reader in readers { results.append(await reader.value) }
        #expect(results.contains(.success([2])))
        #expect(results.contains(.failure(.severalReaders)))
        await service.stop()
    }

    @Test func `requests over the service's limit take turns, though the first answer is not read`() async throws {
        let headers: HTTPHeaders = ["maximum-concurrent-requests": "1", "current-concurrent-requests": "1"]
        // More than is kept in memory.
        let size = AnswerBody.memoryLimit * 2
        let running = Mutex((now: 0, most: 0))
        let service = try await Service { _, _ in
            let endless = Endless(limit: size)
            running.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            var response = endless.response(headers: headers)
            if case .stream(let body) = response.body {
                response.body = .stream { writer in
                    defer { running.withLock { $0.now -= 1 } }
                    try await body(writer)
                }
            }
            return response
        }
        let client = service.client()
        var answers: [AudioResponse] = []
        for _ in 1...3 { answers.append(try await client.textToSpeech(speech)) }
        for answer in answers.reversed() {
            var count = 0
            for try await bytes in answer { count += bytes.count }
            #expect(count == size)
        }
        #expect(running.withLock { $0.most } == 1)
        #expect(service.story.filter { $0 == "queued 0" }.count == 2)
        await service.stop()
    }

    @Test func `requests that are cancelled or let go of at any moment leave no place taken`() async throws {
        let headers: HTTPHeaders = ["maximum-concurrent-requests": "3"]
        let open = Mutex(0)
        let service = try await Service { _, number in
            try? await Task.sleep(for: .milliseconds(number % 5))
            return .stream(headers: headers) { writer in
                open.withLock { $0 += 1 }
                defer { open.withLock { $0 -= 1 } }
                for _ in 0..<20 {
                    try await writer.write(Bytes(Array(repeating: 1, count: 5000)))
                    if number % 2 == 0 { try await Task.sleep(for: .milliseconds(1)) }
                }
            }
        }
        let client = service.client()
        let sizes = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let task = Task { () throws(ElevenLabsClientError) -> Int in
                        let answer = try await client.textToSpeech(speech)
                        if number % 5 == 0 { return -1 }
                        return try await answer.bytes().count
                    }
                    if number % 5 < 3 {
                        try? await Task.sleep(for: .milliseconds(number % 40))
                        task.cancel()
                    }
                    return try? await task.value
                }
            }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(sizes.count == 200)
        try await eventually("not every call has an end") {
            service.story.filter { $0 == "failed" || $0.hasPrefix("ended") }.count >= 200
        }
        #expect(service.story.filter { $0 == "failed" || $0.hasPrefix("ended") }.count == 200)
        #expect(Set(sizes.compactMap { $0 }).isSubset(of: [-1, 100_000]))
        #expect(sizes.filter { $0 == 100_000 }.count >= 80)
        let gate = RequestGate.shared(for: Secret(Service.key), at: service.baseURL)
        try await eventually("places stay taken: \(gate.count)") { gate.count == (0, 0) }
        try await eventually("the service still writes") { open.withLock { $0 } == 0 }
        await service.stop()
    }
}
