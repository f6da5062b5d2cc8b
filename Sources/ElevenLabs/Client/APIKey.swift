import GLib
package import HTTP

/// An API key: a value that no description, dump or error ever shows.
///
/// It goes out in the header `xi-api-key`, over TLS or to a loopback address only.
public struct APIKey: Sendable {
    package let secret: Secret

    /// The longest text that is taken for a key, in bytes.
    static let maximumLength = 4096

    /// Takes a key from a text, without the white space around it.
    ///
    /// Whether it can be a key at all is seen at the first request, which fails with
    /// ``ElevenLabsClientError/configuration(reason:)`` where it cannot.
    public init(_ text: String) {
        secret = Secret(String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()))
    }

    /// The key in an environment variable.
    ///
    /// - Parameter name: the variable's name.
    /// - Throws: ``ElevenLabsClientError/configuration(reason:)`` where it is not set or empty.
    public static func environment(_ name: String = "ELEVENLABS_API_KEY") throws(ElevenLabsClientError) -> APIKey {
        guard let text = Environment[name] else {
            throw .configuration(reason: "there is no API key: set the environment variable \(name)")
        }
        return APIKey(text)
    }

    /// The key, if it may stand in a header.
    func checked() throws(ElevenLabsClientError) -> Secret {
        try secret.withValue { key throws(ElevenLabsClientError) in
            guard !key.isEmpty else { throw .configuration(reason: "the API key is empty") }
            guard key.utf8.count <= Self.maximumLength, key.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
                throw .configuration(
                    reason: "what was given is no API key: a key is one line of plain letters and digits")
            }
        }
        return secret
    }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "<secret>" }
    /// Never the key.
    public var debugDescription: String { "<secret>" }
    /// Without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
