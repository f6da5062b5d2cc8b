/// The elements that talk to the service: those that the `elevenlabs` settings of a graph are for.
enum ServiceElements {
    /// Their factories' names.
    static let factories = ["elevenlabstts", "elevenlabsvoicechanger", "elevenlabsisolation"]

    static func isOurs(_ factory: String) -> Bool { factory.hasPrefix("elevenlabs") }
}
