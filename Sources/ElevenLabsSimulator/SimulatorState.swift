import ElevenLabs
import Synchronization

/// What a simulator knows between requests, for the tasks that answer them.
final class SimulatorState: Sendable {
    private let state: Mutex<State>

    /// How many requests the log keeps.
    static let maximumLog = 10000

    private struct State {
        var account: Account
        var log: [RecordedRequest] = []
        var count = 0
        var audioCount = 0
    }

    init(_ configuration: Simulator.Configuration) { state = Mutex(State(account: Account(configuration))) }

    var account: Account { state.withLock { $0.account } }
    var log: [RecordedRequest] { state.withLock { $0.log } }

    /// Enters a request in the log. - Returns: its number.
    func record(_ make: (_ number: Int) -> RecordedRequest) -> Int {
        state.withLock { state in
            state.count += 1
            state.log.append(make(state.count))
            if state.log.count > Self.maximumLog { state.log.removeFirst(Self.maximumLog / 10) }
            return state.count
        }
    }

    func update(_ number: Int, _ change: (inout RecordedRequest) -> Void) {
        state.withLock { state in
            guard let first = state.log.first?.number, state.log.indices.contains(number - first) else { return }
            change(&state.log[number - first])
        }
    }

    /// Counts a request for audio. - Returns: its number among those, from 1.
    func countAudioRequest() -> Int {
        state.withLock { state in
            state.audioCount += 1
            return state.audioCount
        }
    }

    /// Charges for a request and counts it as running until the ticket goes.
    func begin(cost: Int, model: Model) throws(Refusal) -> Ticket {
        let running = try state.withLock { (state) throws(Refusal) in
            try state.account.begin(cost: cost, model: model)
        }
        return Ticket(self, running: running)
    }

    /// A request for audio that is running, until it is ended or nobody holds it any more, however the answer ended.
    final class Ticket: Sendable {
        let running: Int
        private let owner: SimulatorState
        private let isEnded = Mutex(false)

        fileprivate init(_ owner: SimulatorState, running: Int) {
            self.owner = owner
            self.running = running
        }

        deinit { end() }

        func end() {
            let wasEnded = isEnded.withLock { isEnded in
                defer { isEnded = true }
                return isEnded
            }
            if !wasEnded { owner.state.withLock { $0.account.end() } }
        }
    }
}
