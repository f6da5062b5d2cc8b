import CGStreamer
package import GLib
import Synchronization

/// Mono 16-bit samples in, encoded bytes out: a pipeline of its own between an `appsrc` and an `appsink`.
///
/// Nothing waits in a task: both ends are polled without a wait and their callbacks only wake the one who waits. What
/// lies between is bounded, so a reader that stops reading stops the writer.
package final class AudioEncoder: Sendable {
    private let pipeline: Element
    private let source: AppSource
    private let sink: Element
    private let bus = Mutex<Bus?>(nil)
    private let inputRate: Int
    private let progress = Mutex(Progress())
    private let news = WakeUp()

    private struct Progress {
        var samplesWritten: Int64 = 0
        var isEnded = false
        var failure: EncodingFailure?
    }

    /// - Parameters:
    ///   - inputRate: samples a second of what is written (Hz); any, it is converted to what the encoder takes.
    ///   - encoder: what follows conversion and resampling, in gst-launch's language.
    package init(inputRate: Int, encoder: String) throws {
        try GStreamer.initialize()
        self.inputRate = inputRate
        pipeline = try Element.parse(
            launch: """
                audioconvert name=entry ! audioresample ! \(encoder) \
                ! appsink name=exit sync=false async=false max-buffers=32 drop=false
                """
        )
        source = try AppSource(
            named: "samples", limits: AppSource.Limits(bytes: 1 << 20, buffers: 32, time: .milliseconds(1000))
        )
        guard let sink = pipeline.child(named: "exit"), let entry = pipeline.child(named: "entry")?.pad(named: "sink"),
            pipeline.add(source.element), source.element.pad(named: "src")?.link(to: entry) == nil
        else { throw EncodingFailure(message: "the encoder's elements do not link") }
        self.sink = sink
        source.setCaps(
            "audio/x-raw, format=(string)S16LE, layout=(string)interleaved, rate=(int)\(inputRate), channels=(int)1",
            timed: true
        )
        listen()
    }

    /// Starts the pipeline. Blocks for the time its elements take: call it on a thread that may wait.
    package func start() {
        let listener = Bus(of: pipeline) { [weak self] event in
            if case .error(let report) = event { self?.fail(EncodingFailure(message: report.message)) }
        }
        bus.withLock { $0 = listener }
        if pipeline.setState(.playing) == .failure { fail(EncodingFailure(message: "the encoder does not start")) }
    }

    /// Ends the pipeline at once, whatever is still in it, and wakes who waits. Blocks until its threads have ended.
    package func stop() {
        bus.withLock { $0.take() }?.close()
        pipeline.setState(.null)
        update { $0.isEnded = true }
    }

    /// Hands samples over, little-endian, as soon as there is room for them. False when the encoder takes no more.
    package func write(_ samples: Bytes) async -> Bool {
        let count = Int64(samples.count / 2)
        let start = progress.withLock { progress in
            defer { progress.samplesWritten += count }
            return progress.samplesWritten
        }
        await source.waitForRoom()
        if Task.isCancelled || progress.withLock({ $0.isEnded || $0.failure != nil }) { return false }
        let buffer = Buffer(wrapping: samples)
        let begin = Duration(samples: start, rate: inputRate)
        buffer.presentationTime = begin
        buffer.duration = Duration(samples: start + count, rate: inputRate) - begin
        return source.push(buffer)
    }

    /// Says that everything was written.
    package func finish() { source.endOfStream() }

    /// The next encoded bytes; nil after the last. One reader.
    package func read() async throws -> Bytes? {
        while true {
            if let bytes = pull() { return bytes }
            let (isEnded, failure) = progress.withLock { ($0.isEnded, $0.failure) }
            if let failure { throw failure }
            // The end is told after the last bytes came, which may have been since we looked.
            if isEnded { return pull() }
            try Task.checkCancellation()
            await news.wait()
        }
    }

    private func pull() -> Bytes? {
        guard let sample = gst_app_sink_try_pull_sample(sink.reference.cast(), 0) else { return nil }  // transfer full
        defer { gst_sample_unref(sample) }
        guard let buffer = gst_sample_get_buffer(sample) else { return nil }  // transfer none
        return BufferView(pointer: buffer).withUnsafeBytes { Bytes(copying: $0) }
    }

    private func fail(_ failure: EncodingFailure) { update { $0.failure = $0.failure ?? failure } }

    /// Changes the state and wakes the reader.
    private func update(_ change: (inout Progress) -> Void) {
        progress.withLock { change(&$0) }
        news.wake()
    }

    private func listen() {
        let box = CallbackBox(WeakReference(self))
        var callbacks = GstAppSinkCallbacks()
        callbacks.new_sample = { _, userData in
            CallbackBox<WeakReference<AudioEncoder>>.payload(at: userData)?.value?.news.wake()
            return GST_FLOW_OK
        }
        callbacks.eos = { _, userData in
            CallbackBox<WeakReference<AudioEncoder>>.payload(at: userData)?.value?.update { $0.isEnded = true }
        }
        gst_app_sink_set_callbacks(sink.reference.cast(), &callbacks, box.retained(), releaseCallbackBox)
    }
}

/// An encoder that could not be built or gave up.
package struct EncodingFailure: Error, Sendable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}
