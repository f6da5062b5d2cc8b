import Dispatch
import ElevenLabsElements
import GLib
import GStreamer

/// A pipeline made of a plan: its elements by name, and its bus.
struct BuiltPipeline: Sendable {
    let pipeline: Element
    var elements: [String: Element]
    /// Who takes from each tee, by its name.
    let consumers: [String: Consumers]
    let bus: Bus
    let ports: ProgramPorts

    /// The elements of ours.
    var streams: [String: any StreamingElement] {
        elements.compactMapValues { $0.implementation as? any StreamingElement }
    }

    /// Whether nothing has come in: all sources are ours or the program's, and none has received a byte.
    var isEmpty: Bool {
        let streams = streams
        return elements.allSatisfy {
            !$0.value.isSource || streams[$0.key]?.receivedBytes == 0 || ports.isEmptyInput($0.key)
        }
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

    /// The sinks for sound that found no device.
    var silentSinks: [String] {
        sinks.filter(\.element.isSilentSink).map(\.name)
    }

    /// The sinks of the program that do not play against the clock.
    private var programSinks: [Element] {
        elements.values.filter { $0.factoryName == "appsink" && $0.innermostClockedSinks.isEmpty }
    }

    /// Lets the program's sinks run from the start on, whatever the pipeline waits for: it may wait for what the program makes of
    /// their data. Call it in READY, and after a pause.
    func startProgramSinks() {
        for sink in programSinks {
            sink.lockState(true)
            sink.setState(.playing)
        }
    }

    /// Lets every sink be paused as it is. A sink that waits for a buffer first may get none: what is paused already holds up
    /// the thread that would bring it, and then nothing would ever go on.
    func pauseWithoutPreroll() {
        for (_, sink) in sinks { sink.startWithoutPreroll() }
        // They are not the pipeline's to pause.
        for sink in programSinks { sink.setState(.paused) }
    }

    /// Lets whoever waits for a sink go on. A source that is sent its end keeps its state locked while its thread waits to give
    /// something to a sink; and on its way down a pipeline first has its sinks wait, and then asks the source to.
    func stopSinks() {
        // One that was never opened is not opened now: that would empty its file.
        for (_, sink) in sinks where sink.takesData {
            sink.lockState(true)
            sink.setState(.ready)
        }
    }

    /// Closes the sinks, when nothing comes any more. - Returns: whether all could be closed.
    func closeSinks() -> Bool {
        var areClosed = true
        // Every one, also behind one that cannot be: what is not in NULL must not be disposed of.
        for (_, sink) in sinks {
            sink.lockState(false)
            if sink.setState(.null) == .failure { areClosed = false }
        }
        return areClosed
    }

    /// Lets the files go on where the pipeline is still on its way to PLAYING: it may never get there, since an error message
    /// aborts a state change, and a clocked sink that drops everything does not preroll. Blocks.
    func playFinalisedSinks() {
        pipeline.setState(.playing)
        for name in finalisedSinks { elements[name]?.setState(.playing) }
    }

    /// Ends the sources, so that the end of the stream runs to the files; what plays against the clock and what is spooled is
    /// dropped, since the files may wait behind it. May block.
    /// - Parameter isHeard: what is on its way to the sinks is played all the same.
    func end(dropping: Bool, isHeard: Bool = false) {
        for (_, sink) in sinks where !isHeard {
            for clocked in sink.innermostClockedSinks {
                for pad in clocked.pads(.sink) { pad.dropEverything() }
            }
        }
        ports.cutShort(dropping: dropping)
        // What was set aside in a spool would hold the end up, after an error too.
        for element in elements.values { (element.implementation as? SpoolQueueElement)?.dropEverything() }
        // The filters too: what they still wait for does not come any more.
        let streams = streams
        for stream in streams.values { stream.end(dropping: dropping) }
        for (name, element) in elements where element.isSource && streams[name] == nil && !ports.isInput(name) {
            // Each from a thread of its own: an event waits behind data, and one source must not hold up the others.
            DispatchQueue.global().async { element.sendEndOfStream() }
        }
    }
}

extension Element {
    /// Whether it is a sink for sound that found no device: autoaudiosink then plays into a fakesink and only warns.
    var isSilentSink: Bool {
        factoryName == "autoaudiosink" && descendants.contains { $0.factoryName == "fakesink" }
    }

    /// Lets what there is of sinks in this element, itself included, change its state without waiting for a buffer.
    func startWithoutPreroll() {
        for sink in isBin ? innermostSinks : [self] where sink.isSink && sink.get("async") != nil {
            sink.set("async", Value(false))
        }
    }

    /// The sinks in this element, itself included, that play against the clock. A file may be written at the clock's pace;
    /// it is a file all the same.
    var innermostClockedSinks: [Element] {
        (isBin ? innermostSinks : [self]).filter { $0.get("sync")?.bool == true && $0.get("location") == nil }
    }
}
