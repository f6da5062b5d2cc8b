import ElevenLabs
import GLib
import GStreamer
import HTTP

/// A stand-in for the ElevenLabs service on a port of this machine: the same routes, checks, refusals and headers, real
/// speech (by flite) in every streaming format, a voice changer that moves pitch and formants, an isolation that takes
/// noise away, and faults on request.
///
/// ```swift
/// let simulator = Simulator()
/// let port = try await simulator.start()
/// // … http://127.0.0.1:\(port) …
/// await simulator.stop()
/// ```
public actor Simulator {
    /// How it behaves.
    public nonisolated let configuration: Configuration
    private nonisolated let state: SimulatorState
    private var server: HTTPServer?
    private var warmUp: Task<Void, Never>?

    /// Makes a simulator; ``start(port:)`` opens it.
    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        state = SimulatorState(configuration)
    }

    /// A simulator with ``Configuration/offline``.
    public static func offline() -> Simulator { Simulator(.offline) }

    /// Listens on the loopback addresses. - Parameter port: 0 takes one that is free. - Returns: the port.
    public func start(port: Int = 0) async throws -> Int {
        let server =
            self.server
            ?? HTTPServer(name: "simulator") { [state, configuration] request in
                await Exchange(request, state: state, configuration: configuration).answer()
            }
        self.server = server
        let port = try await server.start(port: port)
        // Loading the encoders takes a moment, which the first request need not wait for.
        warmUp = Task { await Studio.shared.warmUp() }
        return port
    }

    /// Closes every connection and listens no more.
    public func stop() async {
        await server?.stop()
        server = nil
        await warmUp?.value
    }

    /// What was asked and answered so far, oldest first.
    public nonisolated var requests: [RecordedRequest] { state.log }
}
