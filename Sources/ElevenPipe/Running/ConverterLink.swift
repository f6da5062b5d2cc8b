import GStreamer

/// A link of which only the stream itself tells whether it needs converters: made when the first caps come, with
/// `audioconvert ! audioresample` where they are raw audio, else directly. What comes without caps is linked directly.
final class ConverterLink: Sendable {
    private let link: GraphPlan.LinkPlan
    private let pipeline: WeakElement
    private let sink: Element
    /// The input pad that was asked for; nil for the first that is free.
    private let target: Pad?
    private let tap: AudioTap

    init(_ link: GraphPlan.LinkPlan, to sink: Element, _ target: Pad?, in pipeline: Element, tap: AudioTap) {
        self.link = link
        self.sink = sink
        self.target = target
        self.pipeline = WeakElement(pipeline)
        self.tap = tap
    }

    /// Waits for caps on a source pad. The pad may stay unlinked until then: what passed before is sticky.
    func attach(to pad: Pad) {
        tap.watch(pad, as: link.from)
        pad.probeFirstCaps { [self] pad, caps in
            guard let target = target ?? sink.pads(.sink).first(where: { !$0.isLinked })
            else { return fail("'\(link.to)' has no free input") }
            guard let caps, caps.hasPrefix("audio/x-raw") else {
                if let reason = pad.link(to: target) {
                    fail("'\(link.from)' cannot be linked to '\(link.to)': \(reason)")
                }
                return
            }
            linkThroughConverters(pad, target)
        }
    }

    /// Links a pad of raw audio with converters between.
    func linkThroughConverters(_ pad: Pad, _ target: Pad) {
        guard let pipeline = pipeline.element, let convert = try? Element.make("audioconvert"),
            let resample = try? Element.make("audioresample"), pipeline.add(convert), pipeline.add(resample),
            convert.link(to: resample), let input = convert.pad(named: "sink"), let output = resample.pad(named: "src"),
            output.link(to: target) == nil, pad.link(to: input) == nil
        else { return fail("converters between '\(link.from)' and '\(link.to)' cannot be put in") }
        // Downstream first, so that nothing arrives at an element that is not running.
        resample.followParentState()
        convert.followParentState()
    }

    private func fail(_ message: String) {
        sink.postError(domain: LateLink.errorDomain, code: 2, message: message)
    }
}
