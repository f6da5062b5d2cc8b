/// A place in a file: where a value of a graph was written.
///
/// Lines and columns count from 1, columns in characters. A line of 0 stands for the file as a whole.
public struct SourceLocation: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The file's name as the user gave it.
    public var file: String
    /// The line, from 1; 0 for the file as a whole.
    public var line: Int
    /// The column in characters, from 1; 0 for the file as a whole.
    public var column: Int

    /// Makes a place from its parts.
    public init(file: String, line: Int = 0, column: Int = 0) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The place of what no file holds: a graph made in Swift.
    public static let code = SourceLocation(file: "graph")

    /// `file:line:column`, or the file alone.
    public var description: String { line == 0 ? file : "\(file):\(line):\(column)" }

    /// The order of findings: file, then line, then column.
    public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
