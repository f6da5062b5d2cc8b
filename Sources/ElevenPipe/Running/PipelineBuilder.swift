import GLib
import GStreamer

/// Makes the elements of a plan, sets their properties and links them.
enum PipelineBuilder {
    /// - Parameters: what to build; the pipeline's name; where a program takes and gives data; what watches the links; what takes
    /// the bus's messages.
    static func build(
        _ plan: GraphPlan, name: String, ports: ProgramPorts, tap: AudioTap,
        onMessage: @escaping @Sendable (BusEvent) -> Void
    ) throws(PipelineError) -> BuiltPipeline {
        let pipeline = Element.pipeline(named: name)
        let bus = Bus(of: pipeline, handler: onMessage)
        pipeline.set("message-forward", Value(true))
        let elements = try make(plan.elements)
        for step in plan.elements {
            guard let element = elements[step.name], pipeline.add(element) else {
                throw PipelineError(
                    .invalidGraph, "two elements are named '\(step.name)'", location: step.location, element: step.name)
            }
        }
        try link(plan.links, among: elements, in: pipeline, tap: tap)
        var consumers: [String: Consumers] = [:]
        for step in plan.elements where step.factory == "tee" {
            let followed = Consumers()
            for pad in elements[step.name]?.pads(.source) ?? [] { followed.add(pad) }
            elements[step.name]?.pad(named: "sink")?.refuseAllocation()
            consumers[step.name] = followed
        }
        let built = BuiltPipeline(
            pipeline: pipeline, elements: elements, consumers: consumers, bus: bus, ports: ports)
        ports.attach(built)
        return built
    }

    /// Makes elements, in no pipeline yet, with their properties.
    static func make(_ steps: [GraphPlan.ElementPlan]) throws(PipelineError) -> [String: Element] {
        var elements: [String: Element] = [:]
        for step in steps { elements[step.name] = try make(step) }
        return elements
    }

    /// Links elements of a pipeline, those at once that can be.
    static func link(
        _ links: [GraphPlan.LinkPlan], among elements: [String: Element], in pipeline: Element, tap: AudioTap
    ) throws(PipelineError) {
        var late: [(link: GraphPlan.LinkPlan, attach: () -> Void)] = []
        for link in links {
            guard let source = elements[link.from], let sink = elements[link.to] else {
                throw PipelineError(.internalFault, "the plan links an element that it does not hold")
            }
            // Asked for now, in the order of the plan, also where the link is made later: `concat` plays in that order.
            let target = try inputPad(of: sink, for: link)
            if link.kind == .sometimes {
                let lateLink = LateLink(link, to: sink, target, in: pipeline, tap: tap)
                late.append((link, { lateLink.attach(to: source) }))
            } else {
                try connect(link, source, sink, target, in: pipeline, tap: tap)
            }
        }
        // Whoever names a pad comes before those who take any of a kind, and these before those who take whatever fits.
        for rank in 0..<3 {
            for (link, attach) in late where Self.rank(of: link) == rank { attach() }
        }
    }

    private static func make(_ step: GraphPlan.ElementPlan) throws(PipelineError) -> Element {
        let element: Element
        do {
            element = try Element.make(step.factory, named: step.name)
        } catch {
            throw PipelineError(
                .invalidGraph, "the element '\(step.factory)' is not installed", location: step.location,
                element: step.name)
        }
        do {
            try step.apply(to: element.reference)
        } catch {
            let finding = error.findings.first
            throw PipelineError(
                .invalidGraph, finding?.message ?? "a property cannot be set",
                location: finding?.location ?? step.location,
                element: step.name)
        }
        return element
    }

    private static func rank(of link: GraphPlan.LinkPlan) -> Int {
        guard let pad = link.fromPad else { return 2 }
        return pad.contains("%") ? 1 : 0
    }

    /// The input pad that is named, or asked for from its template, with its properties set; nil for whichever is free.
    static func inputPad(of sink: Element, for link: GraphPlan.LinkPlan) throws(PipelineError) -> Pad? {
        guard let name = link.toPad else { return nil }
        // encodebin makes the pad of a profile that is no container by itself, and none when it is asked.
        let ready = { sink.pads(.sink).first { !$0.isLinked && PadTemplate.name($0.name, fits: name) } }
        guard let pad = sink.pad(named: name) ?? sink.requestPad(template: name) ?? ready() else {
            throw PipelineError(
                .invalidGraph, "'\(link.to)' gives no input pad '\(name)'", location: link.location, element: link.to)
        }
        do {
            try link.apply(to: pad.reference)
        } catch {
            let finding = error.findings.first
            throw PipelineError(
                .invalidGraph, finding?.message ?? "a property of the input pad '\(name)' cannot be set",
                location: finding?.location ?? link.location, element: link.to)
        }
        return pad
    }

    private static func connect(
        _ link: GraphPlan.LinkPlan, _ source: Element, _ sink: Element, _ target: Pad?, in pipeline: Element,
        tap: AudioTap
    ) throws(PipelineError) {
        if link.kind == .static, link.decideConverters {
            guard
                let pad = source.pad(named: link.fromPad ?? "src")
                    ?? source.pads(.source).first(where: { !$0.isLinked })
            else { throw unlinkable(link) }
            ConverterLink(link, to: sink, target, in: pipeline, tap: tap).attach(to: pad)
            return
        }
        guard source.link(pad: link.fromPad, to: sink, pad: target?.name) else { throw unlinkable(link) }
        if link.kind == .static, let pad = source.pad(named: link.fromPad ?? "src") { tap.watch(pad, as: link.from) }
    }

    private static func unlinkable(_ link: GraphPlan.LinkPlan) -> PipelineError {
        PipelineError(
            .invalidGraph, "'\(link.from)' cannot be linked to '\(link.to)'", location: link.location, element: link.to)
    }
}
