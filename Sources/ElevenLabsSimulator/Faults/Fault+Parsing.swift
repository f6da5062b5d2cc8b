import GLib

extension Fault {
    /// A fault that cannot be read, and what would be right.
    public struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        /// What was given.
        public let text: String
        /// What is wrong with it, and what would be right.
        public let reason: String

        /// One sentence.
        public var description: String { "fault '\(text)': \(reason)" }
    }

    /// The faults there are, each with its form and what it does, for a help text.
    public static let catalogue: [(form: String, meaning: String)] = rows.map { ($0.form, $0.meaning) }

    /// The options that may follow behind commas, likewise.
    public static let options: [(form: String, meaning: String)] = [
        ("times=N", "only the first N requests for audio"),
        ("request=N", "only the Nth request for audio"),
        ("retry-after=SECONDS", "with status: the header Retry-After"),
        ("code=TOKEN", "with status: the service's code, as in quota_exceeded"),
        ("for=SECONDS", "with stall: how long, instead of for ever"),
    ]

    /// Reads a fault as it is written on the command line.
    public init(parsing text: String) throws(ParseError) {
        func failure(_ reason: String) -> ParseError { ParseError(text: text, reason: reason) }
        var fields = text.split(separator: ",", omittingEmptySubsequences: false).map(Field.init)
        let head = fields.removeFirst()
        guard let row = Self.rows.first(where: { $0.name == head.name }) else {
            throw failure(Self.unknown("fault", head.name, known: Self.rows.map(\.name)))
        }
        var options: [String: String] = [:]
        let known = ["times", "request"] + row.options
        for field in fields {
            guard known.contains(field.name) else {
                throw failure(Self.unknown("option of \(row.name)", field.name, known: known))
            }
            guard let value = field.value, !value.isEmpty else { throw failure("\(field.name) needs a value") }
            guard options.updateValue(value, forKey: field.name) == nil else {
                throw failure("\(field.name) stands there twice")
            }
        }
        var reader = ValueReader(options: options)
        let effect = row.make(head.value, &reader)
        let (times, request) = (reader.count("times"), reader.count("request"))
        if let problem = reader.problem { throw failure(problem) }
        guard let effect else { throw failure("write it as \(row.form)") }
        if times != nil, request != nil { throw failure("times and request exclude each other") }
        self.init(effect, requests: times.map(Requests.first) ?? request.map(Requests.only) ?? .all)
    }

    private struct Field {
        var name: String
        var value: String?

        init(_ text: Substring) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            name = String(parts[0])
            value = parts.count > 1 ? String(parts[1]) : nil
        }
    }

    /// Reads numbers out of options and remembers the first that is none.
    private struct ValueReader {
        var options: [String: String]
        var problem: String?

        mutating func count(_ name: String) -> Int? {
            guard let text = options[name] else { return nil }
            if let value = Int(text), value >= 1 { return value }
            problem = problem ?? "\(name) must be a whole number from 1 up, not '\(text)'"
            return nil
        }

        mutating func seconds(_ name: String) -> Double? { options[name].flatMap { seconds($0, of: name) } }

        mutating func seconds(_ text: String, of name: String) -> Double? {
            if let value = Double(text), value >= 0, value <= 86400 { return value }
            problem = problem ?? "\(name) must be a number of seconds, not '\(text)'"
            return nil
        }
    }

    private struct Row {
        var name: String
        var form: String
        var meaning: String
        var options: [String] = []
        /// nil where the value is missing or makes no sense.
        var make: @Sendable (_ value: String?, _ options: inout ValueReader) -> Effect?
    }

    private static let rows: [Row] = [
        Row(
            name: "status", form: "status=CODE", meaning: "refuse with this status, 400 to 599",
            options: ["code", "retry-after"]
        ) { value, options in
            guard let status = number(value, in: 400...599) else { return nil }
            return .status(status, code: options.options["code"], retryAfter: options.seconds("retry-after"))
        },
        Row(name: "html", form: "html=CODE", meaning: "a proxy's page with this status (502 without)") { value, _ in
            guard let value else { return .html(status: 502) }
            return number(value, in: 200...599).map { .html(status: $0) }
        },
        Row(name: "json", form: "json", meaning: "status 200, but JSON instead of audio") { value, _ in
            value == nil ? .json : nil
        },
        Row(name: "empty", form: "empty", meaning: "status 200 and no audio at all") { value, _ in
            value == nil ? .empty : nil
        },
        Row(name: "garbage", form: "garbage", meaning: "status 200 and bytes that no decoder takes") { value, _ in
            value == nil ? .garbage : nil
        },
        Row(
            name: "wrong-type", form: "wrong-type=TYPE",
            meaning: "the right audio under this content type (application/octet-stream without)"
        ) { value, _ in
            guard let value else { return .wrongType("application/octet-stream") }
            let isType = value.contains("/") && value.utf8.allSatisfy { $0 > 32 && $0 < 127 }
            return isType ? .wrongType(value) : nil
        },
        Row(
            name: "silent", form: "silent=SECONDS", meaning: "nothing before the head, for ever without a value"
        ) { value, options in
            .silent(seconds: value.flatMap { options.seconds($0, of: "silent") })
        },
        Row(
            name: "stall", form: "stall=CHUNKS", meaning: "nothing more after so many chunks", options: ["for"]
        ) { value, options in
            number(value).map { .stall(afterChunk: $0, seconds: options.seconds("for")) }
        },
        Row(name: "short", form: "short=CHUNKS", meaning: "a proper end after so many chunks") { value, _ in
            number(value).map { .short(afterChunk: $0) }
        },
        Row(
            name: "cut-at-chunk", form: "cut-at-chunk=CHUNKS",
            meaning: "the connection ends behind so many chunks, on a chunk's boundary"
        ) { value, _ in number(value).map { .cutAtChunk($0) } },
        Row(
            name: "cut-inside-chunk", form: "cut-inside-chunk=CHUNK",
            meaning: "the connection ends inside this chunk, counted from 1"
        ) { value, _ in number(value, in: 1...Int.max).map { .cutInsideChunk($0) } },
        Row(
            name: "cut-at-byte", form: "cut-at-byte=BYTES", meaning: "the connection ends behind so many bytes"
        ) { value, _ in number(value).map { .cutAtByte($0) } },
        Row(name: "reset", form: "reset=CHUNKS", meaning: "the connection is reset after so many chunks") { value, _ in
            number(value).map { .reset(afterChunk: $0) }
        },
    ]

    private static func number(_ text: String?, in range: ClosedRange<Int> = 0...Int.max) -> Int? {
        text.flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
    }

    private static func unknown(_ what: String, _ name: String, known: [String]) -> String {
        let nearest = NameSuggestion.nearest(to: name, among: known).map { " (did you mean \($0)?)" } ?? ""
        return "no \(what) is named '\(name)'\(nearest); there are \(known.joined(separator: ", "))"
    }
}
