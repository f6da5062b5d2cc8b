extension Graph {
    /// Reads a graph from a file and fills in its parameters.
    ///
    /// - Parameters:
    ///   - path: the graph file; `-` is standard input. Paths that `use` names are relative to it.
    ///   - parameters: values for the file's parameters.
    /// - Throws: everything that is wrong with the file, at once.
    public init(contentsOf path: String, parameters: ParameterValues = [:]) throws(GraphError) {
        let contents = try GraphFile.bytes(of: path, limit: GraphFile.largestFile)
        self = try GraphFile.graph(contents, named: path == "-" ? "standard input" : path, parameters)
    }

    /// Reads a graph from the text of a graph file and fills in its parameters.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - fileName: what findings name as its file.
    ///   - parameters: values for the text's parameters.
    /// - Throws: everything that is wrong with the text, at once.
    public init(yaml text: String, fileName: String = "graph", parameters: ParameterValues = [:]) throws(GraphError) {
        self = try GraphFile.graph(Array(text.utf8), named: fileName, parameters)
    }

    /// Reads a graph from the bytes of a graph file, UTF-8 or not.
    package init(yaml contents: [UInt8], fileName: String, parameters: ParameterValues = [:]) throws(GraphError) {
        self = try GraphFile.graph(contents, named: fileName, parameters)
    }
}
