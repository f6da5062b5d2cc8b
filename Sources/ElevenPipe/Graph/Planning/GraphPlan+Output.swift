import ElevenLabsElements
import GStreamer

extension GraphPlan {
    /// The elements whose data all goes into something that makes other audio of it, as the voice changer or a mixer do: what
    /// leaves them is nothing that is heard yet.
    var elementsBeforeOutput: Set<String> {
        let inputs = Dictionary(grouping: links, by: \.to)
        let outputs = Dictionary(grouping: links, by: \.from)
        let makers = Set(
            elements.filter { element in
                ElevenLabsElements.holdingFactories.contains(element.factory)
                    || inputs[element.name, default: []].count > 1 && Self.givesRawAudio(element.factory)
            }.map(\.name))
        guard !makers.isEmpty else { return [] }
        var found: Set<String> = []
        // Sources stand first, so that backwards every element comes after those it feeds.
        for element in elements.reversed() {
            let targets = outputs[element.name, default: []].map(\.to)
            if !targets.isEmpty, targets.allSatisfy({ makers.contains($0) || found.contains($0) }) {
                found.insert(element.name)
            }
        }
        return found
    }

    /// The element of ours that what comes out of an element was made by; the nearest one.
    func service(before name: String) -> String? {
        var next = [name]
        var seen: Set<String> = [name]
        while !next.isEmpty {
            let step = next.removeFirst()
            for source in links.filter({ $0.to == step }).map(\.from) where seen.insert(source).inserted {
                if let element = elements.first(where: { $0.name == source }), ServiceElements.isOurs(element.factory) {
                    return source
                }
                next.append(source)
            }
        }
        return nil
    }

    private static func givesRawAudio(_ factory: String) -> Bool {
        ElementFactory(named: factory)?.templates(.source).contains { $0.caps.allowsRawAudio } ?? false
    }
}
