import CGStreamer
package import GLib
import Synchronization

/// Audio in, bytes out: a pipeline of its own, given as a gst-launch line, that ends in an `appsink`.
///
/// What goes in is either mono 16-bit samples, written as they are made, or bytes that are all there, in any container and
/// codec. Nothing waits in a task: both ends are polled without a wait and their callbacks only wake the one who waits.
/// What lies between is bounded, so a reader that stops reading stops the pipeline and the writer.
package final class AudioTranscoder: Sendable {
    private let pipeline: Element
    /// nil where the pipeline reads bytes that are all there.
    private let source: AppSource?
    private let sink: Element
    private let bus = Mutex<Bus?>(nil)
    private let inputRate: Int
    private let progress = Mutex(Progress())
    private let news = WakeUp()

    private struct Progress {
        var samplesWritten: Int64 = 0
        var isEnded = false
        var failure: TranscodingFailure?
    }

    private static let exit = "appsink name=exit sync=false async=false max-buffers=32 drop=false"

    /// Takes samples that ``write(_:)`` hands over.
    /// - Parameters:
    ///   - rate: samples a second (Hz); any, they are converted to what the line begins with.
    ///   - line: what follows conversion and resampling, in gst-launch's language.
    package init(samplesAt rate: Int, launch line: String) throws {
        inputRate = rate
        pipeline = try Element.parse(launch: "audioconvert name=entry ! audioresample ! \(line) ! \(Self.exit)")
        let source = try AppSource(
            named: "samples", limits: AppSource.Limits(bytes: 1 << 20, buffers: 32, time: .milliseconds(1000))
        )
        self.source = source
        guard let sink = pipeline.child(named: "exit"), let entry = pipeline.child(named: "entry")?.pad(named: "sink"),
            pipeline.add(source.element), source.element.pad(named: "src")?.link(to: entry) == nil
        else { throw TranscodingFailure(message: "the pipeline's elements do not link") }
        self.sink = sink
        source.setCaps(
            "audio/x-raw, format=(string)S16LE, layout=(string)interleaved, rate=(int)\(rate), channels=(int)1",
            timed: true
        )
        listen()
    }

    /// Decodes bytes that are all there, whatever they are: containers that tell at their end what is in them as well, but
    /// no playlist, whose decoder would go and fetch what somebody wrote into it.
    /// - Parameter line: what follows decoding, conversion and resampling, in gst-launch's language.
    package init(decoding bytes: Bytes, launch line: String) throws {
        inputRate = 1
        source = nil
        // Pictures beside the audio are not decoded. With a queue before them parsers take what comes, without one they fetch
        // it from any place. Both hang decodebin 1.22 at times: the first qtdemux, whose index may lie at the end, the second
        // AIFF (4 times of 10) and an Ogg stream without its first pages.
        let queue = Self.isMP4(bytes) ? "" : "! queue"
        pipeline = try Element.parse(
            launch: """
                giostreamsrc name=entry blocksize=65536 \(queue) \
                ! decodebin name=decoder expose-all-streams=false caps="audio/x-raw(ANY)" \
                ! audioconvert ! audioresample ! \(line) ! \(Self.exit)
                """
        )
        guard let sink = pipeline.child(named: "exit"), let entry = pipeline.child(named: "entry"),
            let decoder = pipeline.child(named: "decoder"), let stream = entry.get("stream")
        else { throw TranscodingFailure(message: "the pipeline's elements do not link") }
        // The question for buffers to fill is answered by nobody, and lost in the queue once in 50 files.
        entry.pad(named: "src")?.refuseAllocation()
        Self.keepOffline(decoder)
        self.sink = sink
        let input = bytes.inputStream()
        withExtendedLifetime(input) {
            g_value_set_object(stream.pointer, input.raw)
            entry.set("stream", stream)
        }
        listen()
    }

    /// Starts the pipeline. Blocks for the time its elements take: call it on a thread that may wait.
    package func start() {
        let listener = Bus(of: pipeline) { [weak self] event in
            if case .error(let report) = event { self?.fail(TranscodingFailure(message: report.message)) }
        }
        bus.withLock { $0 = listener }
        if pipeline.setState(.playing) == .failure {
            fail(TranscodingFailure(message: "the pipeline does not start"))
        }
    }

    /// Ends the pipeline at once, whatever is still in it, and wakes who waits. Blocks until its threads have ended.
    package func stop() {
        bus.withLock { $0.take() }?.close()
        pipeline.setState(.null)
        update { $0.isEnded = true }
    }

    /// Hands samples over, little-endian, as soon as there is room for them. False when the encoder takes no more.
    package func write(_ samples: Bytes) async -> Bool {
        guard let source else { return false }
        guard !samples.isEmpty else { return true }
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
    package func finish() { source?.endOfStream() }

    /// The next bytes, as many as are there up to a bound; nil after the last. One reader.
    package func read() async throws -> Bytes? {
        while true {
            if let bytes = pullAll() { return bytes }
            let (isEnded, failure) = progress.withLock { ($0.isEnded, $0.failure) }
            if let failure { throw failure }
            // The end is told after the last bytes came, which may have been since we looked.
            if isEnded { return pullAll() }
            try Task.checkCancellation()
            await news.wait()
        }
    }

    /// Small buffers are gathered, so that an hour of audio is not half a million wake-ups.
    private func pullAll() -> Bytes? {
        guard let first = pull() else { return nil }
        guard first.count < Self.enough, let second = pull() else { return first }
        var gathered = ContiguousArray<UInt8>()
        var next: Bytes? = second
        first.withUnsafeBytes { gathered.append(contentsOf: $0) }
        while let bytes = next {
            bytes.withUnsafeBytes { gathered.append(contentsOf: $0) }
            next = gathered.count < Self.enough ? pull() : nil
        }
        return Bytes(gathered)
    }

    /// Where reading stops to gather, in bytes.
    private static let enough = 8192

    private func pull() -> Bytes? {
        guard let sample = gst_app_sink_try_pull_sample(sink.reference.cast(), 0) else { return nil }  // transfer full
        defer { gst_sample_unref(sample) }
        guard let buffer = gst_sample_get_buffer(sample) else { return nil }  // transfer none
        return BufferView(pointer: buffer).withUnsafeBytes { Bytes(copying: $0) }
    }

    private func fail(_ failure: TranscodingFailure) { update { $0.failure = $0.failure ?? failure } }

    /// Changes the state and wakes the reader.
    private func update(_ change: (inout Progress) -> Void) {
        progress.withLock { change(&$0) }
        news.wake()
    }

    /// Whether bytes begin as MP4, M4A and QuickTime files do: with a box's size and one of the names that stand first.
    private static func isMP4(_ bytes: Bytes) -> Bool {
        let name = bytes.withUnsafeBytes { String(decoding: $0.dropFirst(4).prefix(4), as: UTF8.self) }
        return ["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"].contains(name)
    }

    /// Has a decodebin pass over every element that would open a connection: adaptive streaming and session descriptions.
    private static func keepOffline(_ decoder: Element) {
        typealias Select =
            @convention(c) (
                UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, OpaquePointer?,
                UnsafeMutableRawPointer?
            ) -> gint
        let select: Select = { _, _, _, factory, _ in
            let klass = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS)
            let kind = klass.map { String(cString: $0) } ?? ""
            // GST_AUTOPLUG_SELECT_TRY and _SKIP, an enumeration without a header.
            return kind.contains("Adaptive") || kind.contains("Network") ? 2 : 0
        }
        g_signal_connect_data(
            decoder.reference.raw, "autoplug-select", unsafeBitCast(select, to: GCallback.self), nil, nil,
            GConnectFlags(rawValue: 0)
        )
    }

    private func listen() {
        let box = CallbackBox(WeakReference(self))
        var callbacks = GstAppSinkCallbacks()
        callbacks.new_sample = { _, userData in
            CallbackBox<WeakReference<AudioTranscoder>>.payload(at: userData)?.value?.news.wake()
            return GST_FLOW_OK
        }
        callbacks.eos = { _, userData in
            CallbackBox<WeakReference<AudioTranscoder>>.payload(at: userData)?.value?.update { $0.isEnded = true }
        }
        gst_app_sink_set_callbacks(sink.reference.cast(), &callbacks, box.retained(), releaseCallbackBox)
    }
}

/// A pipeline that could not be built or gave up.
package struct TranscodingFailure: Error, Sendable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}
