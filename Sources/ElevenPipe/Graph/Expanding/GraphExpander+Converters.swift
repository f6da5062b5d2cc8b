import GStreamer

extension GraphExpander {
    /// Whether a link needs converters.
    enum Conversion {
        case none
        /// Raw audio comes: before this step.
        case converters(at: Int)
        /// Only the stream tells: on the link into this step.
        case undecided(at: Int)
    }

    /// Where a branch takes its data from one other: a queue behind a tee, converters for raw audio.
    mutating func enter(
        _ steps: inout [Expansion.Step], of branch: Graph.Branch, by edge: Wiring.Edge, _ feed: Feed
    ) {
        let location = steps.first?.step.location ?? branch.location
        let queue = sharing.queue(for: edge)
        if isAutomatic, let queue, needsQueue(queue, before: steps.first) {
            steps.insert(inserted(queue, at: location), at: 0)
        }
        switch conversion(of: feed, into: steps, of: branch, isShared: queue != nil) {
        case .none: break
        case .converters(let index):
            if isAutomatic { convert(&steps, at: index, before: queue == nil ? feed.steps : []) }
        case .undecided(let index): steps[index].decideConverters = true
        }
    }

    private mutating func conversion(
        of feed: Feed, into steps: [Expansion.Step], of branch: Graph.Branch, isShared: Bool
    ) -> Conversion {
        let afterQueues = steps.firstIndex { !Sharing.isQueue($0.step) } ?? steps.count
        guard let nature = feed.nature, takesRawAudio(steps.dropFirst(afterQueues), of: branch) else { return .none }
        if nature.givesDecodedPads { return .converters(at: isShared ? afterQueues : 0) }
        if feed.caps?.isRawAudio == true { return .converters(at: afterQueues) }
        return steps.indices.contains(afterQueues)
            && isUndecided(feed, before: steps.dropFirst(afterQueues), isShared: isShared)
            ? .undecided(at: afterQueues) : .none
    }

    /// Whether only the stream tells if what comes is raw audio, and converters are not there already.
    func isUndecided(_ feed: Feed, before steps: some Sequence<Expansion.Step>, isShared: Bool) -> Bool {
        if let caps = feed.caps, caps.isRawAudio || !caps.allowsRawAudio { return false }
        let present = converters(in: steps) + (isShared ? [] : converters(in: feed.steps.reversed()))
        return !Set(present).isSuperset(of: ["audioconvert", "audioresample"])
    }

    /// Between two steps of one branch: a queue where others take from the first step too, and converters behind pads that
    /// appear with decoded data, also because they take audio and nothing else.
    mutating func separate(
        _ steps: inout [Expansion.Step], at index: Int, of branch: Graph.Branch, after flow: Feed
    ) {
        guard let previous = flow.nature else { return }
        var place = index
        if isAutomatic, let author = steps[index - 1].index,
            let queue = sharing.queue(for: Wiring.Way(branch: branch.name, step: author + 1, input: nil)),
            needsQueue(queue, before: steps[index])
        {
            steps.insert(inserted(queue, at: steps[index].step.location), at: index)
            place += 1
        }
        guard previous.hasSometimesPads, takesRawAudio(steps.dropFirst(place), of: branch) else { return }
        if previous.givesDecodedPads {
            if isAutomatic { convert(&steps, at: place, before: []) }
        } else if previous.output == nil {
            let feed = Feed(caps: nil, nature: previous)
            if isUndecided(feed, before: steps.dropFirst(index), isShared: true) {
                steps[index].decideConverters = true
            }
        }
    }

    private func needsQueue(_ queue: String, before step: Expansion.Step?) -> Bool {
        guard let step, case .element(let element) = step.step else { return true }
        return queue == Sharing.plainQueue ? !Sharing.isQueue(step.step) : element.factory != queue
    }

    /// Puts in those of the two converters that the author has not put right there already.
    func convert(_ steps: inout [Expansion.Step], at index: Int, before: [Expansion.Step]) {
        let location = steps.indices.contains(index) ? steps[index].step.location : before.last?.step.location
        let place = location ?? graph.location
        let present = Set(converters(in: steps.dropFirst(index)) + converters(in: before.reversed()))
        if present.isEmpty {
            steps.insert(
                contentsOf: [inserted("audioconvert", at: place), inserted("audioresample", at: place)], at: index
            )
        } else if present == ["audioconvert"] {
            let after = steps[index...].firstIndex { Self.factory($0.step) == "audioconvert" }
            steps.insert(inserted("audioresample", at: place), at: after.map { $0 + 1 } ?? index)
        } else if present == ["audioresample"] {
            steps.insert(inserted("audioconvert", at: place), at: index)
        }
    }

    private func converters(in steps: some Sequence<Expansion.Step>) -> [String] {
        var found: [String] = []
        for step in steps {
            guard let nature = catalogue.nature(of: step.step), nature.isConverter || nature.isTransparent else {
                break
            }
            if nature.isConverter { found.append(nature.factory) }
        }
        return found
    }

    // MARK: - Where raw audio is welcome

    /// Whether raw audio is welcome at the next step that looks at its data, perhaps in a branch further on.
    mutating func takesRawAudio(_ steps: some Sequence<Expansion.Step>, of branch: Graph.Branch) -> Bool {
        takesRawAudio(steps.map(\.step)) ?? takesRawAudio(atEndOf: branch.name)
    }

    /// Nil where all these steps pass on whatever comes.
    private func takesRawAudio(_ steps: [Graph.Step]) -> Bool? {
        for step in steps {
            guard let nature = catalogue.nature(of: step), !nature.isTransparent else { continue }
            return nature.takesRawAudio
        }
        return nil
    }

    mutating func takesRawAudio(atEndOf branch: String) -> Bool {
        if let known = rawAudioTakers[branch] { return known }
        let next = wiring.consumers(of: branch)
        var isWelcome = next.isEmpty
        for edge in next where !isWelcome {
            let steps = wiring.branches[edge.consumer]?.steps ?? []
            isWelcome = takesRawAudio(steps) ?? takesRawAudio(atEndOf: edge.consumer)
        }
        rawAudioTakers[branch] = isWelcome
        return isWelcome
    }

    private static func factory(_ step: Graph.Step) -> String? {
        if case .element(let element) = step { element.factory } else { nil }
    }
}
