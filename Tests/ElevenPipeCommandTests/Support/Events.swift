import Foundation
import Testing

/// The events of `--json`, each line an object, as the documentation has them.
func events(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
        let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        try EventsPage.check(event)
        return event
    }
}

/// Those of one kind.
func events(_ text: String, named name: String) throws -> [[String: Any]] {
    try events(text).filter { $0["event"] as? String == name }
}
