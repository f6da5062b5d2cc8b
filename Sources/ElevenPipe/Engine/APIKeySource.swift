import GLib
import HTTP

/// Where the API key comes from. The key itself is in no property, no argument, no message and no description.
public enum APIKeySource: Sendable {
    /// An environment variable.
    case environment(String)
    /// A file that holds the key and nothing else, but for white space around it.
    case file(String)
    /// A function of the program's, called for every request; nil says that there is no key.
    case provider(@Sendable () -> String?)

    /// The environment variable `ELEVENLABS_API_KEY`.
    public static let standard = APIKeySource.environment("ELEVENLABS_API_KEY")

    /// The longest key that is taken for one, in bytes.
    private static let longestKey = 4096

    func read() throws(PipelineError) -> Secret {
        switch self {
        case .environment(let name):
            if let absence { throw PipelineError(.configuration, absence) }
            let key = Environment[name] ?? ""
            return try Self.secret(key, from: "the environment variable \(name)")
        case .file(let path):
            let bytes: [UInt8]
            do {
                bytes = try GraphFile.bytes(of: path, limit: Self.longestKey)
            } catch {
                throw PipelineError(
                    .configuration, "the API key cannot be read from \(path): \(error.findings.first?.message ?? "")")
            }
            return try Self.secret(String(decoding: bytes, as: UTF8.self), from: "the file \(path)")
        case .provider(let provider):
            guard let key = provider() else { throw PipelineError(.configuration, "the program gave no API key") }
            return try Self.secret(key, from: "the program")
        }
    }

    /// What is said where there is nothing to read; nil where there is something.
    package var absence: String? {
        guard case .environment(let name) = self, Environment[name] == nil else { return nil }
        return "there is no API key: set the environment variable \(name), or give the engine another APIKeySource"
    }

    /// What is unwise about the source, before it is read; nil for nothing.
    package var warning: Finding? {
        guard case .file(let path) = self, RegularFile.othersMayRead(path) else { return nil }
        return Finding(
            .warning, at: SourceLocation(file: path),
            "other users of this machine may read this file, which holds an API key: make it yours alone with chmod 600"
        )
    }

    private static func secret(_ text: String, from origin: String) throws(PipelineError) -> Secret {
        let key = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        guard !key.isEmpty else { throw PipelineError(.configuration, "\(origin) holds no API key: it is empty") }
        guard key.utf8.count <= longestKey, key.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw PipelineError(
                .configuration, "\(origin) does not hold an API key: a key is one line of plain letters and digits")
        }
        return Secret(key)
    }
}
