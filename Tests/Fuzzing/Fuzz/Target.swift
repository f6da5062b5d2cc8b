import GLib

/// What libFuzzer runs: takes any bytes, and ends the process where a promise is broken.
enum Target {
    typealias Run = @Sendable ([UInt8]) -> Void

    static let all: [String: Run] = [
        "graph-file": GraphFileTarget.run,
        "property-value": PropertyValueTarget.run,
        "error-body": ErrorBodyTarget.run,
        "chunk-joiner": ChunkJoinerTarget.run,
        "piece-joiner": PieceJoinerTarget.run,
        "multipart-form": MultipartFormTarget.run,
        "multipart-body": MultipartBodyTarget.run,
        "short-text": ShortTextTarget.run,
        "timestamp-stream": TimestampStreamTarget.run,
    ]

    /// The one that this process runs.
    static let chosen = Environment["FUZZ_TARGET"].flatMap { all[$0] }
}

/// Ends the process where something that always holds does not. Also in an optimised build.
func require(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fatalError("broken promise: \(promise())") }
}
