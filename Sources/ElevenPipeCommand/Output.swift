import Foundation
import GLib
import Synchronization

/// Where text goes: data to standard output, words for people to standard error. Whole lines at once, and never through
/// stdio's locale.
enum Output {
    private static let isBroken = Mutex(false)

    /// Whether something for standard output was lost: a full disk, or a reader that went away.
    static var hasLostData: Bool { isBroken.withLock { $0 } }

    /// The sentence for that.
    static let loss = "standard output cannot be written to: its disk is full, or who reads it went away"

    /// - Returns: whether all of it was written.
    @discardableResult
    static func data(_ text: String) -> Bool { write(text, to: STDOUT_FILENO) }

    static func note(_ line: String) { write(withoutKeys(line) + "\n", to: STDERR_FILENO) }

    static func error(_ line: String) { write("\(Tool.name): \(withoutKeys(line))\n", to: STDERR_FILENO) }

    /// A text that may repeat what somebody wrote, without what looks like a key or is the environment's: whoever gives
    /// `--api-key-file` the key itself must not find it in a log.
    static func withoutKeys(_ text: String) -> String {
        let text = text.replacing(/sk_[0-9A-Za-z]{20,}/, with: "<secret>")
        guard let key = Environment["ELEVENLABS_API_KEY"], key.utf8.count >= 8 else { return text }
        return text.replacing(key, with: "<secret>")
    }

    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                if descriptor == STDOUT_FILENO { isBroken.withLock { $0 = true } }
                return false
            }
            bytes = bytes.dropFirst(written)
        }
        return true
    }
}
