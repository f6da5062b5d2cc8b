import GStreamer

extension GraphChecker {
    /// Properties without which an element cannot start, and files that two sinks would write.
    mutating func checkNeeds() {
        var written: [String: SourceLocation] = [:]
        for branch in graph.branches {
            for step in branch.steps {
                // With the file's defaults, as it will run.
                guard case .element(let element) = step.withDefaults(graph.service.defaults, catalogue) else {
                    continue
                }
                // What the reader had to leave out it has told itself.
                if !branch.isIncomplete { checkRequired(element) }
                if !leavesEndsOpen, ServiceElements.keepsOpen(element) {
                    warning(
                        at: element.location,
                        "'keep-open' is true, so the run has no end of its own: it is for programs, which say what comes next"
                    )
                }
                checkFile(of: element, &written)
            }
        }
    }

    private mutating func checkRequired(_ element: Graph.Element) {
        // One that is misspelt is told as that.
        guard element.properties.allSatisfy({ $0.name.contains("::") || isKnown($0, of: element) }) else { return }
        for name in Self.required[element.factory] ?? ServiceElements.required(element)
        where !element.properties.contains(where: { $0.name == name && $0.value != .unset }) {
            error(at: element.location, "'\(element.factory)' needs the property '\(name)': set it")
        }
    }

    private func isKnown(_ property: Graph.Property, of element: Graph.Element) -> Bool {
        catalogue.property(property.name, of: element.factory) != nil
    }

    /// Elements of GStreamer that say nowhere what they need.
    private static let required = ["filesrc": ["location"], "filesink": ["location"]]

    private mutating func checkFile(of element: Graph.Element, _ written: inout [String: SourceLocation]) {
        guard let factory = catalogue.factory(element.factory), factory.classification.contains("Sink/File"),
            let property = element.properties.first(where: { $0.name == "location" }),
            case .text(let path) = property.value, !path.hasPrefix("/dev/")
        else { return }
        if let first = written[path] {
            error(
                at: property.valueLocation,
                "\(Quotation.of(path)) is written twice: '\(element.factory)' at \(first) writes it too; give each a"
                    + " file of its own")
        } else {
            written[path] = property.valueLocation
        }
    }
}
