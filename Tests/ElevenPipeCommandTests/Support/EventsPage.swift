import Foundation
import Testing

/// What the page `Events.md` of the documentation promises: the fields that each event may have.
enum EventsPage {
    static let fields: [String: Set<String>] = {
        let page = "\(Project.root)/Sources/ElevenPipe/ElevenPipe.docc/Events.md"
        guard let text = try? String(contentsOfFile: page, encoding: .utf8) else { return [:] }
        var all: [String: Set<String>] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            guard cells.count > 3 else { continue }
            for name in quoted(cells[1]) { all[name] = quoted(cells[3]) }
        }
        return all
    }()

    /// An event has no name and no field that the page does not know.
    static func check(_ event: [String: Any]) throws {
        let name = try #require(event["event"] as? String)
        let known = try #require(fields[name], "Events.md does not know '\(name)'")
        let unknown = Set(event.keys).subtracting(known).subtracting(["event"])
        #expect(unknown.isEmpty, "Events.md does not know these fields of '\(name)'")
    }

    private static func quoted(_ cell: Substring) -> Set<String> {
        Set(
            cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map
            { String($0.element) })
    }
}
