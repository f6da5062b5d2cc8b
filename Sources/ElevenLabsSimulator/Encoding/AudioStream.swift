import ElevenLabs
import GLib

/// An answer's audio, before it is made.
protocol AudioStream: Sendable {
    var format: OutputFormat { get }
    /// The answer's content type.
    var mediaType: String { get }
    /// About how many bytes stand for a second.
    var byteRate: Int { get }
    /// What it says; nil where it is no speech from a text.
    var transcript: Transcript? { get }
    /// Does ahead of ``run(deliver:)`` what the client would be waiting for anyway.
    mutating func prepare() async
    /// Makes the audio and hands the bytes over as they come, which ends early when `deliver` throws.
    func run(deliver: @escaping @Sendable (Bytes) async throws -> Void) async throws
}

extension AudioStream {
    var mediaType: String { format.mediaType }
    var byteRate: Int { format.byteRate }
    var transcript: Transcript? { nil }
    mutating func prepare() async {}
}
