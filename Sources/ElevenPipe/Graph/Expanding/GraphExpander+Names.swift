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

    /// Writes every source as what it is once everything has a name: the end of a branch, or a pad of an element.
    func nameSources(in branches: inout [Expansion.Branch]) {
        let names = Dictionary(
            branches.flatMap { branch in
                branch.steps.compactMap { step -> (Wiring.Output, String)? in
                    guard let index = step.index, case .element(let element) = step.step, let name = element.name else {
                        return nil
                    }
                    return (Wiring.Output(branch: branch.name, step: index), name)
                }
            }
        ) { first, _ in first }
        for branch in branches.indices {
            for index in branches[branch].inputs.indices {
                guard let output = branches[branch].inputs[index].output else { continue }
                let owner = output.step.flatMap { names[Wiring.Output(branch: output.branch, step: $0)] }
                branches[branch].inputs[index].source.branch = owner ?? output.branch
                branches[branch].inputs[index].source.pad = output.pad
            }
        }
    }
}
