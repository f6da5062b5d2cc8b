/// Why a graph file cannot be used: everything that was found, at once.
public struct GraphError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Reason: Sendable, Equatable {
        /// The file was read, and what it says cannot run.
        case invalid
        /// A file that was named does not exist.
        case missingFile
        /// A file that was named exists and cannot be read.
        case unreadableFile
    }

    /// What kind of failure it is.
    public var reason: Reason
    /// All findings, warnings too, sorted by place.
    public var findings: [Finding]

    /// Makes an error from findings, in any order.
    public init(_ findings: [Finding], reason: Reason = .invalid) {
        self.reason = reason
        self.findings = findings.sortedByPlace()
    }

    /// All findings, one a line.
    public var description: String { findings.map(\.description).joined(separator: "\n") }
}
