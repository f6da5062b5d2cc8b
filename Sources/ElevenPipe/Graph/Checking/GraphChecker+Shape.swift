import GStreamer

extension GraphChecker {
    /// What stands where: sources first, sinks last, every end taken up, no circle.
    mutating func checkShape() {
        checkInputs()
        checkCycles()
        for branch in graph.branches where !branch.isIncomplete { checkOrder(of: branch) }
        checkEnds()
    }

    private func branch(named name: String) -> Graph.Branch? { graph.branches.first { $0.name == name } }

    private mutating func checkInputs() {
        let names = graph.branches.map(\.name)
        for branch in graph.branches {
            guard let input = branch.input else { continue }
            if input.sources.count != 1 {
                error(
                    at: input.location, "'from' with several branches is not supported in this version: name one branch"
                )
            }
            for source in input.sources where !names.contains(source.branch) {
                error(at: source.location, unknownBranch(source.branch, among: names.filter { $0 != branch.name }))
            }
        }
    }

    private func unknownBranch(_ name: String, among names: [String]) -> String {
        for branch in graph.branches {
            for case .element(let element) in branch.steps where element.name == name {
                return "'\(name)' is an element: name its branch, '\(branch.name)', and let it end there"
            }
        }
        if let factory = catalogue.factory(name), !names.contains(name) {
            return "there is no branch '\(name)'; it is an element (\(factory.longName)): write '- \(name)'"
        }
        return "there is no branch \(Quotation.of(name))\(alternatives(to: name, among: names, "there are"))"
    }

    private mutating func checkCycles() {
        var told: Set<String> = []
        for start in graph.branches where !told.contains(start.name) {
            var path = [start.name]
            var current = start
            while let next = current.input?.sources.first?.branch, let branch = branch(named: next) {
                if let index = path.firstIndex(of: next) {
                    let circle = Array(path[index...])
                    if told.isDisjoint(with: circle) {
                        let words = (circle.reversed() + [circle.last ?? next]).joined(separator: " → ")
                        let location = current.input?.sources.first?.location ?? current.location
                        error(
                            at: location,
                            circle.count == 1
                                ? "the branch '\(next)' takes its data from itself"
                                : "these branches take their data from each other: \(words)"
                        )
                    }
                    told.formUnion(circle)
                    break
                }
                path.append(next)
                current = branch
            }
        }
    }

    private mutating func checkOrder(of branch: Graph.Branch) {
        guard let first = branch.steps.first else {
            error(at: branch.location, "the branch '\(branch.name)' is empty")
            return
        }
        if let nature = catalogue.nature(of: first) {
            if branch.input != nil, nature.inputs.isEmpty {
                error(at: first.location, "'\(nature.label)' takes no data, so it cannot follow 'from'")
            } else if branch.input == nil, !nature.canStart {
                error(
                    at: first.location,
                    "nothing feeds '\(nature.label)': begin the branch with '- from: BRANCH' or with a source"
                )
            }
        }
        for (step, next) in zip(branch.steps, branch.steps.dropFirst()) {
            let after = catalogue.nature(of: next)
            if let after, after.inputs.isEmpty {
                error(at: next.location, "'\(after.label)' takes no data, so it can only be the first step of a branch")
            } else if let nature = catalogue.nature(of: step), nature.outputs.isEmpty {
                let words = after.map { "'\($0.label)'" } ?? "anything"
                error(
                    at: step.location,
                    "'\(nature.label)' gives nothing on, so \(words) cannot follow it; for a second use of the data"
                        + " begin another branch with 'from'"
                )
            }
        }
    }

    private mutating func checkEnds() {
        let isComplete = graph.branches.allSatisfy { !$0.isIncomplete }
        for branch in graph.branches where !branch.isIncomplete {
            guard let last = branch.steps.last, let nature = catalogue.nature(of: last) else { continue }
            let consumers = graph.branches.flatMap { $0.input?.sources ?? [] }.filter { $0.branch == branch.name }
            if nature.outputs.isEmpty {
                for consumer in consumers {
                    error(
                        at: consumer.location,
                        "the branch '\(branch.name)' ends with '\(nature.label)', which gives nothing on"
                    )
                }
            } else if consumers.isEmpty, isComplete {
                error(
                    at: branch.location,
                    "nothing takes what the branch '\(branch.name)' gives: end it with a sink, or begin another branch"
                        + " with '- from: \(branch.name)'"
                )
            } else if consumers.count > 1, graph.insertion == .nothing, !nature.givesToMany {
                error(
                    at: consumers[1].location,
                    "with 'insert: nothing' a branch that several take from must end with 'tee', and '\(branch.name)'"
                        + " ends with '\(nature.label)'"
                )
            }
        }
    }
}
