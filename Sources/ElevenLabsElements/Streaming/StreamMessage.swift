import ElevenLabs
import GLib
import GStreamer

/// The element messages in which an element of ours tells how its request goes; the names of their structures.
package enum StreamMessage {
    /// A request goes out. Fields: `attempt` (from 1), `characters`.
    package static let request = "elevenlabs-request"
    /// It will be sent again. Fields: `attempt` (the one that failed), `delay` (seconds), `reason`.
    package static let retry = "elevenlabs-retry"
    /// The answer's head is here. Fields, where the service sent them: `request-id`, `credits`,
    /// `current-concurrent-requests`, `maximum-concurrent-requests`; always `reused-connection`.
    package static let response = "elevenlabs-response"
    /// The first byte of audio is here. Fields: `time` (seconds on the monotonic clock), `time-to-first-byte` (seconds).
    package static let firstByte = "elevenlabs-first-byte"
    /// The whole body is here. Fields: `bytes`.
    package static let end = "elevenlabs-end"

    static func fields(of metadata: ResponseMetadata, reusedConnection: Bool) -> [String: BusEvent.Field] {
        var fields: [String: BusEvent.Field] = ["reused-connection": .bool(reusedConnection)]
        fields["request-id"] = metadata.requestID.map { .string($0) }
        fields["credits"] = metadata.characterCost.map { .integer(Int64($0)) }
        fields["current-concurrent-requests"] = metadata.currentConcurrentRequests.map { .integer(Int64($0)) }
        fields["maximum-concurrent-requests"] = metadata.maximumConcurrentRequests.map { .integer(Int64($0)) }
        return fields
    }
}
