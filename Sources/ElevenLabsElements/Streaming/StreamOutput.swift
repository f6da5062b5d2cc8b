import ElevenLabs
import GStreamer
import Synchronization

/// The source side of an element of ours: an appsrc behind the bin's pad `src`, and the session that feeds it.
final class StreamOutput: Sendable {
    /// Far more than a pipeline needs to run smoothly: what is read early is safe from a network that stalls later, and the
    /// sooner a request is done, the sooner its place among the concurrent ones is free. Still a bound: two minutes of MP3.
    private static let queueLimits = AppSource.Limits(bytes: 2 << 20, buffers: 4096, time: .seconds(60))

    /// nil where GStreamer's plugin is not installed.
    private let source: AppSource?
    private let state = Mutex(State())

    private struct State {
        /// Holds the element while its task runs, so it is let go of as soon as the element stops.
        var session: StreamSession?
        /// What the sessions before received, and the last one's work, which may still be letting go of the element.
        var received = 0
        var lastTask: Task<Void, Never>?
    }

    init(of bin: Element) {
        source = try? AppSource(named: "appsrc", limits: Self.queueLimits)
        if let source, bin.add(source.element), let pad = source.element.pad(named: "src") {
            _ = bin.expose(pad, as: "src", template: "src")
        }
    }

    /// Says what will come, before anything does.
    func announce(_ caps: String, of format: OutputFormat) {
        // Ogg's demuxer takes bytes only; everything else may have times.
        source?.setCaps(caps, timed: format.container == .none)
    }

    /// Lets nothing downstream begin before there is audio. Call it before the pads are active.
    func holdCaps() { source?.holdCaps() }

    func checkInstallation() throws(StreamFailure) {
        guard source == nil else { return }
        throw StreamFailure(
            .configuration, "the element appsrc is missing: install the Debian package gstreamer1.0-plugins-base")
    }

    /// Begins a stream. What comes of it is told on the bus.
    func start(
        _ orders: @escaping StreamSession.Orders, format: OutputFormat, liveMargin: Duration, for element: Element,
        engine: StreamEngine
    ) {
        guard let source else { return }
        cancel()
        let session = StreamSession(
            element: element, source: source, engine: engine, format: format, liveMargin: liveMargin,
            orders: orders)
        state.withLock { $0.session = session }
        session.start()
        Decoders.load(for: format.caps)
    }

    /// Ends the stream without a word.
    func cancel() {
        let session = state.withLock { state in
            state.received = state.session?.receivedBytes ?? state.received
            state.lastTask = state.session?.task ?? state.lastTask
            return state.session.take()
        }
        session?.cancel()
    }

    /// Whether a stream is under way.
    var hasBegun: Bool { state.withLock { $0.session != nil } }

    /// Whether the stream has ended, so that nobody waits for what it still would need.
    var isOver: Bool { state.withLock { $0.session }?.isEnded ?? false }

    func startFlushing() { source?.startFlushing() }

    func stopFlushing() { source?.stopFlushing() }

    func sendTags(_ tags: String) { source?.sendTags(tags) }

    var receivedBytes: Int { state.withLock { $0.session?.receivedBytes ?? $0.received } }

    var supply: StreamSupply {
        let (session, isOver) = state.withLock { ($0.session, $0.lastTask != nil) }
        return session?.supply ?? StreamSupply(received: .zero, queued: .zero, isEnded: isOver)
    }

    func finished() async { await state.withLock { $0.lastTask }?.value }

    /// Lets the end of the stream follow what came.
    func end(dropping: Bool) {
        // Under the lock, so that after a stop the source does not keep this end for its next stream.
        state.withLock { state in
            guard let session = state.session else { return }
            session.cancel()
            if dropping { source?.element.pad(named: "src")?.dropEverything() }
            source?.endOfStream()
        }
    }
}
