import ElevenLabs
import GLib
import HTTP
import Synchronization
import Testing

/// The line before the service, without a network.
@Suite(.timeLimit(.minutes(2))) struct RequestGateTests {
    private typealias Place = RequestGate.Place

    private func gate(limit: Int) -> RequestGate {
        let gate = RequestGate()
        gate.note(limit: limit, of: "")
        return gate
    }

    private func place(_ gate: RequestGate) async throws -> Place {
        try #require(await gate.place(for: gate.takeNumber()))
    }

    /// A task that waits in line, once it does.
    private func waiter(
        _ gate: RequestGate, number: Int? = nil, _ admitted: @escaping @Sendable (Int) -> Void = { _ in }
    ) async -> (task: Task<Place?, Never>, ahead: Int) {
        let (waits, continuation) = AsyncStream.makeStream(of: Int.self)
        let number = number ?? gate.takeNumber()
        let task = Task {
            let place = await gate.place(for: number) { continuation.yield($0) }
            if place != nil { admitted(number) }
            continuation.finish()
            return place
        }
        var ahead = -1
        for await count in waits {
            ahead = count
            break
        }
        return (task, ahead)
    }

    @Test func nobodyWaitsBeforeTheLimitIsKnown() async throws {
        let gate = RequestGate()
        var places: [Place] = []
        for _ in 0..<50 { places.append(try await place(gate)) }
        #expect(gate.count == (50, 0))
        #expect(places.allSatisfy { !$0.wasWaitedFor })
        places.removeAll()
        #expect(gate.count == (0, 0))
    }

    @Test func whoComesFirstGoesFirstAndIsToldHowManyAreBefore() async throws {
        let gate = gate(limit: 2)
        let first = try await place(gate)
        let second = try await place(gate)
        let order = Mutex<[Int]>([])
        var tasks: [Task<Place?, Never>] = []
        for expected in 0..<8 {
            let waiter = await waiter(gate) { number in order.withLock { $0.append(number) } }
            #expect(waiter.ahead == expected)
            tasks.append(waiter.task)
        }
        #expect(gate.count == (2, 8))
        #expect(first.isWanted)
        first.giveBack()
        second.giveBack()
        for task in tasks {
            #expect(gate.count.running <= 2)
            let place = try #require(await task.value)
            #expect(place.wasWaitedFor)
            place.giveBack()
        }
        #expect(gate.count == (0, 0))
        #expect(order.withLock { $0 }.sorted() == Array(3...10))
    }

    @Test func oneThatIsSentAgainKeepsItsPlaceInTheLine() async throws {
        let gate = gate(limit: 1)
        let (early, late) = (gate.takeNumber(), gate.takeNumber())
        let holder = try await place(gate)
        let second = await waiter(gate, number: late)
        let first = await waiter(gate, number: early)
        #expect(second.ahead == 0 && first.ahead == 0)
        holder.giveBack()
        let place = try #require(await first.task.value)
        #expect(gate.count == (1, 1))
        place.giveBack()
        #expect(await second.task.value != nil)
    }

    @Test func aPlaceThatIsGivenBackTwiceIsNobodyElses() async throws {
        let gate = gate(limit: 1)
        let number = gate.takeNumber()
        let first = try #require(await gate.place(for: number))
        first.giveBack()
        let again = try #require(await gate.place(for: number))
        first.giveBack()
        #expect(gate.count == (1, 0))
        again.giveBack()
    }

    @Test func whoIsCancelledLeavesTheLineAndThoseBehindGoOn() async throws {
        let gate = gate(limit: 1)
        let holder = try await place(gate)
        let first = await waiter(gate)
        let second = await waiter(gate)
        first.task.cancel()
        #expect(await first.task.value == nil)
        #expect(gate.count == (1, 1))
        holder.giveBack()
        #expect(await second.task.value != nil)
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await gate.place(for: gate.takeNumber())
        }
        #expect(await early.value == nil)
    }

    @Test func aCancellationAtAnyMomentLosesNoPlace() async throws {
        let gate = gate(limit: 2)
        await withTaskGroup { group in
            for round in 0..<2000 {
                group.addTask {
                    let task = Task {
                        guard let place = await gate.place(for: gate.takeNumber()) else { return }
                        for _ in 0..<(round % 7) { await Task.yield() }
                        if round % 3 == 0 { place.giveBack() }
                    }
                    for _ in 0..<(round % 5) { await Task.yield() }
                    if round % 2 == 0 { task.cancel() }
                    await task.value
                    #expect(gate.count.running <= 2)
                }
            }
        }
        #expect(gate.count == (0, 0))
    }

    @Test func whoHasAPlaceIsWokenWhenSomebodyWaits() async throws {
        let gate = gate(limit: 1)
        let holder = try await place(gate)
        #expect(!holder.isWanted)
        let waiter = await waiter(gate)
        await holder.wakeUp.wait()
        #expect(holder.isWanted)
        holder.giveBack()
        let next = try #require(await waiter.task.value)
        #expect(!next.isWanted)
    }

    @Test func aRefusalLowersTheLimitToWhatRanUntilTheServiceTakesOneAgain() async throws {
        let gate = RequestGate()
        var places: [Place] = []
        for _ in 0..<5 { places.append(try await place(gate)) }
        // Two are taken, three refused: the last of the three leaves two, and one more waits.
        for expected in [true, true, true] {
            #expect(gate.noteRefusal(of: places.removeLast(), limit: nil, model: "") == expected)
        }
        let waiter = await waiter(gate)
        #expect(gate.count == (2, 1))
        gate.note(limit: 3, of: "")
        let third = try #require(await waiter.task.value)
        #expect(gate.count == (3, 0))
        places.removeAll()
        third.giveBack()
        // Nothing of ours runs: others use the key, and no end of ours would help.
        let alone = try await place(gate)
        #expect(!gate.noteRefusal(of: alone, limit: 3, model: ""))
        let next = try await place(gate)
        #expect(gate.count == (1, 0))
        next.giveBack()
    }

    @Test func whatIsNoLimitTellsNothingAndTheSmallestOfTheModelsCounts() async throws {
        let gate = RequestGate()
        gate.note(limit: nil, of: "")
        gate.note(limit: 0, of: "")
        gate.note(limit: 4, of: "fast")
        gate.note(limit: 2, of: "slow")
        gate.note(limit: 4, of: "fast")
        var places = [try await place(gate), try await place(gate)]
        let waiter = await waiter(gate)
        #expect(waiter.ahead == 0)
        // Another plan.
        gate.note(limit: 3, of: "slow")
        places.append(try #require(await waiter.task.value))
        #expect(gate.count == (3, 0))
    }

    @Test func aKeyAtAServiceHasOneGateInTheProcess() throws {
        let (here, there) = (try BaseURL("http://127.0.0.1:1"), try BaseURL("http://127.0.0.1:2"))
        let gate = RequestGate.shared(for: Secret("one key"), at: here)
        #expect(RequestGate.shared(for: Secret("one key"), at: here) === gate)
        #expect(RequestGate.shared(for: Secret("another key"), at: here) !== gate)
        #expect(RequestGate.shared(for: Secret("one key"), at: there) !== gate)
    }
}
