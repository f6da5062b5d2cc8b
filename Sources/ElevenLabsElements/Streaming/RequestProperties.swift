import ElevenLabs
import GStreamer
import HTTP

/// The properties that every element of ours has: how its requests are made.
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
        PropertyDefinition(
            "live-margin", nick: "Live margin",
            blurb:
                "In a live pipeline, seconds from the arrival of the first sample until it is due: the time that decoding "
                + "and the way to a mixer or a sink may take, else the beginning is cut off.",
            kind: .double(0...10, default: 0.2)),
    ]
}

extension PropertySettings {
    var timeouts: HTTPTimeouts {
        HTTPTimeouts(
            connect: .seconds(double("connect-timeout") ?? 10),
            firstByte: .seconds(double("first-byte-timeout") ?? 30), idle: .seconds(double("idle-timeout") ?? 15))
    }

    var liveMargin: Duration { .seconds(double("live-margin") ?? 0.2) }

    var retries: Int { Int(unsigned("retries") ?? 2) }
}

extension PropertySettings {
    /// What the service would refuse, told of the property: the API's `voice_settings.speed` is the property `speed`.
    func check(_ request: some ServiceRequest) throws(StreamFailure) {
        guard let finding = request.validate().first else { return }
        let field = finding.field.split(separator: ".").last.map(String.init) ?? finding.field
        let name = String(field.map { $0 == "_" ? "-" : $0 })
        throw StreamFailure(
            .invalidRequest,
            self[name] == nil
                ? "'\(name)' is not set, but must be \(finding.allowed)"
                : "'\(name)' is \(finding.value), but must be \(finding.allowed)")
    }
}
