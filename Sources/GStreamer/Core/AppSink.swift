import CGStreamer
import GLib
import Synchronization

/// An `appsink`: the way for data out of a pipeline to a program that takes it when it has time.
///
/// Where the pipeline is to wait for the program, the data stays in the appsink, which takes no more than a few buffers and
/// knows when to let go of a thread that waits (a flush, a state change). In 1.22 it can neither bound by time nor count what it
/// drops, so for all else each sample is taken out as it comes and kept here.
package final class AppSink: Sendable {
    /// What happens to data that comes while the program is busy.
    package enum Overflow: Sendable, Equatable {
        /// The streaming thread waits.
        case wait
        /// So much is kept, and the oldest goes.
        case dropOldest(beyond: Duration)
        /// So much is kept, and what comes goes.
        case dropNewest(beyond: Duration)
    }

    private enum Mode {
        /// Data stays in the appsink until it is taken.
        case onDemand
        case keeping(Overflow)
        case discarding
    }

    private struct State {
        var mode: Mode
        var kept: [MediaSample] = []
        var keptLength: Duration = .zero
        var dropped: Duration = .zero
        var hasEnded = false
    }

    package let element: Element
    private let state: Mutex<State>
    private let onChange: @Sendable () -> Void

    /// - Parameters:
    ///   - element: an `appsink` of which `max-buffers` is set.
    ///   - onChange: called on any thread when data or the end has come; it must not block.
    package init(wrapping element: Element, overflow: Overflow, onChange: @escaping @Sendable () -> Void) {
        self.element = element
        self.onChange = onChange
        state = Mutex(State(mode: overflow == .wait ? .onDemand : .keeping(overflow)))
        listen()
    }

    private var pointer: UnsafeMutablePointer<GstAppSink> { element.reference.cast() }

    /// The next sample that is there; nil where there is none now. Does not block.
    package func take() -> MediaSample? {
        state.withLock { state in
            if !state.kept.isEmpty {
                let sample = state.kept.removeFirst()
                state.keptLength -= sample.length
                return sample
            }
            if case .onDemand = state.mode { return pull() }
            return nil
        }
    }

    /// Whether the end of the stream has come here. Ask before ``take()``: what came before the end may still lie here.
    package var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// How much was dropped.
    package var dropped: Duration { state.withLock { $0.dropped } }

    /// From now on nothing waits for the program: what still comes is kept, however much it is. For the end of a run, when
    /// what is on its way is all there will be.
    package func keepEverything() {
        state.withLock { state in
            if case .discarding = state.mode { return }
            state.mode = .keeping(.wait)
            empty(&state)
        }
    }

    /// Nobody takes anything any more: what is here and what comes is thrown away, and nothing waits.
    package func discard() {
        state.withLock { state in
            state.mode = .discarding
            state.kept = []
            empty(&state)
        }
    }

    /// Takes everything out of the appsink, which lets a thread go on that waits there.
    private func empty(_ state: inout State) {
        while let sample = pull() { keep(sample, &state) }
    }

    private func keep(_ sample: MediaSample, _ state: inout State) {
        guard case .keeping(let overflow) = state.mode else { return }
        let length = sample.length
        switch overflow {
        case .dropNewest(let limit) where state.keptLength + length > limit && !state.kept.isEmpty:
            state.dropped += length
            return
        case .dropOldest(let limit):
            while state.keptLength + length > limit, !state.kept.isEmpty {
                let oldest = state.kept.removeFirst().length
                state.keptLength -= oldest
                state.dropped += oldest
            }
        default: break
        }
        state.kept.append(sample)
        state.keptLength += length
    }

    private func pull() -> MediaSample? {
        // Without waiting. A sample that cannot be mapped is none; system memory always can.
        gst_app_sink_try_pull_sample(pointer, 0).flatMap { MediaSample(adopting: $0) }
    }

    private func noteSample() {
        state.withLock { state in
            if case .onDemand = state.mode { return }
            empty(&state)
        }
        onChange()
    }

    private func noteEnd() {
        state.withLock { $0.hasEnded = true }
        onChange()
    }

    private func listen() {
        // Weak: the element outlives us while a streaming thread is in it, and we hold the element.
        let box = CallbackBox(WeakReference(self))
        var callbacks = GstAppSinkCallbacks()
        callbacks.new_sample = { _, userData in
            CallbackBox<WeakReference<AppSink>>.payload(at: userData)?.value?.noteSample()
            return GST_FLOW_OK
        }
        callbacks.eos = { _, userData in
            CallbackBox<WeakReference<AppSink>>.payload(at: userData)?.value?.noteEnd()
        }
        gst_app_sink_set_callbacks(pointer, &callbacks, box.retained(), releaseCallbackBox)
    }
}
