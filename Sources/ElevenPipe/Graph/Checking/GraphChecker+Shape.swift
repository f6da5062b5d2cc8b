import GStreamer

extension GraphChecker {
    /// What stands where: sources first, sinks last, every end taken up, no circle.
    mutating func checkShape() {
        let wiring = Wiring(graph, catalogue)
        checkSources(wiring)
        checkCycles(wiring)
        for branch in graph.branches where !branch.isIncomplete { checkOrder(of: branch) }
        checkEnds(wiring)
        checkPads(wiring)
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

    private mutating func checkEnds(_ wiring: Wiring) {
        let isComplete = graph.branches.allSatisfy { !$0.isIncomplete }
        for branch in graph.branches where !branch.isIncomplete {
            guard let last = branch.steps.last, let nature = catalogue.nature(of: last) else { continue }
            let end = wiring.consumers(of: branch.name)
            let consumers = end + wiring.consumers(of: branch.name, step: branch.steps.count - 1)
            if nature.outputs.isEmpty {
                for consumer in consumers {
                    error(
                        at: consumer.source.location,
                        "the branch '\(branch.name)' ends with '\(nature.label)', which gives nothing on"
                    )
                }
            } else if consumers.isEmpty, isComplete {
                let finding = Finding(
                    .error, at: branch.location,
                    "nothing takes what the branch '\(branch.name)' gives: end it with a sink, or begin another branch"
                        + " with '- from: \(branch.name)'"
                )
                if leavesEndsOpen { openEnds.append(finding) } else { findings.append(finding) }
            } else if end.count > 1, graph.insertion == .nothing, !nature.givesToMany {
                error(
                    at: end[1].source.location,
                    "with 'insert: nothing' a branch that several take from must end with 'tee', and '\(branch.name)'"
                        + " ends with '\(nature.label)'"
                )
            }
        }
    }
}
