import GStreamer

/// What stands between those that share a source, so that none holds up the others.
///
/// A tee, or a demuxer with several pads, goes on only when everyone has taken the last buffer. An element that gives
/// nothing before it has taken everything never gets its end when a plain queue beside it is full: the other sinks wait to
/// start together with the one behind it. So its siblings get a queue without a bound. So does a way to a mixer that waits
/// for such an element at another input, and one to an input of `concat` that is left alone until those before have ended.
struct Sharing {
    static let plainQueue = "queue"
    static let unboundedQueue = "spoolqueue"

    /// The sinks that start late and are not to be waited for.
    let lateSinks: Set<Wiring.Way>
    private var queues: [Wiring.Way: String] = [:]

    init(_ graph: Graph, _ wiring: Wiring, _ catalogue: Catalogue) {
        let surroundings = Surroundings(graph: graph, wiring: wiring, catalogue: catalogue)
        lateSinks = surroundings.lateSinks()
        for branch in graph.branches {
            for step in branch.steps.indices {
                let isEnd = step == branch.steps.count - 1
                guard isEnd || !wiring.consumers(of: branch.name, step: step).isEmpty else { continue }
                let takers = wiring.takers(of: Wiring.Output(branch: branch.name, step: step))
                // Where the author put a tee, another taker may come while the graph runs.
                guard takers.count > 1 || !takers.isEmpty && Self.isTee(branch.steps[step]) else { continue }
                let holds = takers.contains(where: surroundings.leadsToHolder)
                for taker in takers {
                    let needsRoom =
                        surroundings.waitsItsTurn(taker)
                        || (holds || surroundings.meetsHolder(taker)) && !surroundings.beginsWithHolder(taker)
                    queues[taker] = needsRoom ? Self.unboundedQueue : Self.plainQueue
                }
            }
        }
    }

    /// The queue at the head of a way that begins at a shared element; nil where nobody shares it.
    func queue(for way: Wiring.Way) -> String? { queues[way] }

    /// The queue at the head of a branch, as ``queue(for:)``.
    func queue(for edge: Wiring.Edge) -> String? {
        queues[Wiring.Way(branch: edge.consumer, step: 0, input: edge.index)]
    }

    private static func isTee(_ step: Graph.Step) -> Bool {
        if case .element(let element) = step { element.factory == "tee" } else { false }
    }

    static func isQueue(_ step: Graph.Step) -> Bool {
        guard case .element(let element) = step else { return false }
        return [plainQueue, "queue2", unboundedQueue].contains(element.factory)
    }
}
