import GStreamer

extension GraphPlan {
    /// What this plan has and another one has not: a branch, and what was made for its inputs. - Parameter earlier: a plan of
    /// the same graph without that branch.
    ///
    /// What the engine would put elsewhere for the branch's sake is left out: the pipeline runs as it was built.
    func addition(to earlier: GraphPlan) -> GraphPlan {
        let branches = Set(earlier.elements.map(\.branch))
        var part = GraphPlan()
        part.elements = elements.filter { !branches.contains($0.branch) }
        let names = Set(part.elements.map(\.name))
        part.links = links.filter { names.contains($0.to) }
        return part
    }

    /// The part of this plan that goes when a branch goes: its elements, those that were made for its inputs, and the links into
    /// them. - Parameter authored: the branches that the author wrote.
    func part(of branch: String, authored: Set<String>) -> GraphPlan {
        var part = GraphPlan()
        part.elements = elements.filter { $0.branch == branch }
        var names = Set(part.elements.map(\.name))
        // Backwards every element comes after those it feeds.
        for element in elements.reversed() where !authored.contains(element.branch) && !names.contains(element.name) {
            let followers = links.filter { $0.from == element.name }
            guard !followers.isEmpty, followers.allSatisfy({ names.contains($0.to) }) else { continue }
            part.elements.append(element)
            names.insert(element.name)
        }
        part.links = links.filter { names.contains($0.to) }
        return part
    }

    /// The links into this part from outside it.
    var entries: [LinkPlan] {
        let names = Set(elements.map(\.name))
        return links.filter { !names.contains($0.from) }
    }

    /// This plan and another one behind it.
    func with(_ part: GraphPlan) -> GraphPlan {
        var whole = self
        whole.elements += part.elements
        whole.links += part.links
        return whole
    }

    /// This plan without a part of it.
    func without(_ part: GraphPlan) -> GraphPlan {
        let names = Set(part.elements.map(\.name))
        var rest = self
        rest.elements.removeAll { names.contains($0.name) }
        rest.links.removeAll { names.contains($0.to) || names.contains($0.from) }
        return rest
    }
}
