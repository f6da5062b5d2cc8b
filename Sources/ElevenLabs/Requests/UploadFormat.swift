/// What the audio of an upload is: the API's `file_format`.
public enum UploadFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// Samples without a header: signed 16-bit little-endian, 16 kHz, mono.
    case pcm16kHz = "pcm_s16le_16"
    /// A file in any container and codec that the service knows; it looks for itself.
    case other
}

extension UploadFormat: CustomStringConvertible {
    /// The API's name of the format.
    public var description: String { rawValue }
}
