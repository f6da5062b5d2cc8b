import Foundation

/// Where text goes: data to standard output, words for people to standard error. Whole lines at once, and never through
/// stdio's locale.
enum Output {
    static func data(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func note(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    static func error(_ line: String) { write("\(Tool.name): \(line)\n", to: STDERR_FILENO) }

    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            // Nobody reads: there is nobody to tell.
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
