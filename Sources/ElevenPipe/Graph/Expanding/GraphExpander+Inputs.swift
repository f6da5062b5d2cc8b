import GStreamer

extension GraphExpander {
    /// Where several sources come together, or one goes to an input pad with settings: each gets a branch of its own, with
    /// a queue and whatever brings it to the format that all have.
    ///
    /// - Returns: the branches that were made; the inputs and feeds are then theirs.
    mutating func meet(
        _ edges: [Wiring.Edge], in branch: Graph.Branch, _ steps: inout [Expansion.Step],
        _ inputs: inout [Expansion.Input], _ feeds: inout [Feed]
    ) -> [Expansion.Branch] {
        let format = commonFormat(of: feeds, in: branch)
        var made: [Expansion.Branch] = []
        for (index, edge) in edges.enumerated() {
            let chain = chain(
                for: edge, feeds[index], format?.texts(ofInput: index), in: branch, isOne: edges.count == 1)
            guard !chain.isEmpty else { continue }
            let name = freshName(for: branch.name)
            let (expanded, feed) = expand(chain, as: name, from: inputs[index], feeds[index], at: edge.source.location)
            made.append(expanded)
            feeds[index] = feed
            inputs[index].source.branch = name
            inputs[index].source.pad = nil
            inputs[index].source.stall = .wait
            inputs[index].output = nil
        }
        if let format, let output = format.output { settle(&steps, on: output, isNeeded: format.needsFilter) }
        return made
    }

    private mutating func expand(
        _ chain: [Expansion.Step], as name: String, from input: Expansion.Input, _ feed: Feed,
        at location: SourceLocation
    ) -> (Expansion.Branch, Feed) {
        var chain = chain
        var source = input
        source.source = Graph.Input.Source(
            input.source.branch, pad: input.source.pad, location: input.source.location)
        let branch = Graph.Branch(name, steps: [], location: location)
        if let first = chain.first { source.inputPad = inputPad(of: first.step, for: feed.caps) }
        var end = walk(&chain, of: branch, from: [feed])
        end.steps = chain
        note(end, asEndOf: name)
        let made = Expansion.Branch(
            name: name, inputs: [source], steps: chain, inputLocation: location, location: location)
        return (made, end)
    }

    private mutating func chain(
        for edge: Wiring.Edge, _ feed: Feed, _ formats: [String]?, in branch: Graph.Branch, isOne: Bool
    ) -> [Expansion.Step] {
        let location = edge.source.location
        let continues = edge.source.stall == .continue
        if continues, formats == nil || isJoin(branch) {
            error(
                at: location,
                "'stall: continue' is for a source that is mixed with others: put an audiomixer or another element there"
                    + " that adds or interleaves raw audio of several sources")
        }
        let shared = sharing.queue(for: edge)
        var chain: [Expansion.Step] = []
        if shared != nil || !isOne { chain.append(inserted(shared ?? Sharing.plainQueue, at: location)) }
        if let formats {
            guard feed.caps?.allowsRawAudio ?? true else { return chain }
            chain += [inserted("audioconvert", at: location), inserted("audioresample", at: location)]
            for (index, caps) in formats.enumerated() {
                if index > 0 { chain.append(inserted("audioconvert", at: location)) }
                chain.append(insertedCaps(caps, at: location))
            }
            if continues { chain.append(inserted(Self.stallQueue, at: location)) }
        } else if isRawAudio(feed), takesRawAudio(branch.steps.map { Expansion.Step(step: $0) }, of: branch) {
            convert(&chain, at: chain.count, before: shared == nil ? feed.steps : [])
        }
        return chain
    }

    /// Puts silence in where its input falls behind the clock.
    static let stallQueue = "stallqueue"

    private func isJoin(_ branch: Graph.Branch) -> Bool {
        branch.steps.first.flatMap { catalogue.nature(of: $0) }?.isJoin ?? false
    }

    private func isRawAudio(_ feed: Feed) -> Bool {
        feed.nature?.givesDecodedPads ?? false || feed.caps?.isRawAudio ?? false
    }

    private func insertedCaps(_ caps: String, at location: SourceLocation) -> Expansion.Step {
        Expansion.Step(step: .caps(Graph.CapsFilter(caps, location: location)), isInserted: true)
    }

    /// Behind the element in which several meet: the format they have, and converters for whoever cannot take it.
    private func settle(_ steps: inout [Expansion.Step], on output: Caps.RawAudio, isNeeded: Bool) {
        guard let location = steps.first?.step.location else { return }
        var place = 1
        if isNeeded {
            steps.insert(insertedCaps(output.text, at: location), at: place)
            place += 1
        }
        guard let caps = Caps(output.text), refuses(caps, steps.dropFirst(place)) else { return }
        steps.insert(
            contentsOf: [inserted("audioconvert", at: location), inserted("audioresample", at: location)], at: place)
    }

    /// Whether the next step that takes raw audio cannot take this, or not through the filters before it.
    private func refuses(_ caps: Caps, _ steps: some Sequence<Expansion.Step>) -> Bool {
        var caps = caps
        for step in steps {
            guard let nature = catalogue.nature(of: step.step), !nature.isTransparent else { continue }
            guard nature.takesRawAudio, let input = nature.input else { return false }
            caps = caps.intersection(input)
            if caps.isEmpty { return true }
            if nature.filter == nil { return false }
        }
        return false
    }

    // MARK: - The links

    /// Which input pad each source goes to, and whether converters are decided later.
    mutating func linkInputs(
        _ inputs: inout [Expansion.Input], _ feeds: [Feed], to steps: [Expansion.Step], of branch: Graph.Branch
    ) {
        guard let first = steps.first, let nature = catalogue.nature(of: first.step) else { return }
        if inputs.count == 1, !inputs[0].source.hasSettings {
            inputs[0].inputPad = inputPad(of: first.step, for: feeds[0].caps)
            return
        }
        let pads = inputPads(for: inputs.map(\.source), feeds, of: first.step, nature)
        let isWelcome = takesRawAudio(steps, of: branch)
        for index in inputs.indices {
            inputs[index].inputPad = pads[index]
            let feed = feeds[index]
            inputs[index].decideConverters =
                isWelcome && feed.nature.map { !$0.givesDecodedPads } ?? false
                && isUndecided(feed, before: steps, isShared: false)
            if inputs.count > 1 { check(feed, to: nature, at: inputs[index].source.location) }
        }
    }
}
