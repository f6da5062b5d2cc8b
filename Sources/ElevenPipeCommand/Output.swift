import Foundation

/// Where text goes: data to standard output, words for people to standard error. Whole lines at once, and never through
/// stdio's locale.
enum Output {
    /// - Returns: whether all of it was written.
    @discardableResult
    static func data(_ text: String) -> Bool { write(text, to: STDOUT_FILENO) }

    static func note(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    static func error(_ line: String) { write("\(Tool.name): \(line)\n", to: STDERR_FILENO) }

    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            bytes = bytes.dropFirst(written)
        }
        return true
    }
}
