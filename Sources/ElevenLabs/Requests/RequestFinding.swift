/// One thing in a request that the service would refuse, found before it is asked.
public struct RequestFinding: Sendable, Hashable, CustomStringConvertible {
    /// The API's name of the field, with a dot for a field of an object, as in `voice_settings.speed`.
    public let field: String
    /// What stands there, short enough for a line; a long text is given by its length.
    public let value: String
    /// What may stand there.
    public let allowed: String

    /// Makes a finding from its parts.
    public init(field: String, value: String, allowed: String) {
        self.field = field
        self.value = value
        self.allowed = allowed
    }

    /// One sentence: what it is, and what it must be.
    public var description: String { "\(field) is \(value), but must be \(allowed)" }

    /// A number outside its range, or one that is none; nil where it is not set or right.
    init?(_ field: String, _ value: Double?, in range: ClosedRange<Double>) {
        guard let value, !range.contains(value) else { return nil }
        self.init(
            field: field, value: "\(value)",
            allowed: "\(RequestFinding.plain(range.lowerBound)) to \(RequestFinding.plain(range.upperBound))"
        )
    }

    /// A whole number outside its range; nil where it is not set or right.
    init?(_ field: String, _ value: Int?, in range: ClosedRange<Int>) {
        guard let value, !range.contains(value) else { return nil }
        self.init(field: field, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }

    /// A list with too many entries; nil where it is not set or short enough.
    init?(_ field: String, count: Int?, atMost limit: Int) {
        guard let count, count > limit else { return nil }
        self.init(field: field, value: "\(count) entries", allowed: "at most \(limit)")
    }

    /// An id that cannot be a voice's, or would change the path.
    static func voiceID(_ id: String) -> RequestFinding? {
        guard id.isEmpty || id == "." || id == ".." else { return nil }
        return RequestFinding(field: "voice_id", value: "\"\(id)\"", allowed: "the id of a voice")
    }

    /// A format that is for whole files; nil where none is set or the streaming endpoints take it.
    static func streaming(_ format: OutputFormat?) -> RequestFinding? {
        guard let format, !format.isStreaming else { return nil }
        return RequestFinding(
            field: "output_format", value: format.rawValue,
            allowed: "a streaming format (mp3, pcm, ulaw, alaw or opus); wav_* is for whole files")
    }

    private static func plain(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}

/// A request that cannot be sent as it is.
public struct InvalidRequest: Error, Sendable, Hashable, CustomStringConvertible {
    /// Everything that is wrong with it, in the order of the API's fields.
    public let findings: [RequestFinding]

    /// Makes an error of what was found.
    public init(findings: [RequestFinding]) { self.findings = findings }

    /// All findings, with semicolons between.
    public var description: String { findings.map(\.description).joined(separator: "; ") }
}
