import GStreamer
import Synchronization

/// A link to a pad that appears while the pipeline runs, as decodebin's do: made with the first that fits.
///
/// The element that adds pads keeps this alive; it must not keep that element.
final class LateLink: Sendable {
    /// The error domain of the message that is posted when nothing fits.
    static let errorDomain = "elevenpipe-link-error-quark"

    private let link: GraphPlan.LinkPlan
    private let sink: Element
    private let tap: AudioTap
    private let converters: ConverterLink
    private let state = Mutex(State())

    private struct State {
        var isLinked = false
        var offered: [String] = []
    }

    init(_ link: GraphPlan.LinkPlan, to sink: Element, in pipeline: Element, tap: AudioTap) {
        converters = ConverterLink(link, to: sink, in: pipeline, tap: tap)
        self.link = link
        self.sink = sink
        self.tap = tap
    }

    func attach(to source: Element) {
        source.onPadAdded { [self] pad in offer(pad) }
        source.onNoMorePads { [self] in
            let offered = state.withLock { $0.isLinked ? nil : $0.offered }
            guard let offered else { return }
            let streams = offered.isEmpty ? "no stream at all" : offered.joined(separator: " and ")
            sink.postError(
                domain: Self.errorDomain, code: 1,
                message: "nothing that '\(link.from)' found can go into '\(link.to)': it has \(streams)")
        }
    }

    private func offer(_ pad: Pad) {
        guard link.fromPad == nil || link.fromPad == pad.name else { return }
        let caps = pad.currentCaps ?? pad.possibleCaps
        let needsConverters = link.decideConverters && caps.hasPrefix("audio/x-raw")
        guard let target = openSinkPad, needsConverters || pad.canMeet(target) else {
            state.withLock { $0.offered.append(String(caps.prefix { $0 != "," && $0 != ";" })) }
            return
        }
        let isFirst = state.withLock { state in
            defer { state.isLinked = true }
            return !state.isLinked
        }
        guard isFirst else { return }
        tap.watch(pad, as: link.from)
        if needsConverters {
            converters.linkThroughConverters(pad, target)
        } else if pad.link(to: target) != nil {
            state.withLock { $0.isLinked = false }
        }
    }

    /// The pad to link to: the one named, asked for where its template is meant, else the first that is free.
    private var openSinkPad: Pad? {
        if let name = link.toPad { return sink.pad(named: name) ?? sink.requestPad(template: name) }
        return sink.pads(.sink).first { !$0.isLinked }
    }
}
