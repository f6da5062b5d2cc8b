import GStreamer

/// The properties that every element of ours has: how its one request is made.
enum RequestProperties {
    static let all: [PropertyDefinition] = [
        PropertyDefinition(
            "connect-timeout", nick: "Connect timeout", blurb: "Seconds to reach the service.",
            kind: .double(0.1...3600, default: 10)),
        PropertyDefinition(
            "first-byte-timeout", nick: "First byte timeout",
            blurb: "Seconds from the request to the first byte of the answer.", kind: .double(0.1...3600, default: 30)),
        PropertyDefinition(
            "idle-timeout", nick: "Idle timeout",
            blurb: "Seconds of silence on the network in the middle of an answer that is wanted.",
            kind: .double(0.1...3600, default: 15)),
        PropertyDefinition(
            "retries", nick: "Retries",
            blurb:
                "How often a request that failed for a passing reason is sent again; only before the first byte of audio.",
            kind: .unsigned(0...20, default: 2)),
    ]
}
