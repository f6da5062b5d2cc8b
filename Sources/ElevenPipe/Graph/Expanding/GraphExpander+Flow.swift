import GStreamer

extension GraphExpander {
    /// What comes out of a step; nil where that is not known before it runs.
    func output(of step: Graph.Step, _ nature: StepNature, for caps: Caps?) -> Caps? {
        if let filter = nature.filter {
            guard let caps else { return filter }
            let common = filter.intersection(caps)
            return common.isEmpty ? filter : common
        }
        if nature.isTransparent { return caps }
        let declared = nature.output
        guard case .element(let element) = step, nature.outputs.contains(where: { $0.presence == .always }) else {
            return declared
        }
        // A source, or an element whose pad can be several things: it may know better, its properties being set.
        let isUndecided = declared.map { $0.allowsRawAudio && !$0.isRawAudio } ?? true
        guard nature.inputs.isEmpty || isUndecided, let answer = answer(of: element) else { return declared }
        return answer.isAny || answer.isEmpty ? declared : answer
    }

    private func answer(of element: Graph.Element) -> Caps? {
        guard let inspection = ElementInspection(factory: element.factory) else { return nil }
        for property in element.properties {
            guard let input = PropertyInput(property.value) else { continue }
            // What cannot be set was told where the properties are checked.
            try? inspection.set(property.name, to: input)
        }
        return inspection.outputCaps()
    }

    /// A link whose two sides can never agree, and a decoder that nobody has.
    mutating func check(_ feed: Feed, to nature: StepNature, at location: SourceLocation) {
        guard let caps = feed.caps, let input = nature.input else { return }
        if !caps.canIntersect(input) {
            error(at: location, mismatch(feed.label, caps, nature, input))
        } else if feed.isAnnounced, caps.isFixed, !caps.isRawAudio, !caps.isSubset(of: input) {
            // When the stream begins, a field that the taker asks for must be there, not only be possible.
            error(at: location, incomplete(feed.label, caps, nature, input))
        } else if nature.isDecoder, !caps.isAny, !caps.allowsRawAudio, !Registry.canDecode(caps) {
            let types = caps.mediaTypes.joined(separator: ", ")
            let package = caps.mediaTypes.compactMap(PackageTable.package(decoding:)).first
            error(
                at: location,
                "no installed decoder takes \(types): "
                    + (package.map { "there is one in the Debian package \($0)" }
                        ?? "look in the Debian packages gstreamer1.0-plugins-bad and gstreamer1.0-libav")
            )
        }
    }

    private func mismatch(_ giver: String, _ caps: Caps, _ nature: StepNature, _ input: Caps) -> String {
        let given = caps.mediaTypes
        let taken = input.mediaTypes
        let cure: String
        var words = (given.joined(separator: ", "), Self.list(taken))
        if caps.isRawAudio, input.allowsRawAudio {
            cure = "put 'audioconvert' and 'audioresample' between them"
            let conflicts = caps.conflicts(with: input)
            words =
                conflicts.isEmpty
                ? (Self.short(caps), Self.short(input))
                : (conflicts.map(\.ours).joined(separator: " and "), conflicts.map(\.theirs).joined(separator: " and "))
        } else if !caps.allowsRawAudio, input.allowsRawAudio,
            given.contains(where: { $0.hasPrefix("audio/") || $0.hasPrefix("application/") })
        {
            cure = "put 'decodebin' between them"
        } else if caps.isRawAudio, taken.contains(where: { $0.hasPrefix("audio/") }) {
            cure = "put an encoder between them that gives what '\(nature.label)' takes"
        } else if given == taken {
            cure = "put a parser between them, or 'decodebin' in place of '\(nature.label)'"
            words = (Self.short(caps), Self.short(input))
        } else {
            cure = "no converter fits between them"
        }
        return
            "'\(nature.label)' cannot take what '\(giver)' gives: it takes \(words.1), and gets \(words.0); \(cure)"
    }

    private func incomplete(_ giver: String, _ caps: Caps, _ nature: StepNature, _ input: Caps) -> String {
        let cure = caps.mediaTypes == ["audio/mpeg"] ? "put 'mpegaudioparse' between them" : "put a parser between them"
        return
            "'\(nature.label)' cannot take what '\(giver)' gives: it asks for more than is known of the stream, which is "
            + "\(Self.short(caps)); \(cure)"
    }

    private static func list(_ types: [String]) -> String {
        types.count > 5 ? types.prefix(5).joined(separator: ", ") + ", …" : types.joined(separator: ", ")
    }

    private static func short(_ caps: Caps) -> String {
        let text = caps.description
        return text.count > 160 ? "\(text.prefix(160))…" : text
    }
}
