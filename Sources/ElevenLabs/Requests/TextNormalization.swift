/// Whether the service spells out numbers, dates and the like before it speaks: the API's `apply_text_normalization`.
public enum TextNormalization: String, Sendable, Hashable, Codable, CaseIterable {
    /// The service decides.
    case auto
    /// Always. With the v2.5 turbo and flash models for enterprise customers only.
    case on
    /// Never.
    case off
}
