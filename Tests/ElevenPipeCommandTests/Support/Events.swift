import Foundation
import Testing

/// The events of `--json`, each line an object.
func events(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
}

/// Those of one kind.
func events(_ text: String, named name: String) throws -> [[String: Any]] {
    try events(text).filter { $0["event"] as? String == name }
}
