import GStreamer
import YAML

/// Keeps keys out of graph files, and out of what is said about them.
enum Secrets {
    /// Whether a name is one under which people write their key.
    static func isName(_ name: String) -> Bool {
        let letters = name.lowercased().filter { $0.isLetter || $0.isNumber }
        return ["apikey", "xiapikey", "elevenlabsapikey", "elevenapikey", "xikey", "authorization", "apitoken"]
            .contains(letters)
    }

    /// What to do instead. The value is never repeated.
    static func advice(_ name: String) -> String {
        "'\(name)': a key does not belong in a graph file; set the environment variable ELEVENLABS_API_KEY, name another"
            + " one with 'api-key-env' under 'elevenlabs:', or a file that holds the key with 'api-key-file'"
    }

    /// Reports every text in a tree that holds a key.
    static func refuseKeys(in node: Node, _ context: ReadingContext) {
        switch node.content {
        case .scalar(let text, _):
            if Quotation.holdsKey(text) {
                context.error(
                    at: node.start,
                    "this looks like a key of ElevenLabs, which does not belong in a graph file: set the environment"
                        + " variable ELEVENLABS_API_KEY, and make the key that stood here invalid"
                )
            }
        case .sequence(let items):
            for item in items { refuseKeys(in: item, context) }
        case .mapping(let pairs):
            for pair in pairs {
                refuseKeys(in: pair.key, context)
                // Told once, by the name.
                if !isName(pair.key.text ?? "") { refuseKeys(in: pair.value, context) }
            }
        }
    }
}
