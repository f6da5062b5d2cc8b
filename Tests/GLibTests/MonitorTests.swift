import Dispatch
import GLib
import Testing

/// A state that threads wait for.
@Suite(.timeLimit(.minutes(1))) struct `A monitor` {
    /// Who takes by waiting makes room for who gives by waiting.
    @Test func `wakes those who wait for what another's wait changed`() async {
        let line = Monitor([Int]())
        let count = 2000
        let taken = await withTaskGroup(of: [Int].self, returning: [Int].self) { group in
            group.addTask {
                await onThread {
                    for number in 0..<count {
                        line.wait { numbers -> Void? in
                            guard numbers.count < 2 else { return nil }
                            numbers.append(number)
                            return ()
                        }
                    }
                    return []
                }
            }
            group.addTask {
                await onThread {
                    (0..<count).map { number in
                        guard number.isMultiple(of: 2) else {
                            return line.wait { $0.isEmpty ? nil : $0.removeFirst() }
                        }
                        return line.wait { (numbers: inout [Int], limit: inout Duration?) -> Int? in
                            limit = .seconds(60)
                            return numbers.isEmpty ? nil : numbers.removeFirst()
                        }
                    }
                }
            }
            return await group.reduce([], +)
        }
        #expect(taken == Array(0..<count))
    }
}

private func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: body()) }
    }
}
