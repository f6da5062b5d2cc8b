import GStreamer

/// The one format in which several streams of raw audio meet: fixed before anything runs, since elements with several inputs
/// agree on one at random, and sometimes on none.
struct CommonFormat {
    /// What comes out.
    var output: Caps.RawAudio?
    /// Whether the element has to be told, because it may choose another.
    var needsFilter = false
    /// What goes in where all inputs are alike.
    var input: Caps.RawAudio
    /// The place of each input's one channel; empty where the inputs are alike.
    var channels: [UInt64] = []

    /// The caps filters of an input, with a converter between each two.
    func texts(ofInput index: Int) -> [String] {
        guard channels.indices.contains(index) else { return [input.text] }
        // To one channel first, and then to its place: in one go, what is left or right of it would be lost.
        var placed = input
        placed.channelMask = channels[index]
        return [input.text, placed.text]
    }
}

extension GraphExpander {
    /// The format in which the sources of a branch meet in its first element; nil where that is not raw audio alone.
    mutating func commonFormat(of feeds: [Feed], in branch: Graph.Branch) -> CommonFormat? {
        guard feeds.count > 1, let first = branch.steps.first, let nature = catalogue.nature(of: first),
            let input = nature.input
        else { return nil }
        // What goes in can come out, so that the element has nothing to convert; an interleaver's channels apart.
        let template = nature.interleaves ? input : nature.output.map { $0.intersection(input) } ?? input
        if nature.isJoin {
            let areRaw = feeds.allSatisfy { $0.nature?.givesDecodedPads ?? false || $0.caps?.isRawAudio ?? false }
            let next = branch.steps.dropFirst().map { Expansion.Step(step: $0) }
            guard areRaw, takesRawAudio(next, of: branch) else { return nil }
        } else if !nature.mixesRawAudio {
            return nil
        }
        let author = authorsCaps(in: branch)
        let wish = wish(feeds, keepsFormat: nature.isJoin || nature.interleaves)
        let open = nature.interleaves ? author?.withoutChannels : author
        let both = open?.intersection(template)
        // What the element itself cannot do, a converter behind it does.
        let caps = both.flatMap { $0.isEmpty ? nil : $0 } ?? open ?? template
        guard let format = caps.nearest(to: wish) else { return nil }
        if nature.interleaves { return interleaved(format, of: feeds.count, template) }
        guard let format = template.nearest(to: format) else { return nil }
        return CommonFormat(output: format, needsFilter: !nature.isJoin, input: format)
    }

    private func interleaved(_ format: Caps.RawAudio, of count: Int, _ template: Caps) -> CommonFormat? {
        var one = format
        one.channels = 1
        one.channelMask = nil
        guard let input = template.nearest(to: one) else { return nil }
        let places = Caps.channelMasks(ofEach: count)
        var output = input
        output.channels = count
        output.channelMask = places.isEmpty ? 0 : places.reduce(0, |)
        return CommonFormat(output: output, input: input, channels: places.count == count ? places : [])
    }

    /// What there is to be where the author asks for nothing: the rate that all have, else 48 kHz; channels for the widest
    /// input, one of which nothing is known counting as stereo; and where samples are added floating point, so that loud
    /// voices are not clipped.
    private func wish(_ feeds: [Feed], keepsFormat: Bool) -> Caps.RawAudio {
        let rates = Set(feeds.map { $0.caps?.rate })
        let channels = feeds.map { $0.caps?.channels ?? 2 }.max() ?? 2
        let formats = keepsFormat ? Set(feeds.compactMap { $0.caps?.sampleFormat }) : []
        return Caps.RawAudio(
            format: formats.count == 1 ? formats.first ?? "F32LE" : "F32LE",
            rate: rates.count == 1 ? rates.first.flatMap(\.self) ?? 48000 : 48000, channels: channels)
    }

    /// The next caps step of raw audio behind the first element.
    private func authorsCaps(in branch: Graph.Branch) -> Caps? {
        for step in branch.steps.dropFirst() {
            guard let nature = catalogue.nature(of: step) else { return nil }
            if let filter = nature.filter { return filter.isRawAudio ? filter : nil }
            guard nature.isTransparent || nature.takesRawAudio && nature.output?.allowsRawAudio ?? true else {
                return nil
            }
        }
        return nil
    }
}
