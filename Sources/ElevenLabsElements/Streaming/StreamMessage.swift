import ElevenLabs
import GLib
import GStreamer

/// The element messages in which an element of ours tells how its requests go; the names of their structures. Where a long
/// input is sent in several pieces, each has the field `piece` (from 1).
package enum StreamMessage {
    /// A request waits, since as many are under way as the service allows at once. Fields: `ahead` (how many go before).
    package static let queued = "elevenlabs-queued"
    /// It waits no more. Fields: `waited` (seconds).
    package static let dequeued = "elevenlabs-dequeued"
    /// A request goes out. Fields: `attempt` (from 1); `characters`, or `upload-bytes` and, where it is known, `seconds` of
    /// audio.
    package static let request = "elevenlabs-request"
    /// It will be sent again. Fields: `attempt` (the one that failed), `delay` (seconds; 0 where it waits
    /// for another one's end), `reason`.
    package static let retry = "elevenlabs-retry"
    /// The answer's head is here. Fields, where the service sent them: `request-id`, `credits`,
    /// `current-concurrent-requests`, `maximum-concurrent-requests`; always `reused-connection`.
    package static let response = "elevenlabs-response"
    /// The first byte of audio is here. Fields: `time` (seconds on the monotonic clock), `time-to-first-byte` (seconds).
    package static let firstByte = "elevenlabs-first-byte"
    /// The whole body is here. Fields: `bytes`.
    package static let end = "elevenlabs-end"

    /// An answer was cut, and the rest of its text is asked for. Fields: `characters` (of the text, spoken so far), `words` (the
    /// last few of them), `reason`, and `credits` (what the broken request cost) where it is known.
    package static let resume = "elevenlabs-resume"

    /// A long input is cut. Fields: `at` (seconds of the input), `piece` (the one that ends there), `reason` (`limit` or
    /// `silence`).
    package static let cut = "elevenlabs-cut"

    /// A `stallqueue` put silence in, which is over. Fields: `at` (seconds of running time), `by` (how much, in seconds).
    package static let shift = "elevenpipe-shift"

    static func fields(of metadata: ResponseMetadata, reusedConnection: Bool) -> [String: BusEvent.Field] {
        var fields: [String: BusEvent.Field] = ["reused-connection": .bool(reusedConnection)]
        fields["request-id"] = metadata.requestID.map { .string($0) }
        fields["credits"] = metadata.characterCost.map { .integer(Int64($0)) }
        fields["current-concurrent-requests"] = metadata.currentConcurrentRequests.map { .integer(Int64($0)) }
        fields["maximum-concurrent-requests"] = metadata.maximumConcurrentRequests.map { .integer(Int64($0)) }
        return fields
    }
}
