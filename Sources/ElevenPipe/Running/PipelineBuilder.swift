import GLib
import GStreamer

/// Makes the elements of a plan, sets their properties and links them.
enum PipelineBuilder {
    /// - Parameters: what to build; the pipeline's name; what watches the links; what takes the bus's messages.
    static func build(
        _ plan: GraphPlan, name: String, tap: AudioTap, onMessage: @escaping @Sendable (BusEvent) -> Void
    ) throws(PipelineError) -> BuiltPipeline {
        let pipeline = Element.pipeline(named: name)
        let bus = Bus(of: pipeline, handler: onMessage)
        pipeline.set("message-forward", Value(true))
        var elements: [String: Element] = [:]
        for step in plan.elements {
            let element = try make(step)
            guard pipeline.add(element) else {
                throw PipelineError(
                    .invalidGraph, "two elements are named '\(step.name)'", location: step.location, element: step.name)
            }
            elements[step.name] = element
        }
        for link in plan.links {
            guard let source = elements[link.from], let sink = elements[link.to] else {
                throw PipelineError(.internalFault, "the plan links an element that it does not hold")
            }
            try connect(link, source, sink, in: pipeline, tap: tap)
        }
        return BuiltPipeline(pipeline: pipeline, elements: elements, bus: bus)
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

    private static func connect(
        _ link: GraphPlan.LinkPlan, _ source: Element, _ sink: Element, in pipeline: Element, tap: AudioTap
    ) throws(PipelineError) {
        switch link.kind {
        case .sometimes:
            LateLink(link, to: sink, in: pipeline, tap: tap).attach(to: source)
        case .static where link.decideConverters:
            guard
                let pad = source.pad(named: link.fromPad ?? "src")
                    ?? source.pads(.source).first(where: { !$0.isLinked })
            else { throw unlinkable(link) }
            ConverterLink(link, to: sink, in: pipeline, tap: tap).attach(to: pad)
        case .static, .request:
            guard source.link(pad: link.fromPad, to: sink, pad: link.toPad) else { throw unlinkable(link) }
            if link.kind == .static, let pad = source.pad(named: link.fromPad ?? "src") {
                tap.watch(pad, as: link.from)
            }
        }
    }

    private static func unlinkable(_ link: GraphPlan.LinkPlan) -> PipelineError {
        PipelineError(
            .invalidGraph, "'\(link.from)' cannot be linked to '\(link.to)'", location: link.location, element: link.to)
    }
}
