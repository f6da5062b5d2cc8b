import GStreamer
import Synchronization

/// A link to a pad that appears while the pipeline runs, as decodebin's do: made with the first that fits, or with the one
/// that is named.
///
/// The element that adds pads keeps this alive; it must not keep that element.
final class LateLink: Sendable {
    /// The error domain of the message that is posted when nothing fits.
    static let errorDomain = "elevenpipe-link-error-quark"
    /// The code where a sink takes nothing any more.
    static let deviceGone = 3

    private let link: GraphPlan.LinkPlan
    private let sink: Element
    /// The input pad that was asked for; nil for the first that is free.
    private let target: Pad?
    private let tap: AudioTap
    private let converters: ConverterLink
    private let pipeline: WeakElement
    private let state = Mutex(State())

    private struct State {
        var isLinked = false
        var offered: [String] = []
    }

    init(_ link: GraphPlan.LinkPlan, to sink: Element, _ target: Pad?, in pipeline: Element, tap: AudioTap) {
        converters = ConverterLink(link, to: sink, target, in: pipeline, tap: tap)
        self.pipeline = WeakElement(pipeline)
        self.link = link
        self.sink = sink
        self.target = target
        self.tap = tap
    }

    func attach(to source: Element) {
        source.onPadAdded { [self] pad in offer(pad) }
        source.onNoMorePads { [self] in
            let offered = state.withLock { $0.isLinked ? nil : $0.offered }
            guard let offered else { return }
            // What pulsesink answers once its server is gone, which it tells in no other way before it plays.
            let sinks = pipeline.element?.innermostSinks ?? []
            if !offered.isEmpty, sinks.contains(where: { $0.pads(.sink).first?.possibleCaps == "EMPTY" }) {
                sink.postError(
                    domain: Self.errorDomain, code: Self.deviceGone,
                    message: "the sound server or the sound device is gone: see that it is there, and run again")
                return
            }
            let streams = offered.isEmpty ? "no stream at all" : offered.joined(separator: " and ")
            let what =
                link.fromPad.map { "'\(link.from)' has no pad '\($0)' that" } ?? "nothing that '\(link.from)' found"
            sink.postError(
                domain: Self.errorDomain, code: 1, message: "\(what) can go into '\(link.to)': it has \(streams)")
        }
    }

    /// Whether a pad may be taken: others may have asked for it by name.
    private func isMeant(_ pad: Pad) -> Bool {
        guard let name = link.fromPad else { return !pad.isLinked }
        return name == pad.name || PadTemplate.name(pad.name, fits: name) && !pad.isLinked
    }

    private func offer(_ pad: Pad) {
        guard !state.withLock(\.isLinked) else { return }
        let caps = pad.currentCaps ?? pad.possibleCaps
        let needsConverters = link.decideConverters && caps.hasPrefix("audio/x-raw")
        guard isMeant(pad), let target = target ?? sink.pads(.sink).first(where: { !$0.isLinked }),
            needsConverters || pad.canMeet(target)
        else {
            state.withLock { $0.offered.append("\(pad.name) (\(caps.prefix { $0 != "," && $0 != ";" }))") }
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
        } else if let reason = pad.link(to: target) {
            state.withLock { state in
                state.isLinked = false
                state.offered.append("\(pad.name), which cannot be linked (\(reason))")
            }
        }
    }
}
