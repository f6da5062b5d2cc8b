import GStreamer

extension Graph {
    /// A step of a branch, by numbers.
    struct Place {
        var branch: Int
        var step: Int
    }

    subscript(place: Place) -> Step {
        get { branches[place.branch].steps[place.step] }
        set { branches[place.branch].steps[place.step] = newValue }
    }

    /// Where a program's input is: the element of that name, or the source of that branch, which has no name of its own.
    func place(ofInput name: String) -> Place? {
        for (branch, content) in branches.enumerated() {
            for case (let step, .element(let element)) in content.steps.enumerated()
            where element.name == name || element.isInput && element.name == nil && content.name == name {
                return Place(branch: branch, step: step)
            }
        }
        return nil
    }

    /// The names of what a program can feed.
    var inputNames: [String] {
        branches.flatMap { branch in
            branch.steps.compactMap { step in
                if case .element(let element) = step, element.isInput { element.name ?? branch.name } else { nil }
            }
        }
    }
}

extension Graph.Element {
    /// Whether a program feeds it.
    var isInput: Bool { factory == "appsrc" }
}

extension Graph.Branch {
    /// A branch that hands its data to a program.
    init(forProgram name: String, from source: Graph.Input.Source, steps: [Graph.Step]) {
        self.init(name, from: Graph.Input([source]), steps: steps)
        isForProgram = true
    }
}

extension GraphChecker {
    /// What a program takes is no step of a graph: an `appsink` that nobody reads would hold the end up for ever.
    mutating func checkProgramSteps() {
        for branch in graph.branches where !branch.isForProgram {
            for case .element(let element) in branch.steps where element.factory == "appsink" {
                error(
                    at: element.location,
                    "'appsink' is put in where a program asks for the data, with pipeline.audio(from:) or"
                        + " pipeline.bytes(from:): leave the end of the branch open")
            }
        }
    }
}
