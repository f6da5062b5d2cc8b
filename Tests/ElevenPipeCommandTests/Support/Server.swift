import Foundation
import Testing

/// The independent server of the fixtures, on a port of its own.
struct Server {
    /// A request as it came in.
    struct Request: Decodable {
        let line: String
        let headers: [[String]]
        let body: String

        func values(of name: String) -> [String] {
            headers.filter { $0.first?.lowercased() == name.lowercased() }.compactMap(\.last)
        }

        /// The body as JSON, with sorted keys: equal where what it says is equal.
        func json() throws -> String { try canonical(body) }

        func text() throws -> String? {
            (try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])?["text"] as? String
        }
    }

    static let key = "sk_0123456789abcdef_made_up_for_tests"
    /// The key where the command looks for it.
    static let keyEnvironment = ["ELEVENLABS_API_KEY": key]

    let port: Int
    let log: String
    let child: Child

    var url: String { "http://127.0.0.1:\(port)" }

    /// Arguments of `run` that lead to this server.
    func run(_ graph: String, _ more: [String] = []) -> [String] { ["run", graph, "--base-url", url] + more }

    /// What was asked so far.
    var requests: [Request] {
        get throws {
            guard let data = FileManager.default.contents(atPath: log) else { return [] }
            return try data.split(separator: UInt8(ascii: "\n")).map {
                try JSONDecoder().decode(Request.self, from: $0)
            }
        }
    }
}

extension Scratch {
    /// Starts the server with the bytes that it answers with.
    func serve(_ body: [UInt8], _ options: [String] = []) async throws -> Server {
        let name = "body-\(UUID().uuidString)"
        let log = path(name + ".log")
        let child = try companion("python3", [Project.server, try write(body, to: name), "--log", log] + options)
        try await eventually("the server did not start: \(child.errorText)") { child.outputText.contains("\n") }
        return Server(port: try #require(Int(child.outputText.dropLast())), log: log, child: child)
    }

    /// Starts the project's own simulator. - Returns: its URL.
    func simulate(_ options: [String] = []) async throws -> String {
        let child = try companion(Project.program, ["simulate", "--port", "0"] + options)
        try await eventually("the simulator did not start: \(child.errorText)") { child.outputText.contains("\n") }
        return String(child.outputText.dropLast())
    }
}

/// JSON with sorted keys and without white space.
func canonical(_ json: String) throws -> String {
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
    return String(decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self)
}
