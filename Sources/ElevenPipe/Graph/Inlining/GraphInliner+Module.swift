extension GraphInliner {
    /// A module while it is being put in.
    struct Module {
        let file: String
        private let name: String?
        private let catalogue: Catalogue
        var graph: Graph

        init(_ module: Graph.Module, catalogue: Catalogue) {
            file = module.file
            name = module.name
            graph = module.graph
            self.catalogue = catalogue
        }

        /// Whether an element in it is not installed: then nothing is known of what it leaves open, and the element itself is
        /// what is to be told.
        var isUnknown: Bool {
            graph.branches.contains { $0.steps.contains { catalogue.nature(of: $0) == nil } }
        }

        /// The branches that somebody must feed.
        var openInputs: [String] {
            graph.branches.filter { branch in
                guard branch.input == nil, let first = branch.steps.first else { return false }
                return catalogue.nature(of: first).map { !$0.canStart } ?? false
            }.map(\.name)
        }

        /// The branches whose end nobody takes.
        var openOutputs: [String] {
            // A branch is taken by its name, or by that of its last element, of which a pad is taken.
            let taken = Set(graph.branches.flatMap { $0.input?.sources ?? [] }.map(\.branch))
            return graph.branches.filter { branch in
                guard !taken.contains(branch.name), let last = branch.steps.last else { return false }
                if case .element(let element) = last, let name = element.name, taken.contains(name) { return false }
                return catalogue.nature(of: last).map { !$0.outputs.isEmpty } ?? false
            }.map(\.name)
        }

        /// Gives everything in the module a name that nothing in the graph has.
        mutating func rename(in outer: Graph, usedIn branch: String) {
            let taken = outer.names
            let stem = file.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? ""
            let letters = stem.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "-" }
            let scope = name ?? "\(branch)-\(String(letters))"
            var prefix = scope
            var number = 1
            while graph.names.contains(where: { taken.contains("\(prefix)-\($0)") }) {
                number += 1
                prefix = "\(scope)-\(number)"
            }
            let own = graph.names
            for index in graph.branches.indices { graph.branches[index].rename(own) { "\(prefix)-\($0)" } }
        }

        /// The module's branches in the place of a step of a branch, which keeps its name for what follows.
        func spliced(into branch: Graph.Branch, at index: Int) -> [Graph.Branch] {
            let (before, after) = (branch.steps[..<index], branch.steps[(index + 1)...])
            let (input, output) = (openInputs.first, after.isEmpty && openOutputs.count > 1 ? nil : openOutputs.first)
            var result: [Graph.Branch] = []
            for var inner in graph.branches {
                if inner.name == input {
                    inner.input = branch.input
                    inner.steps = before + inner.steps
                }
                if inner.name == output {
                    inner.steps += after
                    inner.name = branch.name
                    inner.location = branch.location
                }
                result.append(inner)
            }
            return result
        }
    }
}

extension Graph {
    /// All names in the graph: of branches and of elements.
    var names: Set<String> {
        var names = Set(branches.map(\.name))
        for branch in branches {
            for case .element(let element) in branch.steps { element.name.map { _ = names.insert($0) } }
        }
        return names
    }
}

extension Graph.Branch {
    /// Changes the names of the branch, its elements and the branches it takes from.
    ///
    /// A name that the graph does not have stays as it was written, for the message about it.
    fileprivate mutating func rename(_ known: Set<String>, _ change: (String) -> String) {
        name = change(name)
        if var taken = input {
            for index in taken.sources.indices where known.contains(taken.sources[index].branch) {
                taken.sources[index].branch = change(taken.sources[index].branch)
            }
            input = taken
        }
        steps = steps.map { step in
            guard case .element(var element) = step, let name = element.name else { return step }
            element.name = change(name)
            return .element(element)
        }
    }
}
