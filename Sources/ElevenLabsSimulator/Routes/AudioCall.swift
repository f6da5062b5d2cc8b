import ElevenLabs

/// A request for audio that has the right form: what the service's validation lets through before it asks who sent it.
protocol AudioCall: Sendable {
    /// Whether the request can be done, in the order in which the service asks once it knows who sent it.
    func check(_ configuration: Simulator.Configuration) async throws -> CheckedCall
}

/// A request that can be done, and what it costs.
struct CheckedCall: Sendable {
    var stream: any AudioStream
    /// Whose concurrency limit counts.
    var model: Model
    /// Credits.
    var cost: Int
}
