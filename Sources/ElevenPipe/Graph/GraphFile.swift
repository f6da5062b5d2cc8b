import YAML

/// Graph files: YAML text in, ``Graph`` values out.
enum GraphFile {
    /// The largest graph file that is read.
    static let largestFile = 1 << 20
    /// The largest text that a parameter takes from a file.
    static let largestText = 64 << 20

    /// The graph that a file's contents make, with its parameters filled in.
    static func graph(
        _ contents: [UInt8], named fileName: String, _ parameters: ParameterValues
    ) throws(GraphError) -> Graph {
        guard contents.count <= largestFile else {
            throw GraphError([
                Finding(
                    .error, at: SourceLocation(file: fileName),
                    "the file is larger than \(largestFile) bytes: a long text belongs in a file of its own, for a"
                        + " parameter that is set with --set-file"
                )
            ])
        }
        let result = GraphReader.read(contents, file: fileName, parameters: parameters)
        if let graph = result.graph, !result.findings.hasErrors {
            var graph = graph
            graph.warnings = result.findings
            return graph
        }
        // What could be read is checked too, so that everything comes in one run.
        let more = result.graph.map { GraphChecker.check($0).findings } ?? []
        throw GraphError(result.findings + more)
    }

    /// A file's bytes, with the failures told as findings.
    static func bytes(of path: String, limit: Int) throws(GraphError) -> [UInt8] {
        do {
            return try FileContents.read(path, limit: limit)
        } catch {
            let name = path == "-" ? "standard input" : path
            let reason: GraphError.Reason =
                switch error.reason {
                case .missing: .missingFile
                case .unreadable: .unreadableFile
                case .tooLarge: .invalid
                }
            throw GraphError([Finding(.error, at: SourceLocation(file: name), error.description)], reason: reason)
        }
    }
}
