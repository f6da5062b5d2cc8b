import GLib
import GStreamer
import Synchronization

/// Where a program hands data to a pipeline: one `appsrc`, from before the pipeline is built until the run is over.
final class InputPort: Sendable {
    private enum Ending {
        case ended
        case failed(PipelineError)
    }

    private struct State {
        var source: AppSource?
        /// Whether the source runs: what is pushed before would be lost.
        var isStarted = false
        var isFinished = false
        var isWriting = false
        var written = 0
        var ending: Ending?
    }

    /// How much may lie before the pipeline: enough for a writer that is busy, and little to wait for.
    private static let limits = AppSource.Limits(bytes: 1 << 20, buffers: 1000, time: .seconds(1))

    let name: String
    private let room = WakeUp()
    private let state = Mutex(State())

    init(name: String) { self.name = name }

    /// Whether nothing has been written.
    var isEmpty: Bool { state.withLock { $0.written == 0 } }

    /// Takes over the `appsrc` that was built for it, before it starts.
    func attach(_ element: Element) {
        // Weak: we hold the source.
        let source = AppSource(wrapping: element, limits: Self.limits) { [weak self] in self?.noteNeed() }
        state.withLock { $0.source = source }
    }

    /// The source runs, or has room again.
    private func noteNeed() {
        let source = state.withLock { state in
            defer { state.isStarted = true }
            return state.isStarted || !state.isFinished ? nil : state.source
        }
        source?.endOfStream()
        room.wake()
    }

    // MARK: The writer

    /// Writes all of something, piece by piece, each as soon as there is room. One task at a time.
    ///
    /// - Throws: `CancellationError` in a cancelled task, what the run failed with, or that it is over.
    func write(_ count: Int, piece: Int, _ makeBuffer: (Range<Int>) -> Buffer?) async throws {
        try begin()
        defer { state.withLock { $0.isWriting = false } }
        var place = 0
        while place < count {
            let end = min(count, place + piece)
            let source = try await sourceWithRoom()
            guard let buffer = makeBuffer(place..<end) else {
                throw PipelineError(.internalFault, "a buffer for the input '\(name)' cannot be made", element: name)
            }
            // It takes no more when the run is being ended; how, is known when that is over.
            guard source.push(buffer) else { throw try await failure() }
            state.withLock { $0.written += end - place }
            place = end
        }
    }

    private func begin() throws {
        let problem = state.withLock { state -> String? in
            if state.isWriting { return "two tasks write to the input '\(name)' at once" }
            if state.isFinished { return "the input '\(name)' is finished, and takes nothing more" }
            state.isWriting = true
            return nil
        }
        if let problem { throw PipelineError(.internalFault, problem, element: name) }
    }

    private func sourceWithRoom() async throws -> AppSource {
        while true {
            try Task.checkCancellation()
            let (source, ending) = state.withLock { ($0.isStarted ? $0.source : nil, $0.ending) }
            if let ending { throw error(ending) }
            if let source, !source.isFull { return source }
            await room.wait()
        }
    }

    private func failure() async throws -> PipelineError {
        while true {
            try Task.checkCancellation()
            if let ending = state.withLock({ $0.ending }) { return error(ending) }
            await room.wait()
        }
    }

    private func error(_ ending: Ending) -> PipelineError {
        switch ending {
        case .ended:
            PipelineError(
                .pipelineFailed, "the pipeline has ended, so its input '\(name)' takes nothing more", element: name)
        case .failed(let error): error
        }
    }

    /// The end of the input, behind all that was written.
    func finish() {
        let source = state.withLock { state in
            defer { state.isFinished = true }
            return state.isStarted && !state.isFinished && state.ending == nil ? state.source : nil
        }
        source?.endOfStream()
    }

    // MARK: The run

    /// The run ends before its time: what is written goes on, and nothing comes after it.
    func cutShort() { state.withLock { $0.source }?.endOfStream() }

    /// The run is over, or will never be.
    func finish(_ error: PipelineError?) {
        state.withLock { $0.ending = $0.ending ?? error.map { .failed($0) } ?? .ended }
        room.wake()
    }
}
