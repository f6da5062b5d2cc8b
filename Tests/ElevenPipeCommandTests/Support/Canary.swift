import Foundation
import Testing

/// A key that stands nowhere else in the world, and the search for it in all that runs leave behind.
enum Canary {
    /// With `~`, which is `+` or `-` in base64, and a `+`, which is `%2B` in a URL.
    static let key = "sk_qz7Xw4n4ryKvJ9~~~mT3hLpR8+bYcN5gWdZ2"

    static let environment = ["ELEVENLABS_API_KEY": key]

    /// Everything that GLib, GStreamer and the TLS library can be made to say, each run in files of its own.
    static func talkative(_ scratch: Scratch, _ run: String) -> [String: String] {
        [
            "GST_DEBUG": "*:9", "GST_DEBUG_FILE": scratch.path("gst-\(run).log"), "GST_DEBUG_NO_COLOR": "1",
            "GST_DEBUG_DUMP_DOT_DIR": scratch.path, "GST_TRACERS": "log;latency(flags=pipeline+element+reported);stats",
            "G_MESSAGES_DEBUG": "all", "GNUTLS_DEBUG_LEVEL": "4", "SOUP_DEBUG": "all", "LIBSOUP_DEBUG": "all",
            "G_DEBUG": "gc-friendly", "G_DBUS_DEBUG": "all", "TMPDIR": scratch.path,
        ]
    }

    /// Parts of the key in every coding, so short that one is left on one side of any place where a line or a chunk may end.
    private static let traces: [String] = {
        let bytes = Array(key.utf8)
        func windows<Item>(_ items: [Item], _ length: Int, _ step: Int) -> [ArraySlice<Item>] {
            stride(from: 0, through: items.count - length, by: step).map { items[$0..<$0 + length] }
        }
        let plain = windows(Array(key), 8, 4).map { String($0) }
        let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let coded = (0..<3).flatMap { shift in
            let text = Data(Array(repeating: 0, count: shift) + bytes).base64EncodedString()
            return windows(Array(text.dropFirst(4).dropLast(4)), 12, 4).map { String($0) }
        }
        let safe = coded.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
        let escaped = windows(hex, 5, 4).flatMap { run in
            [" ", "%", "\\x", ":", ", 0x"].map { run.joined(separator: $0) }
        }
        return plain + plain.map { String($0.reversed()) } + windows(hex, 6, 3).map { $0.joined() } + escaped + coded
            + safe + ["LpR8%2BbYcN", "pR8%2BbYc"]
    }()

    /// The files below a folder in which the key stands, by a tool of its own.
    static func places(below folder: Scratch) async throws -> [String] {
        let elsewhere = try Scratch()
        let patterns = try elsewhere.write(Set(traces).sorted().joined(separator: "\n") + "\n", to: "patterns")
        let found = try await elsewhere.tool(
            "sh", ["-c", "LC_ALL=C grep -r -a -i -l -F -f \"$0\" \"$1\"; test $? -le 1", patterns, folder.path])
        return found.outputText.split(separator: "\n").map(String.init)
    }

    /// Fails where the key stands in a file below a folder.
    static func expectNone(below folder: Scratch, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let found = try await places(below: folder)
        #expect(found.isEmpty, "\(found)", sourceLocation: sourceLocation)
    }
}
