import CGStreamer
import GLib
import Synchronization

/// Watches what comes to a sink that plays against the clock: until when it has something to play.
package final class RenderWatch: Sendable {
    private let sink: Element
    private let progress: Progress

    /// Shared with the probe, which the pad keeps: no element may be in it.
    private final class Progress: Sendable {
        struct State {
            /// In running time, as all here.
            var end: Duration?
            var expectsGap = false
            var afterGap: Duration?
            var blocks: [(pad: WeakPad, id: UInt)] = []
        }

        let state = Mutex(State())

        /// - Returns: whether the buffer is the first of all, and whether it comes after a gap.
        func note(_ start: Duration, _ end: Duration) -> (isFirst: Bool, isAfterGap: Bool) {
            state.withLock { state in
                let verdict = (state.end == nil, state.expectsGap)
                if state.expectsGap { state.afterGap = start }
                state.expectsGap = false
                state.end = max(state.end ?? end, end)
                return verdict
            }
        }
    }

    /// - Parameter onFirst: called on the streaming thread with the first buffer.
    package init(_ sink: Element, onFirst: @escaping @Sendable () -> Void) {
        self.sink = sink
        let progress = Progress()
        self.progress = progress
        for pad in sink.pads(.sink) {
            pad.probeRunningTimes { start, end in
                let (isFirst, isAfterGap) = progress.note(start, end)
                if isFirst { onFirst() }
                return isAfterGap
            }
        }
    }

    /// When the last buffer that came ends, on the pipeline's clock since it plays; nil before the first.
    package var end: Duration? { progress.state.withLock { $0.end }.map { $0 + latency } }

    /// Keeps what comes next from the sink until ``letThrough()``. It will be played at its time, and not at once behind what
    /// came before, where a device that has run on without it would take it for late.
    package func expectGap() {
        let blocks = sink.pads(.sink).map { (pad: WeakPad($0), id: $0.blockBuffers()) }
        progress.state.withLock { state in
            state.expectsGap = true
            state.afterGap = nil
            state.blocks += blocks
        }
    }

    /// Gives the sink what comes. Any thread, any number of times.
    package func letThrough() {
        let blocks = progress.state.withLock { state in
            defer { state.blocks = [] }
            return state.blocks
        }
        for block in blocks { block.pad.pad?.removeProbe(block.id) }
    }

    /// At what time the clock must go on behind a gap, so that what comes next is in time for the device, which takes its
    /// samples that long before they are heard; nil for a sink without a device.
    package var timeBehindGap: Duration? {
        guard let bufferTime, let next = progress.state.withLock({ $0.afterGap ?? $0.end }) else { return nil }
        return max(next + latency - bufferTime, .zero)
    }

    /// The sink plays a buffer that much after its time.
    private var latency: Duration {
        guard g_type_check_instance_is_a(sink.reference.cast(), gst_base_sink_get_type()) != 0 else { return .zero }
        return Duration(clockTime: UInt64(gst_base_sink_get_latency(sink.reference.cast()))) ?? .zero
    }

    /// How long before they are heard a device takes its samples at the latest, so that what comes later is lost; nil for a
    /// sink without a device. Half of the buffer, less two periods, is what a PulseAudio server takes from pulsesink.
    package var deviceLead: Duration? {
        guard let bufferTime, let period = (sink.get("latency-time")?.integer).map({ Duration.microseconds($0) }) else {
            return nil
        }
        return max(bufferTime / 2 - period, period)
    }

    private var bufferTime: Duration? { (sink.get("buffer-time")?.integer).map { .microseconds($0) } }

    /// How much the sink takes before it begins to play. GStreamer 1.22's pulsesink starts its stream only when the server
    /// takes no more, and until then its clock runs as if it played.
    package var fill: Duration { sink.factoryName == "pulsesink" ? bufferTime ?? .zero : .zero }
}

extension Pad {
    /// Holds up the thread that brings the next buffer, until the probe is removed. - Returns: the probe.
    fileprivate func blockBuffers() -> UInt {
        let type = GST_PAD_PROBE_TYPE_BLOCK.rawValue | GST_PAD_PROBE_TYPE_BUFFER.rawValue
        return UInt(
            gst_pad_add_probe(pointer, GstPadProbeType(rawValue: type), { _, _, _ in GST_PAD_PROBE_OK }, nil, nil))
    }

    fileprivate func removeProbe(_ id: UInt) { gst_pad_remove_probe(pointer, gulong(id)) }

    /// Tells of every buffer when it starts and ends, in running time, before it goes on. Where the closure returns true, the
    /// buffer goes on as one that does not follow the one before.
    fileprivate func probeRunningTimes(_ body: @escaping @Sendable (_ start: Duration, _ end: Duration) -> Bool) {
        gst_pad_add_probe(
            pointer, GST_PAD_PROBE_TYPE_BUFFER,
            { pad, info, userData in
                guard let pad, let info, let buffer = gst_pad_probe_info_get_buffer(info),
                    let time = Duration(clockTime: UInt64(buffer.pointee.pts)),
                    let event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0)  // transfer full
                else { return GST_PAD_PROBE_OK }
                defer { gst_event_unref(event) }
                var segment: UnsafePointer<GstSegment>?
                gst_event_parse_segment(event, &segment)  // transfer none
                guard let segment = segment.map({ Segment($0.pointee) }), let start = segment.runningTime(of: time)
                else {
                    return GST_PAD_PROBE_OK
                }
                let duration = Duration(clockTime: UInt64(buffer.pointee.duration)) ?? .zero
                let body = CallbackBox<@Sendable (Duration, Duration) -> Bool>.payload(at: userData)
                if body?(start, segment.runningTime(of: time + duration) ?? start) ?? false {
                    // Takes the probe's reference and gives back one on a buffer that may be changed.
                    let writable = gst_mini_object_make_writable(&buffer.pointee.mini_object)
                    writable?.pointee.flags |= GST_BUFFER_FLAG_RESYNC.rawValue
                    info.pointee.data = UnsafeMutableRawPointer(writable)
                }
                return GST_PAD_PROBE_OK
            }, CallbackBox(body).retained(), releaseCallbackBox)
    }
}
