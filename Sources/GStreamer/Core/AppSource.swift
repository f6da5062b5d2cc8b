import CGStreamer
import GLib

/// An `appsrc`: the way for bytes of ours into a pipeline, with backpressure that an async writer can wait for.
///
/// appsrc enforces none of its limits while `block` is false (and `block` would block our thread), and its need-data may come
/// early where buffers have no timestamps, so the levels are read here and the callbacks only wake the waiter.
package final class AppSource: Sendable {
    package let element: Element
    private let limits: Limits
    private let room = WakeUp()

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
    package init(named name: String, limits: Limits) throws(ElementError) {
        element = try Element.make("appsrc", named: name)
        self.limits = limits
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

    /// Hands a buffer over. False when the pipeline no longer takes any (flushing, or its end has come).
    package func push(_ buffer: consuming Buffer) -> Bool {
        gst_app_src_push_buffer(pointer, buffer.take()) == GST_FLOW_OK
    }

    /// Says that everything was pushed.
    package func endOfStream() { gst_app_src_end_of_stream(pointer) }

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

    private func listen() {
        // Weak: appsrc outlives us while a streaming thread is in it, and we hold the element.
        let box = CallbackBox(WeakReference(self))
        var callbacks = GstAppSrcCallbacks()
        callbacks.need_data = { _, _, userData in
            CallbackBox<WeakReference<AppSource>>.payload(at: userData)?.value?.room.wake()
        }
        gst_app_src_set_callbacks(pointer, &callbacks, box.retained(), releaseCallbackBox)
    }
}

/// A weak reference that may be held by a C callback.
struct WeakReference<Object: AnyObject & Sendable>: Sendable {
    private(set) weak var value: Object?

    init(_ value: Object) { self.value = value }
}
