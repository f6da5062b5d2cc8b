/// What holds for all of a graph's requests to the service: the `elevenlabs` part of the file.
public struct ServiceSettings: Sendable, Equatable {
    /// The service's address; nil for the real one.
    public var baseURL: String?
    /// The environment variable that holds the key; nil for the usual one.
    public var apiKeyEnvironment: String?
    /// The file that holds the key.
    public var apiKeyFile: String?
    /// Properties for every element of ours that has them and does not set them itself.
    public var defaults: [Graph.Property]

    /// Makes settings.
    public init(
        baseURL: String? = nil, apiKeyEnvironment: String? = nil, apiKeyFile: String? = nil,
        defaults: [Graph.Property] = []
    ) {
        self.baseURL = baseURL
        self.apiKeyEnvironment = apiKeyEnvironment
        self.apiKeyFile = apiKeyFile
        self.defaults = defaults
    }
}
