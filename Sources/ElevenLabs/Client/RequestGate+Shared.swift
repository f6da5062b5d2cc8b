package import HTTP
import Synchronization

extension RequestGate {
    /// An account, as far as it can be told from here: where its requests go, and a hash of the key that is seeded anew in
    /// every process, so that the key is kept nowhere. Two keys with the same hash would share a line, and no more than that.
    private struct Account: Hashable {
        let baseURL: String
        let key: Int
    }

    private static let gates = Mutex<[Account: RequestGate]>([:])

    /// The process's one gate for a key at a service.
    package static func shared(for key: Secret, at baseURL: BaseURL) -> RequestGate {
        let account = Account(baseURL: baseURL.string, key: key.withValue { $0.hashValue })
        return gates.withLock { gates in
            let gate = gates[account] ?? RequestGate()
            gates[account] = gate
            return gate
        }
    }
}
