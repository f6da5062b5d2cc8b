import GLib
import GStreamer
import Synchronization

/// Where a pipeline hands data to a program: one `appsink`, from before the pipeline is built until its reader is through.
final class OutputPort: Sendable {
    private enum Ending {
        case ended
        case failed(PipelineError)
    }

    private struct State {
        var sink: AppSink?
        var hasReader = false
        var isAbandoned = false
        /// Whether the run is being ended before its time: an end of the stream is then not the branch's own.
        var isCutShort = false
        var ending: Ending?
    }

    /// What the program named.
    let source: String
    private let policy: ReaderPolicy
    private let arrived = WakeUp()
    private let state = Mutex(State())

    init(source: String, policy: ReaderPolicy) {
        self.source = source
        self.policy = policy
    }

    /// How much was dropped, as the policy asks.
    var dropped: Duration { state.withLock { $0.sink }?.dropped ?? .zero }

    /// Takes over the `appsink` that was built for it, before anything flows.
    func attach(_ element: Element) {
        let sink = AppSink(wrapping: element, overflow: policy.overflow) { [arrived] in arrived.wake() }
        let isAbandoned = state.withLock { state in
            state.sink = sink
            return state.isAbandoned
        }
        if isAbandoned { sink.discard() }
        arrived.wake()
    }

    // MARK: The reader

    /// Whether the caller is the first reader, and so the only one.
    func claim() -> Bool {
        state.withLock { state in
            defer { state.hasReader = true }
            return !state.hasReader
        }
    }

    /// The next sample; nil at the end and in a cancelled task. One task.
    func next() async throws(PipelineError) -> MediaSample? {
        while !Task.isCancelled {
            let (sink, isCutShort, ending) = state.withLock { ($0.sink, $0.isCutShort, $0.ending) }
            // Looked at before the data, since data may come in between, and nothing comes after an end.
            let hasEnded = sink?.hasEnded ?? false
            if let sample = sink?.take() { return sample }
            switch ending {
            case .failed(let error): throw error
            case .ended: return nil
            case nil: if hasEnded, !isCutShort { return nil }
            }
            await arrived.wait()
        }
        return nil
    }

    /// The reader has had enough, or there never was one: the branch runs dry, and holds nothing up.
    func abandon() {
        let sink = state.withLock { state in
            state.isAbandoned = true
            return state.sink
        }
        sink?.discard()
    }

    /// As ``abandon()``, where nobody has begun to read.
    func abandonUnlessRead() { if claim() { abandon() } }

    // MARK: The run

    /// Something has failed: what looks like the end of the stream from now on is none. On the thread that tells of the failure,
    /// so that it comes before the end that the failure leads to.
    func noteFailure() { state.withLock { $0.isCutShort = true } }

    /// The run ends before its time: nothing waits for the reader any more. - Parameter dropping: also what has come is dropped.
    func cutShort(dropping: Bool) {
        let sink = state.withLock { state in
            state.isCutShort = true
            if dropping { state.ending = state.ending ?? .ended }
            return state.sink
        }
        if dropping { sink?.discard() } else { sink?.keepEverything() }
        arrived.wake()
    }

    /// Keeps what has come and was not taken yet, since the pipeline is about to go.
    func takeRest() { state.withLock { $0.sink }?.keepEverything() }

    /// The run is over, or will never be.
    func finish(_ error: PipelineError?) {
        state.withLock { $0.ending = $0.ending ?? error.map { .failed($0) } ?? .ended }
        arrived.wake()
    }
}
