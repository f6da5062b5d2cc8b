extension GraphExpander {
    /// Gives every element a name of its own, made of branch and factory where the author gave none.
    func nameElements(in branches: inout [Expansion.Branch]) {
        var taken = Set(graph.branches.map(\.name))
        for branch in graph.branches {
            for case .element(let element) in branch.steps { element.name.map { _ = taken.insert($0) } }
        }
        for branch in branches.indices {
            var counts: [String: Int] = [:]
            for index in branches[branch].steps.indices {
                guard case .element(var element) = branches[branch].steps[index].step, element.name == nil else {
                    continue
                }
                var name: String
                repeat {
                    let number = counts[element.factory, default: 0] + 1
                    counts[element.factory] = number
                    name = "\(branches[branch].name)-\(element.factory)-\(number)"
                } while !taken.insert(name).inserted
                element.name = name
                branches[branch].steps[index].step = .element(element)
            }
        }
    }
}
