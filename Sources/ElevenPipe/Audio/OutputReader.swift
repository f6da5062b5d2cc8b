import GStreamer

/// The one reader of an output. When it goes, the output is abandoned.
final class OutputReader: Sendable {
    private let port: OutputPort
    private let isOnly: Bool

    init(_ port: OutputPort) {
        self.port = port
        isOnly = port.claim()
    }

    deinit { if isOnly { port.abandon() } }

    func next() async throws(PipelineError) -> MediaSample? {
        guard isOnly else {
            throw PipelineError(
                .internalFault,
                "what comes from '\(port.source)' has one reader, and this is a second: ask for it twice")
        }
        return try await port.next()
    }
}
