import ElevenPipe

/// Any file is a graph or gives findings, and a graph that the engine expanded can be written and read again.
enum GraphFileTarget {
    @Sendable static func run(_ bytes: [UInt8]) {
        do {
            let graph = try Graph(yaml: bytes, fileName: "f", parameters: ["text": "One word."])
            let checked = try graph.checked()
            do {
                _ = try Graph(yaml: checked.graph.yaml).checked()
            } catch {
                fatalError("the expanded graph is refused: \(error)\n\(checked.graph.yaml)")
            }
        } catch {
            require(error.findings.contains { $0.severity == .error }, "a refusal has an error")
            for finding in error.findings {
                require(!finding.message.isEmpty, "a finding says something")
                require(!finding.description.contains("\n"), "a finding is one line: \(finding.description)")
            }
        }
    }
}
