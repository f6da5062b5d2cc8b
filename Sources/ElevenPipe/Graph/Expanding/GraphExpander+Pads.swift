import GStreamer

extension GraphExpander {
    /// The pad to link to, where an element has several kinds of input, or properties for one pad.
    mutating func inputPad(of step: Graph.Step, for caps: Caps?) -> String? {
        guard case .element(let element) = step, let nature = catalogue.nature(of: step) else { return nil }
        if let pad = namedPads(of: element).first { return pad }
        guard nature.inputs.count > 1, !nature.inputs.contains(where: { $0.presence == .always }) else { return nil }
        return choice(among: nature.inputs, for: caps, of: element, at: element.location)
    }

    /// The pads to link several sources to, or one that has settings.
    mutating func inputPads(
        for sources: [Graph.Input.Source], _ feeds: [Feed], of step: Graph.Step, _ nature: StepNature
    ) -> [String?] {
        guard case .element(let element) = step else { return sources.map(\.inputPad) }
        if let pad = namedPads(of: element).first(where: { $0.last?.isNumber ?? false }), sources.count > 1 {
            return InputPads.numbered(pad, for: sources.map(\.inputPad))
        }
        // A pad that is there once is gone for the others.
        var taken = Set(sources.compactMap(\.inputPad).filter { !$0.contains("%") })
        return zip(sources, feeds).map { source, feed in
            if let pad = source.inputPad { return pad }
            let free = nature.inputs.filter { !taken.contains($0.name) }
            let pad = choice(among: free, for: feed.caps, of: element, at: source.location)
            if let pad, !pad.contains("%") { taken.insert(pad) }
            return pad
        }
    }

    private func namedPads(of element: Graph.Element) -> [String] {
        catalogue.factory(element.factory).map { InputPads.named(by: element, $0).map(\.pad) } ?? []
    }

    /// The one pad, or template, that fits; an error where several do.
    private mutating func choice(
        among pads: [PadTemplate], for caps: Caps?, of element: Graph.Element, at location: SourceLocation
    ) -> String? {
        let fitting = pads.filter { pad in caps.map { $0.canIntersect(pad.caps) } ?? true }
        if fitting.count == 1 { return fitting[0].name }
        if let caps, caps.mediaTypes.allSatisfy({ $0.hasPrefix("audio/") }), !caps.isAny {
            // The caps do not decide; a pad that is named for audio does.
            let forAudio = fitting.filter { $0.name.hasPrefix("audio") }
            if forAudio.count == 1 { return forAudio[0].name }
        }
        guard fitting.count > 1 else { return nil }
        let names = fitting.map(\.name).sorted()
        error(
            at: location,
            "several inputs of '\(element.factory)' could take this: \(names.joined(separator: ", "));"
                + " say which, as in '- from: {BRANCH: {pad: \(names[0])}}'"
        )
        return nil
    }
}
