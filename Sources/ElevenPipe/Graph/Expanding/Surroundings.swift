import GLib
import GStreamer

/// What lies further down in a graph.
struct Surroundings {
    let graph: Graph
    let wiring: Wiring
    let catalogue: Catalogue
    /// Every place that data reaches only when an element that holds everything lets go of it, those elements included.
    private let behind: Set<Wiring.Way>
    private let hasTurns: Bool

    init(graph: Graph, wiring: Wiring, catalogue: Catalogue) {
        self.graph = graph
        self.wiring = wiring
        self.catalogue = catalogue
        var behind: Set<Wiring.Way> = []
        var hasTurns = false
        for branch in graph.branches {
            for (index, step) in branch.steps.enumerated() {
                guard let nature = catalogue.nature(of: step) else { continue }
                hasTurns = hasTurns || Self.takesTurns(nature)
                guard nature.holdsEverything else { continue }
                for place in wiring.downstream(of: Wiring.Way(branch: branch.name, step: index, input: nil)) {
                    behind.insert(Wiring.Way(branch: place.branch, step: place.step, input: nil))
                }
            }
        }
        self.behind = behind
        self.hasTurns = hasTurns
    }

    private var hasHolders: Bool { !behind.isEmpty }

    private static func takesTurns(_ nature: StepNature) -> Bool { nature.factory == "concat" }

    private func nature(at way: Wiring.Way) -> StepNature? { wiring.step(at: way).flatMap { catalogue.nature(of: $0) } }

    func leadsToHolder(_ way: Wiring.Way) -> Bool {
        hasHolders && wiring.downstream(of: way).contains { nature(at: $0)?.holdsEverything ?? false }
    }

    /// Whether it gets to an element that waits at another input for what is held.
    func meetsHolder(_ way: Wiring.Way) -> Bool {
        hasHolders
            && wiring.downstream(of: way).contains { place in
                guard place.step == 0, let input = place.input else { return false }
                return wiring.edges(into: place.branch).contains { edge in
                    let last = (wiring.branches[edge.output.branch]?.steps.count ?? 0) - 1
                    let origin = Wiring.Way(
                        branch: edge.output.branch, step: edge.output.step ?? last, input: nil)
                    return edge.index != input && behind.contains(origin)
                }
            }
    }

    /// Whether it gets to an input that is left alone until those before it have ended.
    func waitsItsTurn(_ way: Wiring.Way) -> Bool {
        guard hasTurns else { return false }
        return wiring.downstream(of: way).contains { place in
            place.step == 0 && (place.input ?? 0) > 0 && (nature(at: place).map(Self.takesTurns) ?? false)
        }
    }

    /// Whether it gets to the element that holds everything before anything that could block.
    func beginsWithHolder(_ way: Wiring.Way) -> Bool {
        for step in wiring.branches[way.branch]?.steps.dropFirst(way.step) ?? [] {
            guard let nature = catalogue.nature(of: step) else { return false }
            if nature.holdsEverything { return true }
            guard Sharing.isQueue(step) || nature.isConverter || nature.filter != nil else { return false }
        }
        return false
    }

    /// The sinks behind an element that holds everything, where there is another sink that could play at once: those that
    /// write as fast as data comes need no common start.
    func lateSinks() -> Set<Wiring.Way> {
        guard hasHolders else { return [] }
        let sinks = graph.branches.map { Wiring.Way(branch: $0.name, step: $0.steps.count - 1, input: nil) }
            .filter { nature(at: $0)?.outputs.isEmpty ?? false }
        guard sinks.contains(where: { !behind.contains($0) }) else { return [] }
        return Set(sinks.filter { behind.contains($0) && ignoresTheClock($0) })
    }

    private func ignoresTheClock(_ way: Wiring.Way) -> Bool {
        guard case .element(let element)? = wiring.step(at: way),
            catalogue.property("async", of: element.factory) != nil,
            let standard = try? Element.make(element.factory).get("sync")?.bool
        else { return false }
        guard case .text(let text)? = element.properties.first(where: { $0.name == "sync" })?.value else {
            return !standard
        }
        return PropertySpec.boolean(text) == false
    }
}
