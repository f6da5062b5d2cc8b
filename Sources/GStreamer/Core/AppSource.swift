import CGStreamer
import GLib
import Synchronization

/// An `appsrc`: the way for bytes of ours into a pipeline, with backpressure that an async writer can wait for.
///
/// appsrc enforces none of its limits while `block` is false (and `block` would block our thread), and its need-data may come
/// early where buffers have no timestamps, so the levels are read here and the callbacks only wake the waiter.
package final class AppSource: Sendable {
    package let element: Element
    private let limits: Limits
    private let room = WakeUp()
    private let onNeedData: (@Sendable () -> Void)?
    /// Whether CAPS waits for data; nil where it never does.
    private let capsAreHeld = Mutex<Bool?>(nil)

    /// How much may lie in the queue. The writer waits when any of the three is reached.
    package struct Limits: Sendable {
        package var bytes: Int
        package var buffers: Int
        /// Counts only for buffers that have a duration.
        package var time: Duration

        package init(bytes: Int, buffers: Int, time: Duration) {
            self.bytes = bytes
            self.buffers = buffers
            self.time = time
        }
    }

    /// - Throws: ``ElementError/notInstalled(factory:)`` where appsrc is missing.
    package convenience init(named name: String, limits: Limits) throws(ElementError) {
        self.init(wrapping: try Element.make("appsrc", named: name), limits: limits)
    }

    /// - Parameters:
    ///   - element: an `appsrc`.
    ///   - onNeedData: called on a streaming thread when there is room, first when the source has started; it must not block.
    package init(wrapping element: Element, limits: Limits, onNeedData: (@Sendable () -> Void)? = nil) {
        self.element = element
        self.limits = limits
        self.onNeedData = onNeedData
        gst_app_src_set_stream_type(pointer, GST_APP_STREAM_TYPE_STREAM)
        gst_app_src_set_max_bytes(pointer, guint64(limits.bytes))
        gst_app_src_set_max_buffers(pointer, guint64(limits.buffers))
        gst_app_src_set_max_time(pointer, GstClockTime(limits.time.clockTime))
        element.set("min-percent", Value(UInt32(50)))
        listen()
    }

    private var pointer: UnsafeMutablePointer<GstAppSrc> { element.reference.cast() }

    /// Sets the caps that the source will announce, and whether buffers carry timestamps of ours.
    package func setCaps(_ caps: String, timed: Bool) {
        guard let caps = gst_caps_from_string(caps) else { return }  // transfer full
        gst_app_src_set_caps(pointer, caps)
        gst_caps_unref(caps)
        let format = Value(type: gst_format_get_type())
        g_value_set_enum(format.pointer, gint((timed ? GST_FORMAT_TIME : GST_FORMAT_BYTES).rawValue))
        element.set("format", format)
    }

    /// Keeps the CAPS event back until there is a buffer or the end. A sink for sound opens its stream at CAPS; in a live pipeline
    /// PulseAudio 16 plays as silence what passes until the first buffer, and as much of what follows is then too late to be
    /// heard (GStreamer 1.22). Call it before the source starts.
    package func holdCaps() {
        let isFirst = capsAreHeld.withLock { held in
            defer { held = true }
            return held == nil
        }
        guard isFirst else { return }
        // Weak: the pad is the element's, which we hold.
        element.pad(named: "src")?.holdCaps { [weak self] in self?.capsAreHeld.withLock { $0 } ?? false }
    }

    private func releaseCaps() { capsAreHeld.withLock { if $0 == true { $0 = false } } }

    /// Hands a buffer over. False when the pipeline no longer takes any (flushing, or its end has come).
    package func push(_ buffer: consuming Buffer) -> Bool {
        releaseCaps()
        return gst_app_src_push_buffer(pointer, buffer.take()) == GST_FLOW_OK
    }

    /// Says that everything was pushed. Not while the source is stopped: it would keep this for its next stream.
    ///
    /// An event behind the buffers, which a flush takes away as it does them: what gst_app_src_end_of_stream() notes outlives
    /// a flush and would end the stream after it (1.22). Any thread; does not block: a source only queues it, so the element's
    /// state lock, which gst_element_send_event() would wait for, is not needed.
    package func endOfStream() {
        releaseCaps()
        let typeClass = UnsafeMutableRawPointer(element.reference.pointer.pointee.g_type_instance.g_class)
        let elementClass = typeClass?.assumingMemoryBound(to: GstElementClass.self)
        withExtendedLifetime(element) {
            _ = elementClass?.pointee.send_event?(element.pointer, gst_event_new_eos())  // transfer full
        }
    }

    package var queuedBytes: Int { Int(gst_app_src_get_current_level_bytes(pointer)) }

    /// Whether one of the limits is reached.
    package var isFull: Bool {
        queuedBytes >= limits.bytes || gst_app_src_get_current_level_buffers(pointer) >= guint64(limits.buffers)
            || gst_app_src_get_current_level_time(pointer) >= GstClockTime(limits.time.clockTime)
    }

    /// Waits until there is room; returns early when the task is cancelled.
    package func waitForRoom() async {
        while isFull, !Task.isCancelled { await room.wait() }
    }

    /// Waits until everything has left, or nothing has for some time; returns early when the task is cancelled.
    package func waitForEmptiness(patience: Duration) async {
        let clock = ContinuousClock()
        var (rest, end) = (queuedBytes, clock.now + patience)
        // need-data tells this too, but not where the source is flushed.
        while rest > 0, clock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
            let left = queuedBytes
            if left != rest { (rest, end) = (left, clock.now + patience) }
        }
    }

    private func listen() {
        // Weak: appsrc outlives us while a streaming thread is in it, and we hold the element.
        let box = CallbackBox(WeakReference(self))
        var callbacks = GstAppSrcCallbacks()
        callbacks.need_data = { _, _, userData in
            guard let source = CallbackBox<WeakReference<AppSource>>.payload(at: userData)?.value else { return }
            source.room.wake()
            source.onNeedData?()
        }
        gst_app_src_set_callbacks(pointer, &callbacks, box.retained(), releaseCallbackBox)
    }
}

/// A weak reference that may be held by a C callback.
struct WeakReference<Object: AnyObject & Sendable>: Sendable {
    private(set) weak var value: Object?

    init(_ value: Object) { self.value = value }
}
