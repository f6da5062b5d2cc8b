import Dispatch
import ElevenLabsElements
import GLib
import GStreamer

/// A pipeline made of a plan: its elements by name, and its bus.
struct BuiltPipeline: Sendable {
    let pipeline: Element
    let elements: [String: Element]
    let bus: Bus

    /// The elements of ours.
    var streams: [String: any StreamingElement] {
        elements.compactMapValues { $0.implementation as? any StreamingElement }
    }

    /// Whether nothing has come in: all sources are ours, and none has received a byte.
    var isEmpty: Bool {
        let streams = streams
        return elements.allSatisfy { !$0.value.isSource || streams[$0.key]?.receivedBytes == 0 }
    }

    /// The steps that play or write.
    private var sinks: [(name: String, element: Element)] {
        elements.filter { $0.value.isSink }.map { ($0.key, $0.value) }
    }

    /// The sinks whose output is whole only once the end of the stream has reached it: files and the like, not those that
    /// play against the clock. Ask from READY on, when a sink that picks its device has done so.
    var finalisedSinks: Set<String> {
        Set(sinks.filter { $0.element.innermostClockedSinks.isEmpty }.map(\.name))
    }

    /// The sinks for sound that found no device: autoaudiosink then plays into a fakesink and only warns.
    var silentSinks: [String] {
        sinks.filter { name, element in
            element.factoryName == "autoaudiosink"
                && element.descendants.contains { $0.factoryName == "fakesink" }
        }.map(\.name)
    }

    /// Lets the files go on where the pipeline is still on its way to PLAYING: it may never get there, since an error message
    /// aborts a state change, and a clocked sink that drops everything does not preroll. Blocks.
    func playFinalisedSinks() {
        pipeline.setState(.playing)
        for name in finalisedSinks { elements[name]?.setState(.playing) }
    }

    /// Ends the sources, so that the end of the stream runs to the files; what plays against the clock drops the rest, since
    /// the files may wait behind it. May block.
    func end(dropping: Bool) {
        for (_, sink) in sinks {
            for clocked in sink.innermostClockedSinks {
                for pad in clocked.pads(.sink) { pad.dropEverything() }
            }
        }
        for (name, element) in elements where element.isSource {
            if let stream = streams[name] {
                stream.end(dropping: dropping)
            } else {
                // Each from a thread of its own: an event waits behind data, and one source must not hold up the others.
                DispatchQueue.global().async { element.sendEndOfStream() }
            }
        }
    }
}

extension Element {
    /// The sinks in this element, itself included, that play against the clock. A file may be written at the clock's pace;
    /// it is a file all the same.
    fileprivate var innermostClockedSinks: [Element] {
        (isBin ? innermostSinks : [self]).filter { $0.get("sync")?.bool == true && $0.get("location") == nil }
    }
}
