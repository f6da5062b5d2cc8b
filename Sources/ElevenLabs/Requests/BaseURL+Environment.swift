import GLib

extension BaseURL {
    /// The address in an environment variable; ``standard`` where it is not set.
    ///
    /// - Parameter name: the variable's name.
    /// - Throws: ``ElevenLabsClientError/configuration(reason:)`` where what it holds cannot be the service's address.
    public static func environment(_ name: String = "ELEVENLABS_BASE_URL") throws(ElevenLabsClientError) -> BaseURL {
        guard let text = Environment[name] else { return .standard }
        do {
            return try BaseURL(text)
        } catch {
            throw .configuration(reason: "\(name): \(error)")
        }
    }
}
